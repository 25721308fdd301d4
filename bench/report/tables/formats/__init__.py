"""The forms in which comparisons are written for other programs and for papers, one file a form."""
