"""The variance of scores and of their differences, from how rows were drawn, split and trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.comparison.paired_variance import PairedRows, squares_apart
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
from bench.comparison.variance_components import Parts, SmallTraining, Taught

ClassCounts: TypeAlias = Literal["fixed", "random"]
"""Whether new data would have as many rows of each class as this (`fixed`), or chance decides how many (`random`)."""

_SIDES = ("taught", "own")
_NUMBERS_AT_ONCE = 1 << 15
"""How many numbers are squared in one step, so that they stay in the processor's cache."""


@dataclass(frozen=True)
class Design:
    """How rows were drawn, split and trained on: all that a variance depends on beside the influence of rows.

    labels: (rows,) true classes. units: (rows,) the group of each row, numbered from 0, where chance drew groups that
    every split keeps whole; None where it drew rows. independent_training: whether each repeat was trained on a set of
    its own and all were tested on the same rows, as with given files. class_counts: whether the numbers of rows of each
    class are given (`fixed`: influences are centred within classes) or chance, too (`random`: they are centred over all
    rows).

    In cross-validation, each row is a test row and also a training row; the variance over test rows does not contain
    what it does as a training row. What is added for that is found in docs/intervals.md by experiment, not proved:

    - A single score gets the variance over the rows of one repeat, averaged over repeats (not divided by their number),
      times `widening` of the classes. What classes add that are predicted for too few rows comes from `rare_classes`.
    - A difference gets the variance over the rows' means over repeats, and a variance for training. The latter is
      larger the more of a row's influence stays the same from repeat to repeat; where models were also run on halves of
      the rows, it is taken from these.
    - A single repeat is widened.
    - With groups, influences are first summed over each group. They are not centred within classes, as which classes
      are in a group is chance, too.
    - With independent training sets, the variance of the mean over rows and the variance between sets are added, and
      their degrees of freedom are joined by Satterthwaite's rule.
    - With small training sets, the variance due to training is that of the folds' means beyond what their rows explain.
      It is added for as many sets as there are folds, of which each pair shares a part.
    """

    labels: Codes
    units: Codes | None = None
    independent_training: bool = False
    small_training: SmallTraining | None = None
    class_counts: ClassCounts = "fixed"

    @cached_property
    def pure(self) -> bool:
        """Whether groups were drawn and all rows of each group are of one class."""
        if self.units is None:
            return False
        pairs = np.unique(self.units * (int(self.labels.max()) + 1) + self.labels)
        return len(pairs) == len(np.unique(self.units))

    @property
    def too_few_groups(self) -> bool:
        """Whether groups were drawn, but too few to estimate a variance from them."""
        fewest = FEWEST_PURE_GROUPS if self.pure else FEWEST_GROUPS
        return self.units is not None and len(np.unique(self.units)) < fewest

    @property
    def plain(self) -> bool:
        """Whether rows were drawn (not groups), and each fold trains on all rows that it does not test."""
        return self.units is None and not self.independent_training and self.small_training is None

    def parts(self, influence: Floats, rare: float = 0.0, *, learns: bool = True) -> Parts:
        """The parts of a score's variance, from the influence of each row.

        influence: (repeats, rows) on the score of each repeat, as `Metric.influence` gives it. rare, learns: as in
        `Parts`; `rare` counts only where rows were drawn, not groups or training sets.
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
            return Parts(rows, np.zeros(0), np.zeros(0), rare=rare if self.plain else 0.0, learns=learns)
        means, noise = [], []
        for repeat, inside in self._folds:
            moved = centred[repeat][inside]
            sums = moved if self.units is None else _sums(self.units[inside], moved)
            means.append(float(moved.mean()))
            noise.append(sums - sums.mean())
        return Parts(rows, np.array(means), np.concatenate(noise), learns=learns)

    def taught(self, influence: Floats, halves: Codes) -> Taught:
        """What models of one half of the rows show about training when they predict the other half.

        influence: (halvings, rows) of each row, predicted by the model of the other half. halves: (halvings, rows) the
        half of each row, 0 or 1. The mean over halvings belongs to the row as a test row; what is left belongs to the
        half that was trained on.
        """
        halvings, rows = influence.shape
        centred = np.stack([self._centred(each) for each in influence])
        usual = centred.mean(axis=0)
        residuals = (centred - usual) * np.sqrt(halvings / (halvings - 1))
        side = np.where(halves == 0, 1.0, -1.0)
        # Each half is predicted by the model of the other half, therefore the minus.
        return Taught(residuals, -(side * residuals).sum(axis=1) / rows, side @ usual / rows)

    def estimate(self, values: Floats, parts: Parts) -> Estimate:
        """The mean over repeats of a paired difference, and its variance. values: (repeats,)."""
        if not self.plain:
            return self._by_repeat(*(each[np.newaxis] for each in (values, parts.rows, parts.means, parts.noise)))[0]
        halves, means = parts.halves, (values.mean()[np.newaxis], parts.rows.mean(axis=0)[np.newaxis])
        kept = parts.rows if halves is None else halves.residuals
        sides = None if halves is None else (halves.taught[np.newaxis], halves.own[np.newaxis])
        either = np.array([parts.rare]), np.array([parts.learns])
        return PairedRows(*means, (kept * kept).sum()[np.newaxis], len(kept), sides, *either).estimates(self._degrees)[
            0
        ]

    def score(self, values: Floats, parts: Parts) -> Estimate:
        """The mean over repeats of a single score, and its variance, widened by the classes' sizes. values: (repeats,).

        Where groups were drawn, all are widened by the same factor; with independent training sets nothing is widened,
        as that was not studied. A system that learns from no row is not widened either: for it, only test rows are
        chance.
        """
        rows, lone = parts.rows, (parts.means, parts.noise)
        if self.plain and parts.learns:
            sums = np.stack([np.bincount(self.labels, repeat) for repeat in rows])
            between = (sums / self._class_rows)[:, self.labels]
            # The classes' means and the rows' deviations from them are orthogonal, so that their squares add up.
            rows = (rows - between) * np.sqrt(widening(self._class_rows))[self.labels] + between
        return self._by_repeat(*(each[np.newaxis] for each in (values, rows, *lone)))[0]

    def differences(self, values: Floats, parts: Sequence[Parts], asked: Iterable[tuple[int, range]]) -> Estimates:
        """The differences that are asked for, in that order: a first system's score minus that of each other system.

        values: (systems, repeats); parts: of each system; asked: the index of a first system, and those of the others.
        """
        step = max(1, _NUMBERS_AT_ONCE // max(parts[0].rows[0].size, len(self._folds), 1))
        blocks = [
            (first, slice(start, min(start + step, others.stop)))
            for first, others in asked
            for start in range(others.start, others.stop, step)
        ]
        if self.plain:
            found = self._of_rows(values, parts, blocks)
        else:
            stacked = [np.stack([getattr(each, name) for each in parts]) for name in ("rows", "means", "noise")]
            apart = ([each[first] - each[some] for each in (values, *stacked)] for first, some in blocks)
            found = [self._by_repeat(*each) for each in apart]
        numbers = [[each.value for each in found], [each.variance for each in found], [each.degrees for each in found]]
        return Estimates(*(np.concatenate(each) if each else np.zeros(0) for each in numbers))

    def _of_rows(self, values: Floats, parts: Sequence[Parts], blocks: Sequence[tuple[int, slice]]) -> list[Estimates]:
        """The differences of a first system and some others, block by block, where rows were drawn."""
        rows = np.stack([each.rows for each in parts])
        halves = [each.halves for each in parts if each.halves is not None]
        with_halves = len(halves) == len(parts)
        kept = np.stack([each.residuals for each in halves]) if with_halves else rows
        taught, own = (np.stack([getattr(each, name) for each in halves]) if with_halves else values for name in _SIDES)
        squares = squares_apart(kept.reshape(len(parts), -1))
        rare, learns = np.array([each.rare for each in parts]), np.array([each.learns for each in parts])
        value, usual = values.mean(axis=1), rows.mean(axis=1)
        return [
            PairedRows(
                value[first] - value[some],
                usual[first] - usual[some],
                squares[first, some],
                kept.shape[1],
                (taught[first] - taught[some], own[first] - own[some]) if with_halves else None,
                np.maximum(rare[first], rare[some]),
                learns[first] | learns[some],
            ).estimates(self._degrees)
            for first, some in blocks
        ]

    def _by_repeat(self, *parts: Floats) -> Estimates:
        """Estimate scores or differences by the variance of each repeat's units. parts: values, rows, means, noise."""
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
        """Influence minus its mean over the row's class.

        Minus its mean over all rows where groups were drawn, or where the numbers of rows of each class are chance.
        """
        if self.units is not None or self.class_counts == "random":
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
        means = 1 if self.class_counts == "random" else len(np.unique(self.labels))
        return float(max(len(self.labels) - means, 1))

    @cached_property
    def _folds(self) -> list[tuple[int, NDArray[np.intp]]]:
        """The repeat and the test rows of each fold, where training sets are small; else nothing."""
        if self.small_training is None or self.independent_training:
            return []
        folds = self.small_training.folds
        return [
            (repeat, np.flatnonzero(fold == number)) for repeat, fold in enumerate(folds) for number in np.unique(fold)
        ]

    @cached_property
    def _noise_weights(self) -> Floats:
        """The weight of each number of `Parts.noise` in the variance of its fold's mean."""
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
