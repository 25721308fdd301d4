"""A comparison together with what each of its systems predicted, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.evaluation.compare import Comparison, Row, comparable_key
from bench.evaluation.predictions import Predictions
from bench.evaluation.results import Record, StoredRun
from bench.evaluation.scored import run_names


@dataclass(frozen=True, slots=True)
class Detail:
    """One row of a table. predictions: None for a run without any; timings: empty where none were kept."""

    row: Row
    record: Record
    predictions: Predictions | None
    timings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Detailed:
    """A comparison and its systems, in the order of its rows."""

    comparison: Comparison
    systems: tuple[Detail, ...]

    @property
    def scored(self) -> tuple[Detail, ...]:
        """The systems that have predictions."""
        return tuple(each for each in self.systems if each.predictions is not None)

    @property
    def readers(self) -> tuple[Detail, ...]:
        """The systems that have predictions and read words: no controls."""
        return tuple(each for each in self.scored if not each.row.control)


def detailed(comparisons: Sequence[Comparison], runs: Sequence[StoredRun]) -> list[Detailed]:
    """Each comparison with its systems. runs: those that were compared. Raises BenchError for damaged predictions."""
    groups: dict[bytes, list[StoredRun]] = {}
    for run in runs:
        groups.setdefault(comparable_key(run.record), []).append(run)
    found = []
    for comparison, group in zip(comparisons, groups.values(), strict=True):
        by_name = dict(zip(run_names(group), group, strict=True))
        found.append(Detailed(comparison, tuple(_detail(row, by_name[row.system]) for row in comparison.rows)))
    return found


def _detail(row: Row, run: StoredRun) -> Detail:
    predictions = run.predictions() if run.record.status == "complete" else None
    return Detail(row, run.record, predictions, run.timings())
