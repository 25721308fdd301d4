"""Learning curves from runs at several training sizes, and how many rows reach a score."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.comparison.curve_fits import LEAST_SIZES, Curve, extrapolate
from bench.comparison.scored_runs import ScoredRun, load_scored_runs, train_size
from bench.core.digests import canonical_json
from bench.execution.results import StoredRun
from bench.experiment.metrics.base import metric_of
from bench.systems.classifiers.base import CLASSIFIERS

_MOST = 3
_MOST_MISSED = 0.1


def training_rows(protocol: Mapping[str, Any], rows: int) -> int | None:
    """How many rows each fold trains on: the size that was set, or all but one fold's share; None where that varies."""
    size, folds = train_size(protocol), protocol.get("folds")
    if size is None and isinstance(folds, int) and folds > 1:
        return round(rows * (folds - 1) / folds)
    return size


def curve_of(runs: Sequence[ScoredRun], metric: str) -> Curve | None:
    """The curve of one system's runs on the same rows and folds; None where scores have no variance to be computed.

    runs: one a training size, in any order. Covariances between sizes are those of what each test row moves; the luck
    of the training rows is each size's own.
    """
    sized = [(size, run) for run in runs if (size := training_rows(run.record.protocol, run.record.data_summary.rows))]
    points = []
    for size, run in sorted(sized, key=lambda pair: pair[0]):
        scored = run.scores.get(metric)
        if scored is None or scored.estimate is None or scored.parts is None or run.design is None:
            return None
        points.append((size, scored.estimate, scored.parts.rows, len(run.design.labels)))
    if not points or len({rows.shape for _, _, rows, _ in points}) > 1:
        return None
    units = points[0][2].shape[1]
    moved = np.stack([rows for _, _, rows, _ in points])
    shared = units / (units - 1) * np.einsum("iru,jru->ij", moved, moved) / moved.shape[1] / points[0][3] ** 2
    own = np.array([estimate.variance for _, estimate, _, _ in points]) - np.diag(shared)
    covariance = shared + np.diag(np.maximum(own, 0.0))
    sizes = np.array([size for size, *_ in points], dtype=np.float64)
    return Curve(sizes, np.array([estimate.value for _, estimate, _, _ in points]), covariance)


def score_at(run: ScoredRun, metric: str) -> float:
    """The score of a run, the mean over its repeats; NaN where it has none."""
    scored = run.scores.get(metric)
    return float("nan") if scored is None else float(scored.values.mean())


@dataclass(frozen=True, slots=True)
class Growth:
    """How a system improves with more training rows, by its learning curve.

    reach: the requested score; least, most: about how many training rows reach it, None where that is unknown. ahead:
    rows, score and 95 % limits at twice the largest size and so on, as far as the curve is extrapolated. family: of the
    curve; missed: its error at the largest size, when that was held back. farthest: rows. reason: why the curve is not
    extrapolated, None where it is.
    """

    system: str
    sizes: tuple[int, ...]
    reach: float
    least: int | None = None
    most: int | None = None
    ahead: tuple[tuple[int, float, float, float], ...] = ()
    family: str | None = None
    missed: float | None = None
    farthest: int | None = None
    reason: str | None = None


def growths(runs: Sequence[StoredRun], metric: str, reach: float | None = None) -> tuple[Growth, ...]:
    """The growth of the best systems among runs at several training sizes on the same data, under one kind of protocol.

    reach: the requested score; left out, the next twentieth above the best one here.
    Raises BenchError for damaged predictions.
    """
    found = metric_of(metric)
    if found.bounds != (0, 1) or not found.higher_is_better:
        return ()
    best: list[tuple[float, str, dict[int, StoredRun]]] = []
    for name, own in _by_system(runs).items():
        sized = {training_rows(run.record.protocol, run.record.data_summary.rows): run for run in own}
        known = {size: run for size, run in sorted(sized.items(), key=lambda pair: pair[0] or 0) if size is not None}
        score = known[max(known)].record.scores.get(metric) if len(known) > 1 else None
        if score is not None and score.value is not None:
            best.append((score.value, name, known))
    best.sort(key=lambda each: (-each[0], each[1]))
    if not best:
        return ()
    wanted = reach if reach is not None else min(0.99, math.floor(best[0][0] * 20 + 1 + 1e-9) / 20)
    return tuple(
        _growth(name, curve_of([load_scored_runs([run], [metric], metric)[0] for run in sized.values()], metric),
                tuple(sized), wanted)
        for _, name, sized in best[:_MOST]
    )  # fmt: skip


def _by_system(runs: Sequence[StoredRun]) -> dict[str, list[StoredRun]]:
    """Runs of systems that read words, of one protocol but for the training size, by system."""
    groups: dict[bytes, dict[str, list[StoredRun]]] = {}
    for run in runs:
        record = run.record
        kind = CLASSIFIERS.classes().get(record.config["classifier"]["kind"])
        if record.status != "complete" or record.protocol["kind"] == "labelling" or (kind and kind.control):
            continue
        same = {key: value for key, value in record.protocol.items() if key != "train_sizes"}
        group = groups.setdefault(canonical_json([record.experiment, same]), {})
        group.setdefault(record.system, []).append(run)
    return max(groups.values(), key=lambda group: sum(map(len, group.values())), default={})


def _growth(name: str, curve: Curve | None, sizes: tuple[int, ...], reach: float) -> Growth:
    if curve is None:
        return Growth(name, sizes, reach, reason="its scores have no variance that could be computed")
    if len(sizes) < LEAST_SIZES:
        many = f"{len(sizes)} training sizes, and a curve that is carried on needs {LEAST_SIZES}"
        return Growth(name, sizes, reach, reason=f"{many}: train_sizes: [25, 50, 100, 200, all]")
    found = extrapolate(curve)
    if found.missed > _MOST_MISSED:
        off = f"the largest size, held back, was missed by {found.missed:.2f}: no curve tells where these scores go"
        return Growth(name, sizes, reach, family=found.family, missed=found.missed, reason=off)
    rows = np.array([sizes[-1] * times for times in (2, 4, 8)], dtype=np.float64)
    columns = (each.tolist() for each in (rows, *found.at(rows)))
    ahead = tuple((int(at), value, low, high) for at, value, low, high in zip(*columns, strict=True))
    least, most = found.rows_to(reach)
    return Growth(name, sizes, reach, least, most, ahead, found.family, found.missed, found.farthest)
