"""Formats of comparisons for other programs and for papers, one file each."""
