"""What is true: the one layer that reads files, filters, aggregates and publishes."""
