"""Exchanges labels with labelling tools, one file a tool; `base` says what is exported and imported."""
