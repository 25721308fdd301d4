"""Kinds of strategies that choose which rows are labelled next, one file each; `base` says what every one must be."""
