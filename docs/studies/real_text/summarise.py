"""From experiments on real text to how often each interval holds the true score, and how often each test errs.

    python docs/studies/real_text/summarise.py FOLDER

reads what `experiments.py` and `groups.py` wrote into FOLDER, and writes `cells.csv` beside this file and
`bench/comparison/coverage.csv`, from which tables say what was measured. Without FOLDER it prints the tables of
docs/intervals.md from `cells.csv` alone. What is shipped is computed here by the product's own code.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from experiments import HALVES
from grouped import of_groups
from numpy.typing import NDArray
from populations import POPULATIONS
from tables import shipped_table, tables

from bench.comparison.rare_classes import unseen_variance
from bench.comparison.uncertainty import Estimate, of_score, score_limits
from bench.comparison.variance import Design, Parts
from bench.experiment.metrics.accuracy import Accuracy
from bench.experiment.metrics.base import ConfusionMetric, Outcome
from bench.experiment.metrics.f1 import F1Macro

HERE = Path(__file__).parent
CELLS = HERE / "cells.csv"
SHIPPED_TABLE = HERE.parents[2] / "bench" / "comparison" / "coverage.csv"
METRICS: Mapping[str, ConfusionMetric] = {
    "f1_macro": F1Macro(),
    "accuracy": Accuracy(),
}
SINGLE = ("complement-nb", "centroid", "knn", "ridge", "linear-svm")
NULLS = tuple(
    (f"{system}/{much}-a", f"{system}/{much}-b")
    for system, much in (("complement-nb", "light"), ("complement-nb", "heavy"), ("linear-svm", "heavy"))
)
PAIRS = (
    *NULLS,
    ("complement-nb", "complement-nb/1"),
    ("complement-nb", "centroid"),
    ("complement-nb", "linear-svm"),
    ("ridge", "linear-svm"),
    ("knn", "centroid"),
    ("complement-nb", "knn"),
)
SHIPPED, SHIPPED_ALONE = "as shipped", "as shipped, one repeat"
COLUMNS = (
    "population", "judged", "rows", "classes", "smallest", "counts", "groups", "metric", "of", "what", "method",
    "experiments", "rate", "width", "true", "bias",
)  # fmt: skip

Array: TypeAlias = "NDArray[Any]"
Line: TypeAlias = "dict[str, Any]"


class Cell:
    """The experiments of one file name. name: population, rows, and whether counts are fixed or random."""

    def __init__(self, folder: Path, name: str) -> None:
        population, rows, counts = name.split(".")
        self.population, self.rows, self.counts = POPULATIONS[population], int(rows), counts
        with np.load(folder / f"{name}.truth.npz") as stored:
            self.truth = {key: stored[key].astype(np.float64) for key in stored.files}
        self.arrays: dict[str, list[Array]] = {}
        for path in sorted(folder.glob(f"{name}.[0-9][0-9].npz")):
            with np.load(path) as stored:
                for key in stored.files:
                    self.arrays.setdefault(key, []).append(stored[key].astype(np.int64))
        self.labels = np.concatenate(self.arrays["labels"])
        shares = np.array(self.population.shares) / sum(self.population.shares)
        self.shares = shares if counts == "random" else self.population.counts(self.rows) / self.rows
        self.names = tuple(map(str, range(len(self.shares))))

    def true_score(self, metric: ConfusionMetric, system: str) -> float:
        """The mean over training sets of the score on rows in the population's shares; 0 for what lost characters."""
        if system not in self.truth:
            return 0.0
        return float(metric.of_confusion(self.truth[system] * self.shares[:, np.newaxis])[..., 0].mean())

    def predictions(self, design: str, system: str) -> Array:
        """(experiments, repeats, rows); of as many experiments as have this design."""
        return np.concatenate(self.arrays[f"{design} {system}"])

    def systems(self) -> list[str]:
        """All that were run."""
        return [key.removeprefix("cv ") for key in self.arrays if key.startswith("cv ")]

    def line(self, metric: str, of: str, what: str, method: str, rate: Array, **more: float) -> Line:
        """One line of the results."""
        found = {"population": self.population.name, "judged": self.population.judged, "rows": self.rows}
        found |= {
            "classes": len(self.shares),
            "smallest": round(self.shares.min() * self.rows),
            "counts": self.counts,
        }
        told = {key: f"{value:.4f}" for key, value in more.items()}
        return {
            **dict.fromkeys(COLUMNS, ""), **found, "metric": metric, "of": of, "what": what, "method": method,
            "experiments": len(rate), "rate": f"{np.mean(rate):.4f}", **told,
        }  # fmt: skip


