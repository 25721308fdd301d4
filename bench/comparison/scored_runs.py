"""Stored runs with their scores, the estimates of these, and what their differences depend on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench.comparison.rare_classes import unseen
from bench.comparison.uncertainty import Estimate, Floats, of_score
from bench.comparison.variance import ClassCounts, Design
from bench.comparison.variance_components import Parts, SmallTraining
from bench.core.errors import BenchError
from bench.execution.halves import read_halves, same_halves
from bench.execution.predictions import Predictions
from bench.execution.record import Record
from bench.execution.results import StoredRun
from bench.experiment.metrics.base import METRICS, ConfusionMetric, Metric, Outcome, applies
from bench.systems.classifiers.base import CLASSIFIERS


@dataclass(frozen=True, slots=True)
class Scored:
    """One score of a run. values: (repeats,); estimate: None where it has no variance to be computed.

    parts: the components from which its differences are estimated; None where there are none, or none are needed.
    """

    values: Floats
    estimate: Estimate | None
    parts: Parts | None


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run with its scores, by name. design: how its rows were drawn and split; None for a run without predictions.

    server_seconds: the time of a server's answers, None where no server was used or the time was not kept.
    halvings: how often its rows were halved to see what training sets do to the tested metric; 0 where they were not.
    """

    name: str
    record: Record
    design: Design | None
    repeats: int
    scores: dict[str, Scored]
    server_seconds: float | None = None
    halvings: int = 0
    run: StoredRun | None = None

    def difference(self, other: ScoredRun, metric: str) -> Estimate | None:
        """The difference of its score and another's on the same rows."""
        mine, others = self.scores[metric], other.scores[metric]
        if self.design is None or mine.parts is None or others.parts is None:
            return None
        return self.design.estimate(mine.values - others.values, mine.parts.minus(others.parts))


def load_scored_runs(
    runs: Sequence[StoredRun], metrics: Sequence[str], tested: str, class_counts: ClassCounts = "fixed"
) -> list[ScoredRun]:
    """Comparable runs with their scores of some metrics; a system is called by its name alone unless two runs share it.

    tested: the one of these whose differences are to be estimated. class_counts: as in `Design`.
    Raises BenchError for damaged predictions, and for those that are of other rows than the first ones.
    """
    found: list[ScoredRun] = []
    first: tuple[StoredRun, ScoredRun] | None = None
    halves = _shared_halves(runs)
    for run, name in zip(runs, run_names(runs), strict=True):
        scored = _load(run, name, metrics, tested, halves=halves.get(name), class_counts=class_counts)
        found.append(scored)
        if scored.design is not None:
            first = first or (run, scored)
            _demand_same_rows(first, (run, scored))
    return found


def run_names(runs: Sequence[StoredRun]) -> list[str]:
    """What each run of one table is called: its system's name, with its experiment before it where two share a name."""
    taken = Counter(run.record.system for run in runs)
    records = [run.record for run in runs]
    return [each.system if taken[each.system] == 1 else f"{each.experiment}/{each.system}" for each in records]


def _shared_halves(runs: Sequence[StoredRun]) -> dict[str, Predictions]:
    """Run's name to its predictions on halves of the rows; empty unless all runs with scores were halved alike."""
    complete = [(run, name) for run, name in zip(runs, run_names(runs), strict=True) if run.record.status == "complete"]
    found: dict[str, Predictions] = {}
    for run, name in complete:
        halves = read_halves(run)
        if halves is None or not all(same_halves(halves, other) for other in list(found.values())[:1]):
            return {}
        found[name] = halves
    return found


def _load(
    run: StoredRun,
    name: str,
    metrics: Sequence[str],
    tested: str,
    *,
    halves: Predictions | None,
    class_counts: ClassCounts,
) -> ScoredRun:
    record = run.record
    if record.status != "complete":
        return ScoredRun(name, record, None, 0, {}, run=run)
    predictions = run.predictions()
    outcomes = [
        predictions.outcome(repeat, probabilities=record.score_kind == "probability")
        for repeat in range(predictions.repeats)
    ]
    design = _design(record, predictions, class_counts)
    scores: dict[str, Scored] = {}
    learns = _learns(record, class_counts)
    for metric in dict.fromkeys(name.partition(":")[0] for name in metrics):
        if not applies(METRICS[metric], outcomes[0]):
            continue
        influence = [METRICS[metric]().influence(outcome) for outcome in outcomes]
        more = unseen(METRICS[metric](), outcomes)
        of_scores: dict[str, float] = {}
        of_differences: dict[str, float] = {}
        if more is not None:
            of_scores, of_differences = more.of_score(learns=learns and design.plain), more.of_difference()
        for full in (name for name in metrics if name.partition(":")[0] == metric):
            score, part = record.scores.get(full), full.partition(":")[2]
            if score is None or score.value is None:
                continue
            values = np.array(score.repeats, dtype=np.float64)
            there = all(part in repeat for repeat in influence)
            moved = np.stack([repeat[part] for repeat in influence]) if there else None
            extra = _Extra(of_scores.get(part, 0.0), of_differences.get(part, 0.0), learns)
            scores[full] = _scored(design, values, moved, extra, keep=full == tested)
            if full == tested and halves is not None:
                scores[full] = _with_halves(scores[full], design, METRICS[metric](), part, halves)
    scored = scores.get(tested)
    halved = halves is not None and scored is not None and scored.parts is not None and scored.parts.halves is not None
    halvings = halves.repeats if halves and halved else 0
    return ScoredRun(name, record, design, predictions.repeats, scores, _server_seconds(run), halvings, run)


