"""The columns of the comparison table, one file for each or for several that belong together."""
