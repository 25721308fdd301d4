"""Kinds of labelled data that an experiment can name, one file each; `base` says what every kind must be."""
