"""Kinds of classifiers, one file each; `base` defines what a classifier must offer."""
