"""Simulated experiments on populations whose true scores are known: what every candidate interval and test needs.

    python docs/studies/intervals/simulate.py FOLDER [--jobs 2]

writes one file a cell and population into FOLDER and leaves alone what is there already, so that it can be stopped and
started again. `summarise.py` makes the tables of docs/intervals.md from them.
"""

from __future__ import annotations

import argparse
import itertools
import os
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.experiment.metrics.accuracy import Accuracy, BalancedAccuracy
from bench.experiment.metrics.base import ConfusionMetric, Outcome, confusion_matrix
from bench.experiment.metrics.f1 import F1Macro

FOLDS, REPEATS = 5, 10
POPULATIONS, EXPERIMENTS = 4, 250
LAYOUTS = 25
"""Drawn once a cell: labels, clusters and folds. The texts of an experiment are always new."""
CLUSTER = 5
SEPARATIONS = (0.7, 1.0, 1.4, 2.0)
"""How far apart the classes of the four populations of a cell lie, times the kind's own scale."""
METRICS: dict[str, ConfusionMetric] = {
    "accuracy": Accuracy(),
    "balanced_accuracy": BalancedAccuracy(),
    "f1_macro": F1Macro(),
}
Array = NDArray[Any]


@dataclass(frozen=True)
class Cell:
    """What the populations of a cell share."""

    kind: str
    rows: int
    classes: int
    balanced: bool
    clustered: bool

    @property
    def name(self) -> str:
        """Names its files."""
        shares = "balanced" if self.balanced else "skewed"
        return f"{self.kind}-{self.rows}-{self.classes}-{shares}-{'clustered' if self.clustered else 'independent'}"

    def counts(self) -> Array:
        """Rows of each class."""
        skewed = {2: [0.8, 0.2], 4: [0.5, 0.25, 0.15, 0.1]}.get(self.classes, list(np.linspace(3, 0.8, self.classes)))
        shares = np.ones(self.classes) if self.balanced else np.array(skewed)
        exact = shares / shares.sum() * self.rows
        counts = np.floor(exact).astype(int)
        counts[np.argsort(counts - exact, kind="stable")[: self.rows - counts.sum()]] += 1
        return counts


def cells() -> list[Cell]:
    """Small ones first."""
    every = itertools.product((50, 200, 1000), (2, 4, 15), ("gaussian", "text"), (True, False), (False, True))
    return [Cell(kind, n, c, b, clustered) for n, c, kind, b, clustered in every if c < 15 or n >= 200]


class Population:
    """Rows of two blocks of features that tell as much as each other, and one that both systems share.

    System A reads the shared block and the first, B the shared and the second: their true scores are equal, and their
    errors are correlated. W reads the shared block alone, and is worse.
    """

    def __init__(self, cell: Cell, number: int, rng: np.random.Generator) -> None:
        scale, self.shared, self.own, self.cluster_scale = {
            "gaussian": (1.5, 6, 6, 0.6),
            "text": (0.6, 60, 60, 0.4),
        }[cell.kind]
        separation = SEPARATIONS[number] * scale * (1.0 if cell.classes == 2 else 1.25)
        self.cell = cell
        blocks = [rng.normal(size=(cell.classes, size)) for size in (self.shared, self.own)]
        if cell.kind == "gaussian":
            blocks = [block * separation / np.sqrt(block.shape[1]) for block in blocks]
        else:
            blocks = [np.log(rng.gamma(0.5, size=block.shape[1]) + 0.02) + separation * block for block in blocks]
        self.means = np.concatenate([blocks[0], blocks[1], blocks[1]], axis=1)

    def columns(self) -> dict[str, Array]:
        """System to the features that it reads."""
        shared, first = np.arange(self.shared), self.shared + np.arange(self.own)
        return {"A": np.r_[shared, first], "B": np.r_[shared, first + self.own], "W": shared}

    def draw(self, labels: Array, clusters: Array | None, rng: np.random.Generator) -> Array:
        """(rows, features): normal values, or counts of words of documents of about 30 words."""
        centres = self.means[labels]
        if clusters is not None:
            effects = self.cluster_scale * rng.normal(size=(clusters.max() + 1, centres.shape[1]))
            centres = centres + effects[clusters]
        if self.cell.kind == "gaussian":
            return centres + rng.normal(size=centres.shape)
        shares = np.exp(centres)
        return rng.poisson(30 * shares / shares.sum(axis=1, keepdims=True)).astype(float)


