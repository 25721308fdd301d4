"""Rows of a file or data set, each with the place that an error message can name."""

from __future__ import annotations

from bench.tables.arrow import load_saved, progress_bars_off, read_dataset
from bench.tables.reading import read_table
from bench.tables.table import Table, short

__all__ = ["Table", "load_saved", "progress_bars_off", "read_dataset", "read_table", "short"]
