"""Newspaper pages to labelled paragraphs: repair, annotations, the dataset and its card; any labelled texts."""
