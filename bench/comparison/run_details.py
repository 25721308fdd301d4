"""A comparison together with what each of its systems predicted, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.comparison import Comparison, Row, comparable_key
from bench.comparison.comparable import key_of
from bench.comparison.scored_runs import run_names
from bench.execution.predictions import Predictions
from bench.execution.record import Record
from bench.execution.results import StoredRun


@dataclass(frozen=True, slots=True)
class RunDetails:
    """One row of a table. predictions: None for a run without any; timings: empty where none were kept."""

    row: Row
    record: Record
    predictions: Predictions | None
    timings: Mapping[str, Any]


MOST_SYSTEMS = 50
"""In a comparison of more systems, the details of so many are read: the first ones, controls and the reference."""


@dataclass(frozen=True, slots=True)
class DetailedComparison:
    """A comparison and its systems, in the order of its rows.

    comparison: its first systems alone, where there are many; all of them were tested, and are in `whole`.
    """

    comparison: Comparison
    systems: tuple[RunDetails, ...]
    whole: Comparison

    @property
    def scored(self) -> tuple[RunDetails, ...]:
        """The systems that have predictions."""
        return tuple(each for each in self.systems if each.predictions is not None)

    @property
    def readers(self) -> tuple[RunDetails, ...]:
        """The systems that have predictions and read words: no controls."""
        return tuple(each for each in self.scored if not each.row.control)


def detailed(comparisons: Sequence[Comparison], runs: Sequence[StoredRun]) -> list[DetailedComparison]:
    """Each comparison with its systems. runs: those that were compared. Raises BenchError for damaged predictions."""
    groups: dict[bytes, list[StoredRun]] = {}
    for run in runs:
        groups.setdefault(comparable_key(run.record), []).append(run)
    found = []
    for comparison in comparisons:
        of = comparison.data_summary.sha256, comparison.protocol
        group = groups[key_of(*of, transductive=comparison.transductive)]
        by_name = dict(zip(run_names(group), group, strict=True))
        shown = _first(comparison)
        found.append(
            DetailedComparison(shown, tuple(_detail(row, by_name[row.system]) for row in shown.rows), comparison)
        )
    return found


def _first(comparison: Comparison) -> Comparison:
    """The comparison with only its first systems by score, its controls and its reference."""
    rows = tuple(
        row
        for place, row in enumerate(comparison.rows)
        if place < MOST_SYSTEMS or row.control or row.system == comparison.reference
    )
    if len(rows) == len(comparison.rows):
        return comparison
    return replace(comparison, rows=rows, pairs=comparison.pairs.among({row.system for row in rows}))


def _detail(row: Row, run: StoredRun) -> RunDetails:
    predictions = run.predictions() if run.record.status == "complete" else None
    return RunDetails(row, run.record, predictions, run.timings())