class Taken:
    """What one system gives in one experiment: values by repeat, parts of its variance, what small classes may add."""

    def __init__(self, values: Array, parts: Parts, unseen: list[float]) -> None:
        self.values, self.parts, self.unseen = values, parts, unseen

    def first(self) -> tuple[Array, Parts]:
        """Values and parts of the first repeat alone."""
        return self.values[:1], replace(self.parts, rows=self.parts.rows[:1], halves=None)

    def rows_alone(self) -> Parts:
        """Parts of one repeat's rows, as where no halves were run."""
        return replace(self.parts, halves=None)

    def mean(self) -> Parts:
        """Parts of the rows' means over the repeats."""
        return replace(self.parts, rows=self.parts.rows.mean(axis=0)[np.newaxis].repeat(2, axis=0), halves=None)


def influences(
    metric: ConfusionMetric, labels: Array, prediction: Array, classes: int, *, pooled: bool
) -> tuple[Array, Array]:
    """(experiments, repeats) values and (..., rows) influences, as `Metric.influence` has them, of all at once.

    labels: (experiments, rows); guess: (experiments, repeats, rows). pooled: over one confusion of all.
    """
    experiments, repeats, rows = prediction.shape
    cells = labels[:, np.newaxis] * classes + prediction
    offset = classes**2 * np.arange(experiments * repeats).reshape(experiments, repeats, 1)
    counts = np.bincount((cells + offset).ravel(), minlength=experiments * repeats * classes**2)
    confusion = counts.reshape(experiments, repeats, classes, classes).astype(np.float64)
    values = metric.of_confusion(confusion)[..., 0]
    if pooled:
        confusion, rows = confusion.sum(axis=1, keepdims=True), rows * repeats
    full = metric.of_confusion(confusion)[..., 0]
    moved = np.zeros((*confusion.shape[:2], classes**2))
    for cell in range(classes**2):
        less = confusion.copy()
        less.reshape(*less.shape[:2], -1)[..., cell] -= 1
        moved[..., cell] = (rows - 1) * (full - metric.of_confusion(less)[..., 0])
    every = np.broadcast_to(moved, (experiments, repeats, classes**2))
    return values, np.take_along_axis(every, cells, axis=2)


def measured(cell: Cell) -> Iterator[Line]:
    """All lines of a cell."""
    sides, classes = np.concatenate(cell.arrays["two"]), len(cell.shares)
    designs = [Design(labels) for labels in cell.labels]
    for name, metric in METRICS.items():
        taken: dict[str, list[Taken]] = {}
        for system in cell.systems():
            predictions = cell.predictions("cv", system)
            values, moved = influences(metric, cell.labels, predictions, classes, pooled=False)
            halved = influences(metric, cell.labels, cell.predictions("two", system), classes, pooled=True)[1]
            for number, design in enumerate(designs):
                parts = replace(design.parts(moved[number]), halves=design.taught(halved[number], sides[number]))
                unseen = []
                if system in SINGLE:
                    outcomes = [Outcome(cell.names, design.labels, repeat) for repeat in predictions[number]]
                    unseen = [unseen_variance(metric, outcome)[""] for outcome in outcomes]
                taken.setdefault(system, []).append(Taken(values[number], parts, unseen))
        for system in SINGLE:
            yield from _coverage(cell, name, metric, system, list(zip(designs, taken[system], strict=True)))
        for pair in PAIRS:
            if all(one in taken for one in pair):
                both = list(zip(designs, *(taken[one] for one in pair), strict=True))
                yield from _tests(cell, name, metric, pair, both)


