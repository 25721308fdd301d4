"""Stored samples of one population and size, with their true scores and the influences of their rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from populations import POPULATIONS

from bench.experiment.metrics.base import ConfusionMetric

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
        judges = self.population.judged and not self.population.chose
        found = {"population": self.population.name, "judged": judges, "rows": self.rows}
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


def influences(
    metric: ConfusionMetric, labels: Array, prediction: Array, classes: int, *, pooled: bool
) -> tuple[Array, Array]:
    """(experiments, repeats) values and (..., rows) influences, as `Metric.influence` has them, of all at once.

    labels: (experiments, rows); prediction: (experiments, repeats, rows). pooled: over one confusion of all.
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
