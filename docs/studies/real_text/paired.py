"""How often tests of two systems find a difference that is not there, and one that is: the product's and others'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from samples import Array, Cell, Line
from scipy import stats

from bench.comparison.uncertainty import Estimate
from bench.experiment.metrics.accuracy import Accuracy
from bench.experiment.metrics.base import ConfusionMetric, Outcome

if TYPE_CHECKING:
    from summarise import Taken

HALVES = 10
_LEVEL = 0.05
_ROUNDING = 1e-3
"""Differences from the true one below this are none: true differences are known no better."""
NULLS = (
    ("complement-nb/light-a", "complement-nb/light-b"),
    ("complement-nb/heavy-a", "complement-nb/heavy-b"),
    ("linear-svm/heavy-a", "linear-svm/heavy-b"),
    ("complement-nb-tuned/light-a", "complement-nb-tuned/light-b"),
    ("complement-nb-tuned/heavy-a", "complement-nb-tuned/heavy-b"),
    ("ridge/part-a", "ridge/part-b"),
    ("centroid/part-a", "centroid/part-b"),
)
PAIRS = (
    *NULLS,
    ("complement-nb", "complement-nb/1"),
    ("complement-nb", "centroid"),
    ("complement-nb", "linear-svm"),
    ("complement-nb", "ridge"),
    ("ridge", "linear-svm"),
    ("ridge", "centroid"),
    ("knn", "centroid"),
    ("complement-nb", "knn"),
    ("complement-nb-tuned", "complement-nb"),
)


@dataclass(frozen=True)
class Difference:
    """One system minus another in all samples of a cell.

    value: (samples,) mean over repeats. rows: (samples, rows) influences, mean over repeats. folds: (samples, folds)
    differences of the folds' scores. hits: (2, samples, rows) whether each was right in the first repeat.
    """

    value: Array
    rows: Array
    folds: Array
    hits: Array


Test = Callable[[Difference, float], Array]
"""(samples,) p-values of the true difference being so much."""


def students(value: Array, variance: Array, degrees: Array | float, null: float) -> Array:
    """Two-sided p-values of Student's t."""
    away = np.abs(value - null)
    error = np.sqrt(np.maximum(variance, 1e-30))
    return np.where(away < _ROUNDING, 1.0, 2 * stats.t.sf(away / error, degrees))


def mean_over_repeats(found: Difference, null: float) -> Array:
    """Bayle, Bayle, Janson and Mackey (2020): the rows' variance, which leaves out that of training sets."""
    rows = found.rows.shape[1]
    return students(found.value, (found.rows**2).sum(axis=1) / rows / (rows - 1), 1e9, null)


def corrected_t(found: Difference, null: float) -> Array:
    """Nadeau and Bengio (2003), over all folds of all repeats, a quarter as many rows tested as trained on."""
    number = found.folds.shape[1]
    variance = (1 / number + 1 / 4) * found.folds.var(axis=1, ddof=1)
    return students(found.folds.mean(axis=1), variance, number - 1, null)


def bootstrap_with_floor(found: Difference, null: float) -> Array:
    """The rows' bootstrap variance (of the linear part), with the floor that our scores have."""
    rows = found.rows.shape[1]
    share = 1 / (rows + 2)
    variance = np.maximum((found.rows**2).sum(axis=1) / rows**2, share * (1 - share) / rows)
    return students(found.value, variance, 1e9, null)


def permuted_rows(found: Difference, null: float) -> Array:
    """Signs of the rows' mean influences turned at random, 500 times."""
    rng = np.random.default_rng(0)
    rows = found.rows.shape[1]
    turned = (rng.integers(0, 2, (rows, 500)) * 2 - 1).astype(float)
    reached = np.abs(found.rows @ turned / rows) >= np.abs(found.value - null)[:, None] - 1e-12
    p = (1 + reached.sum(axis=1)) / 501
    return np.where(np.abs(found.value - null) < _ROUNDING, 1.0, p)


def mcnemar(found: Difference, null: float) -> Array:
    """McNemar's exact test of the first repeat; of no difference alone."""
    del null
    first, second = found.hits
    one, two = (first & ~second).sum(axis=1), (~first & second).sum(axis=1)
    return np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(one, two), one + two, 0.5))


COMPETITORS: Mapping[str, Test] = {
    "mean over repeats' rows": mean_over_repeats,
    "corrected t": corrected_t,
    "bootstrap of rows with a floor": bootstrap_with_floor,
    "permutation of rows": permuted_rows,
    "McNemar": mcnemar,
}


def of_pair(
    cell: Cell, name: str, metric: ConfusionMetric, pair: tuple[str, str], samples: Sequence[Sequence[Taken]]
) -> Iterator[Line]:
    """How often each test rejects the true difference (its error), and none (its power)."""
    true = cell.true_score(metric, pair[0]) - cell.true_score(metric, pair[1])
    kind = "exact null" if pair in NULLS else "shared features"
    found: dict[str, list[Estimate]] = {}
    for one, other in zip(*samples, strict=True):
        for method, estimate in _shipped(one, other, by_chance=cell.counts == "random").items():
            found.setdefault(method, []).append(estimate)
    halves = _of_halves(cell, metric, pair)
    if halves is not None:
        rows = zip(found["mean"], halves, strict=False)
        found["jackknife and half-samples"] = [replace(e, variance=max(e.variance, v)) for e, v in rows]
    del found["mean"]
    difference = _difference(cell, metric, pair, samples)
    of = f"{pair[0]} - {pair[1]} ({kind})"

    def p_of(method: str, null: float) -> Array:
        if method in COMPETITORS:
            return COMPETITORS[method](difference, null)
        numbers = (np.array([getattr(e, part) for e in found[method]]) for part in ("value", "variance", "degrees"))
        return students(*numbers, null)

    for method in (*found, *COMPETITORS):
        if method == "McNemar" and (name != "accuracy" or pair not in NULLS):
            continue
        yield cell.line(name, of, "error", method, p_of(method, true) < _LEVEL, true=true)
        if pair not in NULLS:
            yield cell.line(name, of, "power", method, p_of(method, 0.0) < _LEVEL, true=true)


