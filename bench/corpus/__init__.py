"""From newspaper pages to labelled paragraphs: repair, annotations, the dataset and its cards, exchange with tools."""
