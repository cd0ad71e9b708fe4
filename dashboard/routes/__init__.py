"""The addresses beside the pages: files, tables, boundaries. All of them GET, none of them a callback."""