def _shipped(one: Taken, other: Taken, *, by_chance: bool) -> dict[str, Estimate]:
    """By the product's own code; and by the variance of one repeat's rows, as it was before."""
    design, values = one.design, one.values - other.values
    parts = one.parts.minus(other.parts)
    alone = replace(parts, halves=None)
    first = [each.first()[1] for each in (one, other)]
    usual, rows = parts.rows.mean(axis=0), parts.rows.shape[1]
    shipped = design.estimate(values, alone)
    as_many = replace(shipped, degrees=float(rows - len(np.unique(design.labels))))
    single, mean = (float(each) / rows / (rows - 1) for each in ((parts.rows**2).sum(axis=1).mean(), (usual**2).sum()))
    found = {
        "as shipped": shipped,
        "with halves": design.estimate(values, parts),
        "as shipped, one repeat": design.estimate(values[:1], first[0].minus(first[1])),
        "decision 30": replace(
            as_many, variance=_decision_30(single, mean, len(parts.rows)) + parts.rare * usual.any()
        ),
        "one repeat's rows": replace(as_many, variance=single),
        "mean": replace(as_many, variance=mean),
    }
    if by_chance:
        chance = one.by_chance[1].minus(other.by_chance[1])
        found["as shipped, counts by chance"] = one.by_chance[0].estimate(values, chance)
    return found


def _decision_30(single: float, mean: float, repeats: int) -> float:
    """The variance that was shipped before: what the rows teach was the lasting part's share of one repeat's rows."""
    lasting = max(repeats * mean - single, 0.0) / (repeats - 1)
    return 1.2 * mean + (lasting**2 / single if single else 0.0)


def _difference(
    cell: Cell, metric: ConfusionMetric, pair: tuple[str, str], samples: Sequence[Sequence[Taken]]
) -> Difference:
    value = np.array([(one.values - other.values).mean() for one, other in zip(*samples, strict=True)])
    rows = np.stack([(one.parts.rows - other.parts.rows).mean(axis=0) for one, other in zip(*samples, strict=True)])
    folds = np.concatenate(cell.arrays["cv"])
    predictions = [cell.predictions("cv", system) for system in pair]
    scores = [_fold_scores(metric, cell, folds, each) for each in predictions]
    hits = np.stack([each[:, 0] == cell.labels for each in predictions])
    return Difference(value, rows, (scores[0] - scores[1]).reshape(len(value), -1), hits)


def _fold_scores(metric: ConfusionMetric, cell: Cell, folds: Array, predictions: Array) -> Array:
    """(samples, repeats, folds) scores of each fold's rows; of the classes that are there or predicted."""
    samples, repeats = predictions.shape[:2]
    classes, number = len(cell.shares), int(folds.max()) + 1
    place = np.arange(samples * repeats).reshape(samples, repeats, 1) * number + folds
    cells = (place * classes + cell.labels[:, None]) * classes + predictions
    counts = np.bincount(cells.ravel(), minlength=samples * repeats * number * classes**2).astype(float)
    confusion = counts.reshape(samples, repeats, number, classes, classes)
    hits, true, predicted = np.einsum("...cc->...c", confusion), confusion.sum(axis=-1), confusion.sum(axis=-2)
    if isinstance(metric, Accuracy):
        return hits.sum(axis=-1) / true.sum(axis=-1)
    both = true + predicted
    scores = np.where(both > 0, 2 * hits / np.maximum(both, 1), np.nan)
    return np.nanmean(scores, axis=-1)


def _of_halves(cell: Cell, metric: ConfusionMetric, pair: tuple[str, str]) -> Array | None:
    """(experiments,) the variance of a difference from halves that are cross-validated each, twice; None without them.

    A quarter of the product of the halves' difference in two repeats, so that the luck of folds is not in it.
    """
    if f"half {pair[0]}" not in cell.arrays:
        return None
    gaps = []
    for design in ("half", "half2"):
        folds, systems = np.concatenate(cell.arrays[design]), [cell.predictions(design, one) for one in pair]
        gap = np.empty((len(folds), HALVES))
        for number, halving in np.ndindex(gap.shape):
            score = []
            for side in (0, 1):
                rows = folds[number, halving] // 5 == side
                labels = cell.labels[number][rows]
                outcomes = [Outcome(cell.names, labels, each[number, halving][rows]) for each in systems]
                first, second = (float(metric.of_confusion(outcome.confusion())[0]) for outcome in outcomes)
                score.append(first - second)
            gap[number, halving] = score[0] - score[1]
        gaps.append(gap)
    found: Array = (gaps[0] * gaps[1]).mean(axis=1) / 4
    return found
