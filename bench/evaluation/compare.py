"""Records to comparisons: which runs stand in one table, in what order, and what their spread is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.core.digests import canonical_json
from bench.core.errors import BenchError, suggest
from bench.evaluation.results import DataFacts, Record
from bench.experiment.metrics.base import check_metric
from bench.systems.classifiers.base import CLASSIFIERS


@dataclass(frozen=True, slots=True)
class Cell:
    """One score of one system: mean and standard deviation over repeats (None for one repeat); or why there is none."""

    mean: float | None
    spread: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One system of a table. control: true for a baseline that learns nothing of what texts say."""

    system: str
    control: bool
    cells: dict[str, Cell]
    error: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of one experiment that saw the same rows under the same protocol, best first by `metric`.

    metrics: the names of the cells, in the order of the table's columns. Failed systems stand last.
    """

    experiment: str
    facts: DataFacts
    protocol: dict[str, object]
    metric: str
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]


def compare(records: Sequence[Record], metric: str = "f1_macro") -> list[Comparison]:
    """One comparison for each group of comparable runs, in the order in which the groups first come.

    Runs are comparable when data (digest over all rows) and protocol are equal; nothing else ever shares a table.
    metric: orders the rows, and is the first column. Raises BenchError for a metric that the records do not hold.
    """
    check_metric(metric)
    groups: dict[bytes, list[Record]] = {}
    for record in records:
        key = canonical_json([record.experiment, record.facts.sha256, record.protocol])
        groups.setdefault(key, []).append(record)
    return [_comparison(group, metric) for group in groups.values()]


def _comparison(records: Sequence[Record], metric: str) -> Comparison:
    first = records[0]
    known = list(dict.fromkeys(name for record in records for name in record.scores))
    if known and metric not in known:
        raise BenchError(f"the runs of {first.experiment!r} hold no metric {metric!r}{suggest(metric, known)}")
    metrics = tuple(
        dict.fromkeys([metric, "f1_macro", "accuracy", *(name for name in known if name.startswith("f1:"))])
    )
    rows = sorted((_row(record, metrics) for record in records), key=lambda row: _rank(row, metric))
    return Comparison(first.experiment, first.facts, first.protocol, metric, metrics, tuple(rows))


def _row(record: Record, metrics: Iterable[str]) -> Row:
    control = CLASSIFIERS[record.config["classifier"]["kind"]].control
    cells = {name: _cell(record, name) for name in metrics}
    return Row(record.system, control, cells, record.error)


def _cell(record: Record, metric: str) -> Cell:
    score = record.scores.get(metric)
    if score is None:
        return Cell(None, None, record.error or "not recorded")
    if score.value is None:
        return Cell(None, None, score.reason)
    repeats = np.array(score.repeats, dtype=np.float64)
    return Cell(score.value, float(repeats.std(ddof=1)) if len(repeats) > 1 else None, None)


def _rank(row: Row, metric: str) -> tuple[bool, float, str]:
    """Best first; what has no score last; equals by name, so that the order never hangs on the file system."""
    mean = row.cells[metric].mean
    return mean is None, -(mean or 0.0), row.system