@dataclass(frozen=True)
class Layout:
    """Labels, clusters and folds of an experiment. folds: (repeats, rows)."""

    labels: Array
    clusters: Array | None
    folds: Array


def layout(cell: Cell, rng: np.random.Generator) -> Layout:
    """As scikit-learn splits: stratified, and by whole clusters where there are some."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    labels = rng.permutation(np.repeat(np.arange(cell.classes), cell.counts()))
    clusters = np.arange(cell.rows) // CLUSTER if cell.clustered else None
    folds = np.empty((REPEATS, cell.rows), dtype=int)
    splitter = StratifiedGroupKFold if cell.clustered else StratifiedKFold
    for repeat in range(REPEATS):
        split = splitter(FOLDS, shuffle=True, random_state=int(rng.integers(2**31)))
        for number, (_, test) in enumerate(split.split(labels, labels, clusters)):
            folds[repeat, test] = number
    return Layout(labels, clusters, folds)


def fit(cell: Cell, sums: Array, counts: Array) -> tuple[Array, Array]:
    """Weights (..., classes, features) and biases (..., classes) from the classes' sums and counts of rows.

    Gaussian: linear discriminants of known unit variance. Text: multinomial naive Bayes, alpha 1.
    """
    with np.errstate(divide="ignore"):
        priors = np.log(counts / counts.sum(axis=-1, keepdims=True))
    if cell.kind == "text":
        smoothed = sums + 1.0
        return np.log(smoothed / smoothed.sum(axis=-1, keepdims=True)), priors
    means = sums / np.maximum(counts, 1)[..., None]
    return means, priors - 0.5 * (means**2).sum(axis=-1)


def prediction(weights: Array, bias: Array, matrix: Array) -> Array:
    """(rows,) classes."""
    return np.argmax(matrix @ weights.T + bias, axis=1)


def cross_validate(cell: Cell, matrix: Array, made: Layout, *, inner: bool) -> tuple[Array, Array]:
    """Guesses (repeats, rows), and those of models without two folds (repeats, rows, folds): by row and second fold.

    inner: whether the second are wanted; a row's own fold holds its guess of the first kind.
    """
    rows = len(made.labels)
    one_hot = np.eye(cell.classes)[made.labels]
    total, count = one_hot.T @ matrix, one_hot.sum(axis=0)
    first = np.empty((REPEATS, rows), dtype=int)
    second = np.empty((REPEATS, rows, FOLDS), dtype=int)
    for repeat, fold in enumerate(made.folds):
        tested = np.eye(FOLDS)[fold]
        joint = (tested[:, :, None] * one_hot[:, None, :]).reshape(rows, -1)
        sums, counts = (joint.T @ matrix).reshape(FOLDS, cell.classes, -1), joint.sum(axis=0).reshape(FOLDS, -1)
        members = [np.flatnonzero(fold == number) for number in range(FOLDS)]
        weights, bias = fit(cell, total - sums, count - counts)
        for k in range(FOLDS):
            first[repeat, members[k]] = prediction(weights[k], bias[k], matrix[members[k]])
        for k, j in itertools.combinations(range(FOLDS), 2) if inner else ():
            both, offset = fit(cell, total - sums[k] - sums[j], count - counts[k] - counts[j])
            second[repeat, members[j], k] = prediction(both, offset, matrix[members[j]])
            second[repeat, members[k], j] = prediction(both, offset, matrix[members[k]])
        if inner:
            second[repeat, np.arange(rows), fold] = first[repeat]
    return first, second


def true_scores(population: Population, layouts: list[Layout], rng: np.random.Generator) -> dict[str, Any]:
    """System to metric to its score: of the confusion matrix expected over training sets, classes as observed."""
    cell = population.cell
    sets = 240
    confusion = {name: np.zeros((cell.classes, cell.classes)) for name in population.columns()}
    wanted = cell.counts() / cell.rows
    labels = np.repeat(np.arange(cell.classes), np.maximum(20, np.round(3000 * wanted)).astype(int))
    for _ in range(sets):
        made = layouts[rng.integers(len(layouts))]
        train = np.flatnonzero(made.folds[rng.integers(REPEATS)] != rng.integers(FOLDS))
        matrix = population.draw(made.labels, made.clusters, rng)[train]
        fresh = rng.permutation(labels)
        test = population.draw(fresh, np.arange(len(fresh)) // CLUSTER if cell.clustered else None, rng)
        one_hot = np.eye(cell.classes)[made.labels[train]]
        for name, columns in population.columns().items():
            weights, bias = fit(cell, one_hot.T @ matrix[:, columns], one_hot.sum(axis=0))
            found = confusion_matrix(fresh, prediction(weights, bias, test[:, columns]), cell.classes)
            confusion[name] += found / found.sum(axis=1, keepdims=True) * wanted[:, None]
    return {
        name: {metric: float(of.of_confusion(matrix)[0]) for metric, of in METRICS.items()}
        for name, matrix in confusion.items()
    }


def variances(influence: Array, made: Layout) -> dict[str, float]:
    """Variance of the mean of (repeats, rows) influences, in the ways that the candidates take it."""
    rows = influence.shape[1]
    mean = influence.mean(axis=0)
    units = np.arange(rows) if made.clusters is None else made.clusters
    n_units = int(units.max()) + 1

    def of(values: Array) -> float:
        sums = np.bincount(units, values, n_units)
        return float(n_units / (n_units - 1) * (sums**2).sum() / rows**2)

    def within(values: Array) -> float:
        return of(values - (np.bincount(made.labels, values) / np.bincount(made.labels))[made.labels])

    single = [within(repeat) for repeat in influence]
    folds = np.concatenate([np.bincount(f, r) / np.bincount(f) for f, r in zip(made.folds, influence, strict=True)])
    return {
        "rows": of(mean - mean.mean()),
        "strata": within(mean),
        "single_strata": float(np.mean(single)),
        "first_strata": single[0],
        "folds": float(folds.var(ddof=1)),
    }


def fold_variance(
    metric: ConfusionMetric, predictions: Array, others: Array | None, made: Layout, classes: int
) -> float:
    """Variance over all folds of a score, or of a difference; a class that a fold does not test is left out of it."""
    values = []
    for repeat, fold in enumerate(made.folds):
        for number in range(FOLDS):
            rows = fold == number
            there = np.unique(made.labels[rows])

            def score(found: Array, rows: Array = rows, there: Array = there) -> float:
                confusion = confusion_matrix(made.labels[rows], found[rows], classes)
                if isinstance(metric, F1Macro):
                    hits = np.diag(confusion)
                    return float(np.mean((2 * hits / np.maximum(confusion.sum(0) + confusion.sum(1), 1))[there]))
                if isinstance(metric, BalancedAccuracy):
                    return float(np.mean((np.diag(confusion) / np.maximum(confusion.sum(1), 1))[there]))
                return float(metric.of_confusion(confusion)[0])

            values.append(score(predictions[repeat]) - (0.0 if others is None else score(others[repeat])))
    return float(np.var(values, ddof=1))


def bootstrap(
    metric: ConfusionMetric, predictions: Array, made: Layout, classes: int, rng: np.random.Generator
) -> list[float]:
    """Percentile and BCa limits, resampling rows (or clusters) of the predictions pooled over folds and repeats."""
    from scipy import stats

    rows = len(made.labels)
    units = np.arange(rows) if made.clusters is None else made.clusters
    n_units = int(units.max()) + 1
    table = np.zeros((n_units, classes * classes))
    for found in predictions:
        np.add.at(table, (units, made.labels * classes + found), 1 / REPEATS)

    def statistic(drawn: Array, axis: int = -1) -> Array:
        flat = drawn.reshape(-1, drawn.shape[-1])
        where = flat + n_units * np.arange(len(flat))[:, None]
        weights = np.bincount(where.ravel(), minlength=len(flat) * n_units).reshape(len(flat), n_units)
        confusion = (weights @ table).reshape(len(flat), classes, classes)
        # A class that a resample has lost counts as never hit.
        values = np.nan_to_num(metric.of_confusion(confusion)[:, 0])
        return values.reshape(drawn.shape[:-1])

    resamples = 500
    drawn = stats.bootstrap(
        (np.arange(n_units),), statistic, n_resamples=resamples, vectorized=True, method="percentile", rng=rng
    )
    options = {"n_resamples": 0, "vectorized": True, "bootstrap_result": drawn, "rng": rng}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        # Where every resample scores the same, BCa has no limits; it says so, and covers nothing.
        warnings.simplefilter("ignore")
        better = stats.bootstrap((np.arange(n_units),), statistic, method="BCa", **options)
    plain, corrected = drawn.confidence_interval, better.confidence_interval
    return [plain.low, plain.high, corrected.low, corrected.high]


def nested(first: Array, second: Array, made: Layout) -> list[float]:
    """Limits for the accuracy by nested cross-validation (Bates, Hastie and Tibshirani 2023, algorithm 1)."""
    hits = (first == made.labels).astype(float)
    inner = (second == made.labels[:, None]).astype(float)
    gaps, noise, inner_means = [], [], []
    for repeat, fold in enumerate(made.folds):
        for k in range(FOLDS):
            out = hits[repeat, fold == k]
            within = inner[repeat, fold != k, k]
            gaps.append((within.mean() - out.mean()) ** 2)
            noise.append(out.var(ddof=1) / len(out))
            inner_means.append(within.mean())
    plain = hits.mean()
    naive = hits.mean(axis=0).std(ddof=1) / np.sqrt(hits.shape[1])
    squared = max(float(np.mean(gaps) - np.mean(noise)), 0.0)
    error = float(np.clip(np.sqrt((FOLDS - 1) / FOLDS * squared), naive, np.sqrt(FOLDS) * naive))
    bias = (1 + (FOLDS - 2) / FOLDS) * (np.mean(inner_means) - plain)
    centre = np.mean(inner_means) - bias
    return [centre - 1.959964 * error, centre + 1.959964 * error]


def permutation(
    metric: ConfusionMetric, a: Array, b: Array, made: Layout, classes: int, rng: np.random.Generator
) -> float:
    """P-value of the difference when two systems' guesses are swapped row by row (cluster by cluster), 200 times."""
    units = np.arange(len(made.labels)) if made.clusters is None else made.clusters
    n_units = int(units.max()) + 1
    tables = []
    for predictions in (a, b):
        table = np.zeros((n_units, classes * classes))
        for found in predictions:
            np.add.at(table, (units, made.labels * classes + found), 1 / REPEATS)
        tables.append(table)
    swap = rng.integers(0, 2, size=(200, n_units)).astype(float)
    changed = swap @ (tables[1] - tables[0])
    totals = [table.sum(axis=0) for table in tables]

    def value(flat: Array) -> Array:
        return metric.of_confusion(flat.reshape(-1, classes, classes))[:, 0]

    seen = abs(value(totals[0])[0] - value(totals[1])[0])
    differences = np.abs(value(totals[0] + changed) - value(totals[1] - changed))
    return float((1 + (differences >= seen - 1e-12).sum()) / (1 + len(differences)))


