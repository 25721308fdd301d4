"""Any user's labelled texts: their sources, and what in them could mislead."""
