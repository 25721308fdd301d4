"""Turns comparisons into what people read: tables, drawings, the web page, and displays for notebooks."""
