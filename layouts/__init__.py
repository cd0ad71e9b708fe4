"""What is shown: frames become figures, words, tables and pages. No request, no callback."""
