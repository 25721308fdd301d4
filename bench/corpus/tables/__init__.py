"""Rows of a file or data set, each with the place that an error message can name."""

from __future__ import annotations

from bench.corpus.tables.arrow import load_saved, progress_bars_off, read_dataset
from bench.corpus.tables.reading import read_table
from bench.corpus.tables.table import Table, short

__all__ = ["Table", "load_saved", "progress_bars_off", "read_dataset", "read_table", "short"]
