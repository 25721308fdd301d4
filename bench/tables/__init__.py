"""Rows of a file or data set, each with the place that an error message can name."""

from __future__ import annotations

from bench.tables.arrow import load_saved, progress_bars_off, read_dataset
from bench.tables.in_memory import is_table, read_columns, read_object
from bench.tables.reading import found_delimiter, is_table_file, read_table
from bench.tables.table import Table, short
from bench.tables.writing import table_bytes

__all__ = [
    "Table",
    "found_delimiter",
    "is_table",
    "is_table_file",
    "load_saved",
    "progress_bars_off",
    "read_columns",
    "read_dataset",
    "read_object",
    "read_table",
    "short",
    "table_bytes",
]
