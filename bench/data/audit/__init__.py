"""What could mislead in labelled texts: checks, findings, and their Markdown; nothing is ever corrected."""
