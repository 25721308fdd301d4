"""Runs experiments: folds, workers, clusters, checkpoints; stores records and predictions; verifies stored runs."""
