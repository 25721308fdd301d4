"""Anybody's labelled texts: where they come from, and what in them could mislead."""
