"""What could mislead in labelled texts: checks over values, findings, and their Markdown; nothing is ever corrected."""