def mcnemar(a: Array, b: Array, labels: Array) -> float:
    """McNemar's exact p-value on the first repeat."""
    from scipy import stats

    only_a, only_b = int(((a == labels) & (b != labels)).sum()), int(((a != labels) & (b == labels)).sum())
    return 1.0 if only_a + only_b == 0 else float(stats.binomtest(only_a, only_a + only_b).pvalue)


def experiment(population: Population, made: Layout, rng: np.random.Generator) -> dict[str, float]:
    """Everything that the candidates need of one experiment."""
    cell = population.cell
    matrix = population.draw(made.labels, made.clusters, rng)
    found: dict[str, float] = {}
    predictions, second = {}, None
    for name, columns in population.columns().items():
        predictions[name], inner = cross_validate(cell, matrix[:, columns], made, inner=name == "A")
        second = inner if name == "A" else second
    names = tuple(map(str, range(cell.classes)))
    for metric, of in METRICS.items():
        score, influence = {}, {}
        for name, repeats in predictions.items():
            outcomes = [Outcome(names, made.labels, repeat) for repeat in repeats]
            score[name] = np.array([of.of_confusion(outcome.confusion())[0] for outcome in outcomes])
            influence[name] = np.stack([of.influence(outcome)[""] for outcome in outcomes])
        found[f"{metric} A score"], found[f"{metric} A first"] = score["A"].mean(), score["A"][0]
        pairs = {"A": None, "A-B": "B", "A-W": "W"}
        for pair, other in pairs.items():
            if other is not None:
                found[f"{metric} {pair} score"] = (score["A"] - score[other]).mean()
                found[f"{metric} {pair} first"] = score["A"][0] - score[other][0]
            moved = influence["A"] if other is None else influence["A"] - influence[other]
            found |= {f"{metric} {pair} {key}": value for key, value in variances(moved, made).items()}
            other_predictions = None if other is None else predictions[other]
            if other != "W":
                found[f"{metric} {pair} fold scores"] = fold_variance(
                    of, predictions["A"], other_predictions, made, cell.classes
                )
            if other_predictions is not None:
                found[f"{metric} {pair} permutation"] = permutation(
                    of, predictions["A"], other_predictions, made, cell.classes, rng
                )
        limits = bootstrap(of, predictions["A"], made, cell.classes, rng)
        found |= dict(
            zip(
                [f"{metric} A {key}" for key in ("percentile low", "percentile high", "BCa low", "BCa high")],
                limits,
                strict=True,
            )
        )
    if second is not None:
        found["accuracy A nested low"], found["accuracy A nested high"] = nested(predictions["A"], second, made)
    for other in ("B", "W"):
        found[f"accuracy A-{other} McNemar"] = mcnemar(predictions["A"][0], predictions[other][0], made.labels)
    return found


