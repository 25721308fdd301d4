"""What the variance of a score is made of: computed once a system, it gives that of all pairs of systems at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bench.comparison.uncertainty import (
    FEWEST_GROUPS,
    FEWEST_PURE_GROUPS,
    GROUP_WIDENING,
    WIDENING_ALONE,
    Codes,
    Estimate,
    Estimates,
    Floats,
    widening,
)

_TAUGHT = ("residuals", "taught", "own")
_NUMBERS_AT_ONCE = 1 << 15
"""So many are squared in one step: they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class SmallTraining:
    """Folds that train on fewer rows than they could, each on a subset of its own.

    folds: (repeats, rows) the fold that tested each row. overlap: share of a training set, 0 to 1, that another one
    has, too: training rows over all rows.
    """

    folds: Codes
    overlap: float


@dataclass(frozen=True, slots=True)
class Taught:
    """What halves of the rows taught: models of one half predict the other, `halvings` times.

    residuals: (halvings, rows) a row's influence less its mean over halvings. taught, own: (halvings,) by how much the
    first half teaches better than the second, and is predicted better over all halvings; in units of the score.
    """

    residuals: Floats
    taught: Floats
    own: Floats

    def minus(self, other: Taught) -> Taught:
        """Of the difference of two scores on the same halves."""
        return Taught(self.residuals - other.residuals, self.taught - other.taught, self.own - other.own)


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a score's influence its variance is the squares of. Those of a difference are the differences of these.

    rows: (repeats, units) what each unit moves, less the mean of its class or, of groups, of all; a single repeat where
    the training sets are independent. means: (folds,) mean of each fold's test rows; noise: (folds' units,) how far the
    units of each fold lie from their mean; both are empty where training is not small. halves: what halves of the rows
    taught, None where that was not run.
    """

    rows: Floats
    means: Floats
    noise: Floats
    halves: Taught | None = None

    def minus(self, other: Parts) -> Parts:
        """Of the difference of two scores on the same rows."""
        both = None if self.halves is None or other.halves is None else self.halves.minus(other.halves)
        return Parts(self.rows - other.rows, self.means - other.means, self.noise - other.noise, both)


@dataclass(frozen=True)
class Design:
    """How rows were drawn, split and trained on: all that a variance hangs on beside influence.

    labels: (rows,) true classes. units: (rows,) what was drawn by chance, numbered from 0, where it was not the rows:
    groups that no split parts. independent_training: whether repeats were trained on sets of their own and tested on
    the same rows, as by given files.

    In cross-validation the variance is that of a single repeat by the jackknife over rows within their classes (their
    shares are taken as they are), averaged over repeats and not divided by them. Averaging over repeats takes away the
    luck of the folds, but a row-level variance does not see that all training sets overlap; the one about makes up for
    the other, which is a finding of docs/intervals.md, not a theorem. A repeat that is alone is widened. Where halves
    of the rows were run, they tell what training sets do, and nothing has to make up for it. Over groups, influences
    are summed first, and not centred within classes: which classes a group brings is chance, too. With training sets of
    their own, the variance of the mean over rows and that between sets are added, their degrees of freedom joined by
    Satterthwaite's rule. With small training sets, the variance that they bring is taken from how far the folds' means
    lie apart beyond what their rows explain, and added for as many sets as there are folds, of which each pair shares a
    part.
    """

    labels: Codes
    units: Codes | None = None
    independent_training: bool = False
    small_training: SmallTraining | None = None

    @cached_property
    def pure(self) -> bool:
        """Whether groups were drawn that are each of one class."""
        if self.units is None:
            return False
        pairs = np.unique(self.units * (int(self.labels.max()) + 1) + self.labels)
        return len(pairs) == len(np.unique(self.units))

    @property
    def too_few_groups(self) -> bool:
        """Whether groups were drawn that are too few for a variance to be told from them."""
        fewest = FEWEST_PURE_GROUPS if self.pure else FEWEST_GROUPS
        return self.units is not None and len(np.unique(self.units)) < fewest

    def parts(self, influence: Floats) -> Parts:
        """Of influence, (repeats, rows) of each row on the score of each repeat, as `Metric.influence` gives it.

        Raises ValueError for fewer than two units.
        """
        if self.independent_training:
            influence = influence.mean(axis=0)[np.newaxis]
        centred = np.stack([self._centred(repeat) for repeat in influence])
        rows: Floats = centred
        if self.units is not None:
            rows = np.stack([np.bincount(self.units, repeat).astype(np.float64) for repeat in centred])
        if rows.shape[1] < 2:
            raise ValueError("a variance needs two units that chance drew")
        if not self._folds:
            return Parts(rows, np.zeros(0), np.zeros(0))
        means, noise = [], []
        for repeat, inside in self._folds:
            moved = centred[repeat][inside]
            sums = moved if self.units is None else _sums(self.units[inside], moved)
            means.append(float(moved.mean()))
            noise.append(sums - sums.mean())
        return Parts(rows, np.array(means), np.concatenate(noise))

    def taught(self, influence: Floats, halves: Codes) -> Taught:
        """Of influence, (halvings, rows), of models that learned from the other half. halves: (halvings, rows) 0 or 1.

        The mean over halvings tells how a row is predicted; what is left tells how the half that taught does.
        """
        halvings, rows = influence.shape
        centred = np.stack([self._centred(each) for each in influence])
        usual = centred.mean(axis=0)
        residuals = (centred - usual) * np.sqrt(halvings / (halvings - 1))
        side = np.where(halves == 0, 1.0, -1.0)
        # A half is predicted by what the other one taught.
        return Taught(residuals, -(side * residuals).sum(axis=1) / rows, side @ usual / rows)

    def estimate(self, values: Floats, parts: Parts) -> Estimate:
        """The mean over repeats of a score, or of a paired difference, and its variance. values: (repeats,)."""
        if parts.halves is not None:
            whole = (
                values.mean(),
                parts.rows.mean(axis=0),
                parts.halves.residuals,
                parts.halves.taught,
                parts.halves.own,
            )
            return self._with_training(*(np.asarray(each)[np.newaxis] for each in whole))[0]
        alone = (each[np.newaxis] for each in (values, parts.rows, parts.means, parts.noise))
        return self._estimates(*alone)[0]

    def score(self, values: Floats, parts: Parts) -> Estimate:
        """The mean over repeats of a single score, its rows widened by the size of their classes. values: (repeats,).

        Where groups were drawn, all are widened alike; where training sets are of their own, none, as was not studied.
        """
        alone = replace(parts, halves=None)
        if self.units is None and not self.independent_training and self.small_training is None:
            alone = replace(alone, rows=parts.rows * np.sqrt(widening(self._class_rows))[self.labels])
        return self.estimate(values, alone)

    def differences(self, values: Floats, parts: Sequence[Parts], asked: Iterable[tuple[int, range]]) -> Estimates:
        """The first system's score minus each of the others', as many as are asked for, in that order.

        values: (systems, repeats); parts: of each system; asked: the place of a first system, and those of the others.
        """
        halves = [each.halves for each in parts if each.halves is not None]
        names = ("rows", "means", "noise")
        arrays, of = [values, *(np.stack([getattr(each, name) for each in parts]) for name in names)], self._estimates
        if len(halves) == len(parts):
            means = np.stack([each.rows.mean(axis=0) for each in parts])
            taught = (np.stack([getattr(each, name) for each in halves]) for name in _TAUGHT)
            arrays, of = [values.mean(axis=1), means, *taught], self._with_training
        step = max(1, _NUMBERS_AT_ONCE // max(each[0].size for each in arrays))
        found = [
            of(*(each[first] - each[start : min(start + step, others.stop)] for each in arrays))
            for first, others in asked
            for start in range(others.start, others.stop, step)
        ]
        numbers = [[each.value for each in found], [each.variance for each in found], [each.degrees for each in found]]
        return Estimates(*(np.concatenate(each) if each else np.zeros(0) for each in numbers))

    def _with_training(self, *parts: Floats) -> Estimates:
        """Of some differences, whose number is the first axis of all: value, rows, and what they do as training rows.

        Were t what a row moves as one that teaches, and i as one that is predicted, the variance is the sum of (i + t)²
        over rows: i² by the jackknife of the rows' means over repeats, 2it and t² by the contrast of two halves, less
        the part of t² that is the luck of single predictions. Never less than the rows' own.
        """
        value, rows, residuals, taught, own = parts
        units = rows.shape[-1]
        variance = units / (units - 1) * (rows * rows).sum(axis=-1) / len(self.labels) ** 2
        luck = (residuals * residuals).sum(axis=-1) / len(self.labels) ** 2
        training = (2 * taught * own + taught * taught - luck).mean(axis=-1)
        return Estimates(value, variance + np.maximum(training, 0.0), np.full(len(variance), self._degrees))

    def _estimates(self, *parts: Floats) -> Estimates:
        """Of some scores or differences, whose number is the first axis of all: values, rows, means, noise."""
        values, rows, means, noise = parts
        value, units, repeats = values.mean(axis=-1), rows.shape[-1], values.shape[-1]
        single = units / (units - 1) * (rows * rows).sum(axis=-1) / len(self.labels) ** 2
        variance = single.mean(axis=-1)
        degrees = np.full(len(value), self._degrees)
        if self.independent_training:
            if repeats < 2:
                return Estimates(value, variance, degrees)
            return _joined(value, (variance, degrees), (values.var(axis=-1, ddof=1) / repeats, repeats - 1))
        variance = (
            (WIDENING_ALONE if repeats == 1 else 1.0) * (1.0 if self.units is None else GROUP_WIDENING) * variance
        )
        if self.small_training is None:
            return Estimates(value, variance, degrees)
        sets = len(self._folds)
        explained = (noise * noise * self._noise_weights).sum(axis=-1) / sets
        between = np.maximum(means.var(axis=-1, ddof=1) - explained, 0.0)
        training = between * (1 / sets + self.small_training.overlap)
        return _joined(value, (variance, degrees), (training, sets - 1))

    def _centred(self, influence: Floats) -> Floats:
        """Less the mean of each row's class; of all rows where groups were drawn, which bring their classes along."""
        if self.units is not None:
            means: Floats = influence - influence.mean()
            return means
        moved: Floats = influence - (np.bincount(self.labels, influence) / self._class_rows)[self.labels]
        return moved

    @cached_property
    def _class_rows(self) -> Codes:
        return np.maximum(np.bincount(self.labels), 1)

    @cached_property
    def _degrees(self) -> float:
        if self.units is not None:
            return float(max(int(self.units.max()), 1))
        return float(max(len(self.labels) - len(np.unique(self.labels)), 1))

    @cached_property
    def _folds(self) -> list[tuple[int, NDArray[np.intp]]]:
        """Repeat and rows of each fold, where training is small."""
        if self.small_training is None or self.independent_training:
            return []
        folds = self.small_training.folds
        return [
            (repeat, np.flatnonzero(fold == number)) for repeat, fold in enumerate(folds) for number in np.unique(fold)
        ]

    @cached_property
    def _noise_weights(self) -> Floats:
        """What each number of `Parts.noise` counts in the variance of its fold's mean."""
        weights = []
        for _, inside in self._folds:
            units = len(inside) if self.units is None else len(np.unique(self.units[inside]))
            weights.append(np.full(units, units / max(units - 1, 1) / len(inside) ** 2))
        return np.concatenate(weights)


def _joined(value: Floats, rows: tuple[Floats, Floats], training: tuple[Floats, int]) -> Estimates:
    """The sum of independent variances, each with its degrees of freedom, by Satterthwaite's rule."""
    total = rows[0] + training[0]
    below = rows[0] ** 2 / rows[1] + training[0] ** 2 / training[1]
    joined = total**2 / np.where(below == 0, 1.0, below)
    return Estimates(value, total, np.where(below == 0, rows[1], joined))


def _sums(units: Codes, values: Floats) -> Floats:
    counts = np.bincount(np.unique(units, return_inverse=True)[1], values)
    return np.asarray(counts, dtype=np.float64)
