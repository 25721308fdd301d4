"""The variance of scores and of their differences, from how rows were drawn, split and trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.comparison.parts import Parts, SmallTraining, Taught
from bench.comparison.uncertainty import (
    FEWEST_GROUPS,
    FEWEST_PURE_GROUPS,
    GROUP_WIDENING,
    PAIRED_WIDENING,
    WIDENING_ALONE,
    Codes,
    Estimate,
    Estimates,
    Floats,
    widening,
)

ClassCounts: TypeAlias = Literal["fixed", "random"]
"""Whether data drawn anew has as many rows of each class as these, or as many as chance brings."""

_TAUGHT = ("residuals", "taught", "own")
_NUMBERS_AT_ONCE = 1 << 15
"""So many are squared in one step: they stay in the processor's cache."""


@dataclass(frozen=True)
class Design:
    """How rows were drawn, split and trained on: all that a variance hangs on beside influence.

    labels: (rows,) true classes. units: (rows,) what was drawn by chance, numbered from 0, where it was not the rows:
    groups that no split parts. independent_training: whether repeats were trained on sets of their own and tested on
    the same rows, as by given files. class_counts: whether the numbers of rows of each class are part of the question
    (`fixed`: influences are centred within classes) or chance, too (`random`: they are centred over all rows).

    In cross-validation rows that are tested are also rows that teach, and a row-level variance does not see the second.
    So a single score gets the variance of one repeat's rows, averaged over repeats and not divided by them, times
    `widening` of their classes. A difference gets that of the rows' means over repeats, and what the rows teach: the
    more, the more of a row's influence stays the same from repeat to repeat; or what halves of the rows told, where
    they were run. These are findings of docs/intervals.md, not theorems. A repeat that is alone is widened.
    Over groups, influences are summed first, and not centred within classes: which classes a group brings is chance,
    too. With training sets of their own, the variance of the mean over rows and that between sets are added, their
    degrees of freedom joined by Satterthwaite's rule. With small training sets, the variance that they bring is taken
    from how far the folds' means lie apart beyond what their rows explain, and added for as many sets as there are
    folds, of which each pair shares a part.
    """

    labels: Codes
    units: Codes | None = None
    independent_training: bool = False
    small_training: SmallTraining | None = None
    class_counts: ClassCounts = "fixed"

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

    def parts(self, influence: Floats, rare: float = 0.0, *, learns: bool = True) -> Parts:
        """Of influence, (repeats, rows) of each row on the score of each repeat, as `Metric.influence` gives it.

        rare, learns: as in `Parts`; the first counts where rows were drawn, not groups or training sets.
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
            return Parts(rows, np.zeros(0), np.zeros(0), rare=rare if self._plain else 0.0, learns=learns)
        means, noise = [], []
        for repeat, inside in self._folds:
            moved = centred[repeat][inside]
            sums = moved if self.units is None else _sums(self.units[inside], moved)
            means.append(float(moved.mean()))
            noise.append(sums - sums.mean())
        return Parts(rows, np.array(means), np.concatenate(noise), learns=learns)

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
        """The mean over repeats of a paired difference, and its variance. values: (repeats,)."""
        arrays = [values, parts.rows, parts.means, parts.noise]
        if parts.halves is not None:
            taught = [getattr(parts.halves, name) for name in _TAUGHT]
            arrays = [values.mean(), parts.rows.mean(axis=0), *taught]
        of = self._estimates if parts.halves is None else self._with_training
        return of(*(np.asarray(each)[np.newaxis] for each in (*arrays, parts.rare, parts.learns)))[0]

    def score(self, values: Floats, parts: Parts) -> Estimate:
        """The mean over repeats of a single score, its rows widened by the size of their classes. values: (repeats,).

        Where groups were drawn, all are widened alike; where training sets are of their own, none, as was not studied.
        What learns from no row is not widened: only tested rows are chance to it.
        """
        rows, lone = parts.rows, (parts.means, parts.noise)
        if self._plain and parts.learns:
            sums = np.stack([np.bincount(self.labels, repeat) for repeat in rows])
            between = (sums / self._class_rows)[:, self.labels]
            # Rows less their classes' means, and these means, are orthogonal: their squares add up.
            rows = (rows - between) * np.sqrt(widening(self._class_rows))[self.labels] + between
        return self._by_repeat(*(each[np.newaxis] for each in (values, rows, *lone)))[0]

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
        rare, learns = np.array([each.rare for each in parts]), np.array([each.learns for each in parts])
        step = max(1, _NUMBERS_AT_ONCE // max(each[0].size for each in arrays))
        found = []
        for first, others in asked:
            for start in range(others.start, others.stop, step):
                some = slice(start, min(start + step, others.stop))
                either = np.maximum(rare[first], rare[some]), learns[first] | learns[some]
                found.append(of(*(each[first] - each[some] for each in arrays), *either))
        numbers = [[each.value for each in found], [each.variance for each in found], [each.degrees for each in found]]
        return Estimates(*(np.concatenate(each) if each else np.zeros(0) for each in numbers))

    def _with_training(self, *parts: Floats) -> Estimates:
        """Of some differences, whose number is the first axis of all: value, rows, and what they do as training rows.

        Were t what a row moves as one that teaches, and i as one that is predicted, the variance is the sum of (i + t)²
        over rows: i² by the jackknife of the rows' means over repeats, 2it and t² by the contrast of two halves, less
        the part of t² that is the luck of single predictions. Never less than the rows' own.
        """
        value, rows, residuals, taught, own, rare, learns = parts
        units = rows.shape[-1]
        variance = units / (units - 1) * (rows * rows).sum(axis=-1) / len(self.labels) ** 2
        luck = (residuals * residuals).sum(axis=-1) / len(self.labels) ** 2
        training = learns * np.maximum((2 * taught * own + taught * taught - luck).mean(axis=-1), 0.0)
        return Estimates(value, variance + training + rare, np.full(len(variance), self._degrees))

    def _estimates(self, *parts: Floats) -> Estimates:
        """Of some differences, whose number is the first axis of all: values, rows, means, noise, rare, learns.

        Where repeats can be compared, the part of a row's influence that stays from one to the next says how much the
        row teaches, and adds its share of one repeat's variance once more.
        """
        values, rows, means, noise, rare, learns = parts
        units, repeats = rows.shape[-1], rows.shape[1]
        if not self._plain or repeats == 1:
            alone = self._by_repeat(values, rows, means, noise)
            return Estimates(alone.value, alone.variance + rare, alone.degrees)
        scale = units / (units - 1) / len(self.labels) ** 2
        single = scale * (rows * rows).sum(axis=-1).mean(axis=-1)
        usual = rows.mean(axis=1)
        mean = scale * (usual * usual).sum(axis=-1)
        lasting = np.maximum(repeats * mean - single, 0.0) / (repeats - 1)
        taught = (PAIRED_WIDENING - 1) * mean + lasting**2 / np.where(single == 0, 1.0, single)
        return Estimates(values.mean(axis=-1), mean + learns * taught + rare, np.full(len(mean), self._degrees))

    def _by_repeat(self, *parts: Floats) -> Estimates:
        """Of some scores or differences, by the variance of each repeat's units: values, rows, means, noise."""
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
        """Less the mean of each row's class; of all rows where groups or the classes' rows were drawn by chance."""
        if self.units is not None or self.class_counts == "random":
            means: Floats = influence - influence.mean()
            return means
        moved: Floats = influence - (np.bincount(self.labels, influence) / self._class_rows)[self.labels]
        return moved

    @property
    def _plain(self) -> bool:
        """Whether rows were drawn, and folds train on all that are left."""
        return self.units is None and not self.independent_training and self.small_training is None

    @cached_property
    def _class_rows(self) -> Codes:
        return np.maximum(np.bincount(self.labels), 1)

    @cached_property
    def _degrees(self) -> float:
        if self.units is not None:
            return float(max(int(self.units.max()), 1))
        means = 1 if self.class_counts == "random" else len(np.unique(self.labels))
        return float(max(len(self.labels) - means, 1))

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
