"""Kinds of scores, one file each; `base` says what every metric must be."""
