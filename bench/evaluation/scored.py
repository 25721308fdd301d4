"""Stored runs with what their scores hang on: values by repeat, and the influence of each row on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.evaluation.predictions import Predictions
from bench.evaluation.results import Record, StoredRun
from bench.evaluation.uncertainty import Codes, Estimate, Floats, SmallTraining, estimate, with_floor
from bench.experiment.metrics.base import METRICS, applies


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run with what its scores hang on. estimates: part's name to (repeats,) values and (repeats, rows) influence."""

    name: str
    record: Record
    predictions: Predictions | None
    units: Codes | None
    parts: dict[str, tuple[Floats, Floats | None]]

    def estimate(self, part: str) -> Estimate | None:
        """Of a score, None where it has no variance to be computed."""
        values, influence = self.parts.get(part, (None, None))
        if values is None or influence is None or self.predictions is None or not _finite(values, influence):
            return None
        found = self._estimate(values, influence)
        return None if found is None else with_floor(found, len(self.predictions.truth))

    def difference(self, other: ScoredRun, part: str) -> Estimate | None:
        """Of its score minus another's."""
        (values, influence), (others, other_influence) = self.parts[part], other.parts[part]
        if influence is None or other_influence is None or not _finite(influence, other_influence):
            return None
        return self._estimate(values - others, influence - other_influence)

    def _estimate(self, values: Floats, influence: Floats) -> Estimate | None:
        if self.predictions is None:
            return None
        independent = self.record.protocol["kind"] == "fixed"
        size = train_size(self.record.protocol)
        small = None if size is None else SmallTraining(self.predictions.fold, size / self.record.facts.rows)
        truth = self.predictions.truth
        try:
            return estimate(
                values, influence, truth, units=self.units, independent_training=independent, small_training=small
            )
        except ValueError:
            return None


def load_scored(runs: Sequence[StoredRun], metrics: Sequence[str]) -> list[ScoredRun]:
    """Each run with its scores of some metrics; a system's name stands alone unless two runs share it.

    Raises BenchError for damaged predictions.
    """
    return [_load(run, name, metrics) for run, name in zip(runs, run_names(runs), strict=True)]


def run_names(runs: Sequence[StoredRun]) -> list[str]:
    """What each run of one table is called: its system's name, with its experiment before it where two share a name."""
    taken = Counter(run.record.system for run in runs)
    records = [run.record for run in runs]
    return [each.system if taken[each.system] == 1 else f"{each.experiment}/{each.system}" for each in records]


def _load(run: StoredRun, name: str, metrics: Sequence[str]) -> ScoredRun:
    record = run.record
    if record.status != "complete":
        return ScoredRun(name, record, None, None, {})
    predictions = run.predictions()
    outcomes = [
        predictions.outcome(repeat, probabilities=record.score_kind == "probability")
        for repeat in range(predictions.repeats)
    ]
    parts: dict[str, tuple[Floats, Floats | None]] = {}
    for metric in dict.fromkeys(name.partition(":")[0] for name in metrics):
        if not applies(METRICS[metric], outcomes[0]):
            continue
        influence = [METRICS[metric]().influence(outcome) for outcome in outcomes]
        for full in (name for name in metrics if name.partition(":")[0] == metric):
            score, part = record.scores.get(full), full.partition(":")[2]
            if score is None or score.value is None:
                continue
            there = all(part in repeat for repeat in influence)
            values = np.array(score.repeats, dtype=np.float64)
            parts[full] = values, np.stack([repeat[part] for repeat in influence]) if there else None
    return ScoredRun(name, record, predictions, predictions.group_codes(), parts)


def train_size(protocol: Mapping[str, Any]) -> int | None:
    """How many rows each fold trains on, where the protocol cuts them down; else None."""
    sizes = protocol.get("train_sizes")
    size = sizes[0] if isinstance(sizes, list) and sizes else None
    return size if isinstance(size, int) else None


def _finite(*arrays: Floats) -> bool:
    return all(bool(np.isfinite(array).all()) for array in arrays)
