"""Embedding back ends, which turn a text into a vector, one file each; `base` defines what a back end must offer."""
