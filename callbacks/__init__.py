"""What reacts: plain functions that connect the filters to the page, one ``register`` a module."""
