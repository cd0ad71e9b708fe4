"""What readers and publishers wait for, measured beside a page written the usual way (`make bench`)."""