def _coverage(
    cell: Cell, name: str, metric: ConfusionMetric, system: str, taken: Sequence[tuple[Design, Taken]]
) -> Iterator[Line]:
    true = cell.true_score(metric, system)
    limits: dict[str, list[tuple[float, float]]] = {}
    for design, one in taken:
        rows = len(design.labels)
        single, mean = design.estimate(one.values, one.rows_alone()), design.estimate(one.values, one.mean())
        shipped = of_score(design.score(one.values, one.parts), rows, float(np.mean(one.unseen)))
        shipped_alone = of_score(design.score(*one.first()), rows, one.unseen[0])
        for method, found in {"one repeat's rows": single, "mean over repeats' rows": mean}.items():
            limits.setdefault(method, []).append(of_score(found, rows, 0.0).interval())
        limits.setdefault(SHIPPED, []).append(score_limits(shipped, metric.bounds, rows))
        limits.setdefault(SHIPPED_ALONE, []).append(score_limits(shipped_alone, metric.bounds, rows))
    bias = float(np.mean([one.values.mean() for _, one in taken])) - true
    for method, found in limits.items():
        low, high = np.clip(np.array(found).T, 0, 1)
        width = float((high - low).mean())
        held = (low <= true) & (true <= high)
        yield cell.line(name, system, "coverage", method, held, width=width, true=true, bias=bias)
        if method == SHIPPED and f"all {system}" in cell.truth:
            whole = cell.true_score(metric, f"all {system}")
            yield cell.line(
                name, system, "coverage of all rows' model", method, (low <= whole) & (whole <= high), true=whole
            )


def _tests(
    cell: Cell, name: str, metric: ConfusionMetric, pair: tuple[str, str], taken: Sequence[tuple[Design, Taken, Taken]]
) -> Iterator[Line]:
    """How often a test rejects the true difference (its error), and none (its power)."""
    true = cell.true_score(metric, pair[0]) - cell.true_score(metric, pair[1])
    kind = "exact null" if pair in NULLS else "shared features"
    found: dict[str, list[Estimate]] = {}
    for design, one, other in taken:
        values = one.values - other.values
        tried = {
            "one repeat's rows": (values, one.rows_alone().minus(other.rows_alone())),
            "mean over repeats' rows": (values, one.mean().minus(other.mean())),
            "with halves": (values, one.parts.minus(other.parts)),
            "one repeat's rows, one repeat": (values[:1], one.first()[1].minus(other.first()[1])),
        }
        for method, (differences, parts) in tried.items():
            found.setdefault(method, []).append(design.estimate(differences, parts))
    halves = _of_halves(cell, metric, pair)
    if halves is not None:
        rows = found["mean over repeats' rows"][: len(halves)]
        both = zip(rows, halves, strict=True)
        found["cross-validated halves"] = [Estimate(e.value, max(e.variance, v), e.degrees) for e, v in both]
    of = f"{pair[0]} - {pair[1]} ({kind})"
    for method, estimates in found.items():
        wrong = np.array([Estimate(e.value - true, e.variance, e.degrees).p_value() < 0.05 for e in estimates])
        yield cell.line(name, of, "error", method, wrong, true=true)
        if pair not in NULLS:
            told = np.array([e.p_value() < 0.05 for e in estimates])
            yield cell.line(name, of, "power", method, told, true=true)


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
                outcomes = [Outcome(cell.names, labels, prediction[number, halving][rows]) for prediction in systems]
                first, second = (float(metric.of_confusion(outcome.confusion())[0]) for outcome in outcomes)
                score.append(first - second)
            gap[number, halving] = score[0] - score[1]
        gaps.append(gap)
    found: Array = (gaps[0] * gaps[1]).mean(axis=1) / 4
    return found


def main() -> None:
    """Write the results, or print the tables."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        names = sorted({path.name.rsplit(".", 2)[0] for path in folder.glob("*.[0-9][0-9].npz")})
        lines = [line for name in names for line in measured(Cell(folder, name))]
        lines += [line for path in sorted(folder.glob("*.[0-9]*x[0-9]*.npz")) for line in of_groups(path, METRICS)]
        with SHIPPED_TABLE.open("w", encoding="utf-8", newline="") as file:
            file.write(shipped_table(lines))
        with CELLS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
    with CELLS.open(encoding="utf-8", newline="") as file:
        print(tables(list(csv.DictReader(file))))


if __name__ == "__main__":
    main()
