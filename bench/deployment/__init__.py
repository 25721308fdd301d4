"""Uses systems: fits them on all rows, saves and explains them, and lets them propose labels."""
