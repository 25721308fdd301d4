"""Kinds of metrics, one file each; `base` defines what a metric must offer."""
