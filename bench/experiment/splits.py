"""Splits of rows for training and testing, and what they are made from: classes, groups and given parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError
from bench.core.labelled_texts import AT_RANDOM, GivenParts, LabelledTexts

RowIndex: TypeAlias = "NDArray[np.intp]"


Codes: TypeAlias = "NDArray[np.int64]"


class ImpossibleSplitError(BenchError):
    """Data whose splits would leave a class untrained or untested: scores would be about something else."""


@dataclass(frozen=True, slots=True)
class Split:
    """Training and test rows of one fit, as ascending positions in the data."""

    train: RowIndex
    test: RowIndex


@dataclass(frozen=True, slots=True)
class Targets:
    """What splits depend on: the classes of the rows, and the groups that they belong to.

    classes: sorted; labels: (rows,) indices into classes; group_names: sorted; groups: (rows,) indices into them, None
    for data without groups. parts: training, validation and test rows where the data itself sets them apart.
    drawn: rows that were drawn at random to be labelled, ascending, where others were chosen; None where all were.
    """

    classes: tuple[str, ...]
    labels: Codes
    group_names: tuple[str, ...] = ()
    groups: Codes | None = None
    parts: GivenParts | None = None
    drawn: RowIndex | None = None

    @classmethod
    def of(cls, data: LabelledTexts) -> Self:
        """Of labelled texts."""
        labels = _codes(data.labels, data.classes)
        drawn = None
        if data.chosen_by is not None:
            drawn = np.flatnonzero([name == AT_RANDOM for name in data.chosen_by])
        if data.groups is None:
            return cls(data.classes, labels, parts=data.parts, drawn=drawn)
        names = tuple(sorted(set(data.groups)))
        return cls(data.classes, labels, names, _codes(data.groups, names), data.parts, drawn)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def testable(self) -> RowIndex:
        """The rows on which a score may rest, ascending: all but those that a strategy chose."""
        return np.arange(len(self)) if self.drawn is None else self.drawn

    def counts(self, rows: RowIndex | None = None) -> dict[str, int]:
        """Rows of each class, of all rows or of some."""
        labels = self.labels if rows is None else self.labels[rows]
        return dict(zip(self.classes, np.bincount(labels, minlength=len(self.classes)).tolist(), strict=True))


def stratified_subset(labels: Codes, rows: RowIndex, size: int, random_state: Sequence[int]) -> RowIndex:
    """`size` of `rows`, ascending, classes as in `rows` up to rounding; a smaller size gives a subset of a larger's.

    Each class has a row wherever `size` is no smaller than the number of classes.

    >>> labels = np.array([0, 0, 0, 0, 1, 1])
    >>> stratified_subset(labels, np.arange(6), 3, [7]).size
    3
    """
    shuffled = np.random.default_rng(random_state).permutation(rows)
    place = np.empty(len(shuffled))
    for code in np.unique(labels[rows]):
        members = np.flatnonzero(labels[shuffled] == code)
        # The j-th of n rows of a class is placed at (j + 1/2) / n of the way, so that all classes come in
        # their shares; its first row comes before all others, so that a small size leaves no class untrained.
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
        place[members[0]] = 0
    return np.sort(shuffled[np.argsort(place, kind="stable")[:size]])


def named(names: Sequence[str]) -> str:
    """The first names in quotes, three at most."""
    return ", ".join([*map(repr, names[:3]), *(["…"] if len(names) > 3 else [])])


def splits_of(splitter: Any, targets: Targets, rows: RowIndex) -> list[Split]:
    """What a scikit-learn splitter makes of `rows`, as positions in the data."""
    groups = None if targets.groups is None else targets.groups[rows]
    found = splitter.split(np.zeros(len(rows)), targets.labels[rows], groups)
    return [Split(rows[train], rows[test]) for train, test in found]


def _codes(values: Sequence[str], names: Sequence[str]) -> Codes:
    code = {name: index for index, name in enumerate(names)}
    return np.array([code[value] for value in values], dtype=np.int64)