def run(cell: Cell, number: int, folder: Path) -> None:
    """All experiments of one population, into one file."""
    target = folder / f"{cell.name}-{number}.npz"
    if target.exists():
        return
    rng = np.random.default_rng([zlib.crc32(cell.name.encode()), number])
    population = Population(cell, number, rng)
    layouts = [layout(cell, rng) for _ in range(LAYOUTS)]
    truth = true_scores(population, layouts, rng)
    found = [experiment(population, layouts[index % LAYOUTS], rng) for index in range(EXPERIMENTS)]
    columns = {key: np.array([one[key] for one in found]) for key in found[0]}
    scores = {f"true {metric} {name}": value for name, by in truth.items() for metric, value in by.items()}
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        np.savez_compressed(file, **columns, **scores)
    os.replace(part, target)


def main() -> None:
    """Run what is missing."""
    from joblib import Parallel, delayed
    from threadpoolctl import threadpool_limits

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    work = [(cell, number) for cell in cells() for number in range(POPULATIONS)]

    def one(cell: Cell, number: int) -> None:
        with threadpool_limits(1):
            run(cell, number, arguments.folder)

    Parallel(n_jobs=arguments.jobs, verbose=1)(delayed(one)(cell, number) for cell, number in work)


if __name__ == "__main__":
    main()
