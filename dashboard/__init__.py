"""What runs: the application, its addresses, its headers and its command line."""
