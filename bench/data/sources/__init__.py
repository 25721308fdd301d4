"""Kinds of data sources that an experiment can name, one file each; `base` defines what a source must offer."""
