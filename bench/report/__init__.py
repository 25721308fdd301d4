"""Comparisons to what people read."""
