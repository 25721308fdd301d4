"""Data for notebooks and scripts: rows that Python holds, for an experiment; and the shipped dataset."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, suggest
from bench.core.inputs import check_regular
from bench.corpus.configs import CONFIGS
from bench.data.memory import dataset
from bench.data.sources.corpus import parquet_of, shipped_corpus

if TYPE_CHECKING:
    from datasets import Dataset

__all__ = ["dataset", "load_paragraphs"]


def load_paragraphs(config: str = "paragraphs", *, path: str | Path | None = None) -> Dataset:
    """The rows of a config as a `datasets.Dataset`, with labels as ClassLabel; nothing is downloaded or cached.

    config: `paragraphs` (the topics), `all` (also what belongs to none of them) or `sentences` (the sentences of
    `paragraphs`; keep those of one `paragraph` on one side of every split).
    path: a folder that `bench build` wrote; left out, the dataset that ships with this package.
    Raises BenchError for an unknown config, and for a folder without the dataset.
    """
    import pyarrow.parquet as pq

    with warnings.catch_warnings():
        # In a notebook without widgets, importing it warns of progress bars that nobody requested.
        warnings.filterwarnings("ignore", message="IProgress not found")
        from datasets import Dataset

    if config not in CONFIGS:
        raise BenchError(f"config: unknown config {config!r}{suggest(config, CONFIGS)}")
    folder = shipped_corpus() if path is None else Path(path)
    path = parquet_of(folder, config)
    check_regular(path)
    return Dataset(pq.read_table(path))
