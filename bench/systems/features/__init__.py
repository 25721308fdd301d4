"""Kinds of features, one file each; `base` says what every kind must be."""
