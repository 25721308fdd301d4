"""Kinds of classifiers, one file each; `base` says what every kind must be."""
