"""Experiments run: folds, workers, clusters, checkpoints; records and predictions on disk; runs made again."""
