"""Records to comparisons: which runs stand in one table, in what order, and what their spread is."""

from __future__ import annotations

from collections import Counter
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
    """One system of a table. control: true for one that reads no words.

    system: its name, with its experiment before it where two share a name.
    """

    system: str
    control: bool
    cells: dict[str, Cell]
    error: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs that saw the same rows under the same protocol, best first by `metric`.

    metrics: the names of the cells, in the order of the table's columns. Failed systems stand last.
    versions: of what the runs used in more than one version, the versions.
    """

    experiments: tuple[str, ...]
    facts: DataFacts
    protocol: dict[str, object]
    metric: str
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    versions: dict[str, tuple[str, ...]]


def compare(records: Sequence[Record], metric: str = "f1_macro") -> list[Comparison]:
    """One comparison for each group of comparable runs, in the order in which the groups first come.

    Runs are comparable when data (digest over all rows) and protocol are equal, whatever experiment they were part of;
    nothing else ever shares a table.
    metric: orders the rows, and is the first column. Raises BenchError for a metric that the records do not hold.
    """
    check_metric(metric)
    groups: dict[bytes, list[Record]] = {}
    for record in records:
        key = canonical_json([record.facts.sha256, record.protocol])
        groups.setdefault(key, []).append(record)
    return [_comparison(group, metric) for group in groups.values()]


def _comparison(records: Sequence[Record], metric: str) -> Comparison:
    first = records[0]
    experiments = tuple(dict.fromkeys(record.experiment for record in records))
    known = list(dict.fromkeys(name for record in records for name in record.scores))
    if known and metric not in known:
        raise BenchError(f"the runs of {', '.join(experiments)} hold no metric {metric!r}{suggest(metric, known)}")
    metrics = tuple(
        dict.fromkeys([metric, "f1_macro", "accuracy", *(name for name in known if name.startswith("f1:"))])
    )
    taken = Counter(record.system for record in records)
    rows = [_row(record, metrics, alone=taken[record.system] == 1) for record in records]
    ranked = tuple(sorted(rows, key=lambda row: _rank(row, metric)))
    return Comparison(experiments, first.facts, first.protocol, metric, metrics, ranked, _versions(records))


def _row(record: Record, metrics: Iterable[str], *, alone: bool) -> Row:
    # A plug-in's kind may not be installed where its results are read.
    kind = CLASSIFIERS.classes().get(record.config["classifier"]["kind"])
    cells = {name: _cell(record, name) for name in metrics}
    name = record.system if alone else f"{record.experiment}/{record.system}"
    return Row(name, kind is not None and kind.control, cells, record.error)


def _versions(records: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    seen: dict[str, set[str]] = {}
    for record in records:
        for name, version in record.environment.items():
            seen.setdefault(name, set()).add(version)
    return {name: tuple(sorted(versions)) for name, versions in sorted(seen.items()) if len(versions) > 1}


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
