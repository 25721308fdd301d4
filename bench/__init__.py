"""Chinese newspaper pages as a labelled topic dataset, and an honest, exact comparison of text classifiers on it."""