def _with_halves(scored: Scored, design: Design, metric: Metric, part: str, halves: Predictions) -> Scored:
    """The run with what halves of the rows show; unchanged for a metric that predictions alone do not give."""
    if scored.parts is None or not isinstance(metric, ConfusionMetric):
        return scored
    # One confusion over all halvings: a row's influence is then a matter of its prediction alone.
    pooled = Outcome(halves.classes, np.tile(halves.truth, halves.repeats), halves.prediction.ravel())
    moved = metric.influence(pooled)[part].reshape(halves.prediction.shape)
    if not np.isfinite(moved).all():
        return scored
    return replace(scored, parts=replace(scored.parts, halves=design.taught(moved, halves.fold)))


def _server_seconds(run: StoredRun) -> float | None:
    found = run.timings().get("server_seconds") if run.record.servers else None
    return float(found) if isinstance(found, (int, float)) and 0 <= found < np.inf else None


def _design(record: Record, predictions: Predictions, class_counts: ClassCounts) -> Design:
    size = train_size(record.protocol)
    small = None if size is None else SmallTraining(predictions.fold, size / record.data_summary.rows)
    independent = record.protocol["kind"] == "fixed"
    return Design(predictions.truth, predictions.group_codes(), independent, small, class_counts)


@dataclass(frozen=True, slots=True)
class _Extra:
    """What a score's variance needs beside influences.

    of_score, of_difference: as `Unseen` gives them; learns: as in `Parts`.
    """

    of_score: float
    of_difference: float
    learns: bool


def _learns(record: Record, class_counts: ClassCounts) -> bool:
    """Whether other training rows would change what the system predicts.

    Not where it reads only names, is shown no example, or counts the rows of classes, whose numbers are given.
    """
    classifier = record.config["classifier"]
    kind = CLASSIFIERS.classes().get(str(classifier["kind"]))
    if kind is not None and (kind.names_only or (kind.counts_only and class_counts == "fixed")):
        return False
    return bool(classifier.get("examples") != 0)


def _scored(design: Design, values: Floats, influence: Floats | None, extra: _Extra, *, keep: bool) -> Scored:
    if influence is None or design.too_few_groups or not np.isfinite(influence).all():
        return Scored(values, None, None)
    try:
        parts = design.parts(influence, extra.of_difference, learns=extra.learns)
    except ValueError:
        return Scored(values, None, None)
    kept = parts if keep else None
    if not np.isfinite(values).all():
        return Scored(values, None, kept)
    found = of_score(design.score(values, parts), len(design.labels), extra.of_score)
    return Scored(values, found, kept)


def _demand_same_rows(first: tuple[StoredRun, ScoredRun], other: tuple[StoredRun, ScoredRun]) -> None:
    """Raises BenchError where two runs were not tested on the same rows in the same splits, as their records say."""
    (run, mine), (second, others) = first, other
    if mine.design is None or others.design is None:
        return
    small, other_small = mine.design.small_training, others.design.small_training
    same = mine.repeats == others.repeats and np.array_equal(mine.design.labels, others.design.labels)
    # The split into folds changes a variance only where each fold trains on a small subset of its own.
    if same and small is not None and other_small is not None:
        same = np.array_equal(small.folds, other_small.folds)
    if not same:
        text = f"its predictions are not of the rows and splits of those in {run.folder}, as both records say"
        raise BenchError(f"{text}; run the experiment again", place=second.folder)


def train_size(protocol: Mapping[str, Any]) -> int | None:
    """How many rows each fold trains on, where the protocol cuts them down; else None."""
    sizes = protocol.get("train_sizes")
    size = sizes[0] if isinstance(sizes, list) and sizes else None
    return size if isinstance(size, int) else None
