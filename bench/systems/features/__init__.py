"""Kinds of features, one file each; `base` defines what features must offer."""
