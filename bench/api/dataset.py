"""Data for notebooks and scripts: rows that Python holds, for an experiment; and the shipped dataset."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError, suggest
from bench.core.inputs import check_regular
from bench.corpus.configs import CONFIGS
from bench.data.memory import MemorySource, make_source
from bench.data.sources.corpus import parquet_of, shipped_corpus

if TYPE_CHECKING:
    from datasets import Dataset


def load_paragraphs(config: str = "paragraphs", *, path: str | Path | None = None) -> Dataset:
    """The rows of a config as a `datasets.Dataset`, with labels as ClassLabel; nothing is downloaded or cached.

    config: `paragraphs` (the topics), `all` (also what belongs to none of them) or `sentences` (the sentences of
    `paragraphs`; keep those of one `paragraph` on one side of every split).
    path: a folder that `bench build` wrote; left out, the dataset that ships with this package.
    Raises BenchError for an unknown config, and for a folder without the dataset.
    """
    import pyarrow.parquet as pq

    with warnings.catch_warnings():
        # In a notebook without widgets its import warns of bars that nobody asked for.
        warnings.filterwarnings("ignore", message="IProgress not found")
        from datasets import Dataset

    if config not in CONFIGS:
        raise BenchError(f"config: unknown config {config!r}{suggest(config, CONFIGS)}")
    folder = shipped_corpus() if path is None else Path(path)
    path = parquet_of(folder, config)
    check_regular(path)
    return Dataset(pq.read_table(path))


def dataset(
    train: Any,
    labels: Iterable[Any] | None = None,
    *,
    validation: Any = None,
    test: Any = None,
    text: str = "text",
    label: str = "label",
    group: str | None = None,
    id: str | None = None,  # noqa: A002  as in an experiment file
    groups: Iterable[Any] | None = None,
    ids: Iterable[Any] | None = None,
    label_names: Iterable[str] | None = None,
    drop_empty: bool = False,
) -> MemorySource:
    """Labelled texts that Python holds, as the data of an experiment: checked at once, as a file's rows are.

    train: a pandas or polars frame, an Arrow table or anything that gives one, a `datasets.Dataset` (integers of a
    ClassLabel become their names) or `DatasetDict`, a mapping of columns, rows as mappings or (text, label) pairs; or
    texts alone, with `labels` (and `groups`, `ids`) beside them. Of several tables, each is a training set of its own.
    validation, test: rows that the data sets apart, for the protocol `fixed`.
    text, label, group, id: names of the columns. label_names: of the labels 0, 1, … that have none.
    drop_empty: leave out rows without text or label, in place of refusing them.
    The rows are known by their content: two equal tables are the same data, whatever holds them, and an index plays no
    part. Nothing of them is stored with results.
    Raises BenchError, with the number of the row from 1, for a cell that is missing or of the wrong kind.

    >>> import bench
    >>> data = bench.dataset(["深化改革", "义诊活动"], ["reform", "health"])
    >>> len(data), data.load().classes
    (2, ('health', 'reform'))
    """
    return make_source(
        train,
        labels,
        validation=validation,
        test=test,
        text=text,
        label=label,
        group=group,
        id=id,
        groups=groups,
        ids=ids,
        label_names=label_names,
        drop_empty=drop_empty,
    )
