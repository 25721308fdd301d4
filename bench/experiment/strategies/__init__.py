"""Kinds of strategies that choose which rows are labelled next, one file each; `base` defines what one must offer."""
