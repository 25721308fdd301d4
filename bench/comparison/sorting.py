"""Orders the rows of a comparison by another metric or by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.comparison.values import Comparison, Row
from bench.core.errors import BenchError, suggest
from bench.experiment.metrics.base import metric_of

NAME = "name"


def by_column(comparisons: Sequence[Comparison], column: str) -> list[Comparison]:
    """Each comparison with its rows by a column: best first by one of its metrics, or by `name`.

    Tiers, pairs and advice stay those of the metric that was compared by. Systems without a score come last, and equal
    ones are ordered by name. A table without the column keeps its order. Raises BenchError for a column that no table
    has.
    """
    known = [NAME, *dict.fromkeys(name for each in comparisons for name in each.metrics)]
    if comparisons and column not in known:
        raise BenchError(f"--sort: no column {column!r}{suggest(column, known)}")
    return [
        replace(each, rows=tuple(sorted(each.rows, key=lambda row: _rank(row, column))), sort=column)
        if column in (NAME, *each.metrics)
        else each
        for each in comparisons
    ]


def _rank(row: Row, column: str) -> tuple[bool, float, str]:
    if column == NAME:
        return False, 0.0, row.system
    value = row.cells[column].mean
    sign = -1 if metric_of(column).higher_is_better else 1
    return value is None, sign * (value or 0.0), row.system
