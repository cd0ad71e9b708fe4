"""Protection of counts of persons: a closed set of tables, each cell perturbed once, with its account."""
