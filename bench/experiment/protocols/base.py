"""What every protocol is: settings that say which rows train, which tune and which test."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.records import AT_RANDOM, GivenParts, LabelledTexts
from bench.core.registry import Registry
from bench.core.settings import Choice, Many, Settings

RowIndex: TypeAlias = "NDArray[np.intp]"
Codes: TypeAlias = "NDArray[np.int64]"

LARGEST_STATE = 2**32 - 1
MOST_FOLDS = 1_000_000
RandomState = Annotated[int, Field(ge=0, le=LARGEST_STATE)]


class ImpossibleSplitError(BenchError):
    """Data whose splits would leave a class untrained or untested: scores would be about something else."""


@dataclass(frozen=True, slots=True)
class Split:
    """Training and test rows of one fit, as ascending positions in the data."""

    train: RowIndex
    test: RowIndex


@dataclass(frozen=True, slots=True)
class Targets:
    """What splits hang on: the classes of the rows, and the groups that they belong to.

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


class Protocol(Settings, ABC):
    """Base of the settings of a protocol; a subclass is registered under its `kind`."""

    kind: str

    blocked: ClassVar[bool] = False
    """Whether no split parts the rows of a group: then groups, not rows, are what chance drew."""

    calibrates: ClassVar[bool] = True
    """Whether its inner splits are of the training rows, so that a classifier can be calibrated in them."""

    cross_validates: ClassVar[bool] = True
    """Whether each row is tested by models that other rows trained; else some only train, and others only test."""

    replays: ClassVar[bool] = False
    """Whether systems choose their own training rows, each by its strategy."""

    random_state: RandomState = 0
    """What all chance in splits and solvers starts from, 0 to 2**32 - 1."""

    def expand(self) -> list[Protocol]:
        """The protocols of which each gives comparable scores: one a training size, itself where there are none."""
        return [self]

    @property
    def suffix(self) -> str:
        """What tells a run from those of the experiment's other protocols, `@20` for 20 training rows; or nothing."""
        return ""

    @abstractmethod
    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Warnings about data that splits badly, one line each.

        tuned: whether inner splits are needed.
        Raises BenchError for data that cannot be split so, ImpossibleSplitError where a class would be untrained.
        """

    def tested(self, targets: Targets) -> RowIndex:
        """The rows that every repeat tests, ascending."""
        return np.arange(len(targets))

    @abstractmethod
    def repeat_count(self, targets: Targets) -> int:
        """How often the tested rows are predicted."""

    @abstractmethod
    def describe(self, groups: int) -> str:
        """Its splits of data of so many groups in a few words, as `10 × 5 folds`."""

    @abstractmethod
    def fit_count(self, targets: Targets, candidates: int) -> int:
        """How many classifiers a system with so many combinations of listed values takes."""

    @abstractmethod
    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """The folds of one repeat, counted from 0; together they test each tested row once."""

    def fold_count(self, targets: Targets, repeat: int) -> int:
        """How many folds a repeat has."""
        return len(self.outer(targets, repeat))

    @abstractmethod
    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        """The splits in which listed values are tuned for an outer split, as positions in the data."""


class CrossValidation(Protocol, ABC):
    """Base of the protocols that test every row once a repeat, and tune in inner folds of the training rows."""

    folds: Annotated[int, Field(ge=2, le=MOST_FOLDS)] = 5
    """Folds of a repeat, 2 or more."""

    repeats: Annotated[int, Field(ge=1, le=1000)] = 10
    """How often the rows are split anew, 1 to 1,000."""

    inner_folds: Annotated[int, Field(ge=2, le=MOST_FOLDS)] = 5
    """Folds of the training rows in which listed values are tuned, 2 or more."""

    train_sizes: Annotated[
        Many[Annotated[int, Field(ge=2, le=1_000_000_000)] | Literal["all"]], Field(min_length=1)
    ] = ("all",)
    """Training rows of each fold, for a curve: nested stratified subsets, each a set of runs of its own; or `all`."""

    def expand(self) -> list[Protocol]:
        """One protocol a training size, in the order given."""
        return [self.model_copy(update={"train_sizes": (size,)}) for size in dict.fromkeys(self.train_sizes)]

    @property
    def suffix(self) -> str:
        """`@` and the training size."""
        return "" if self.train_sizes == ("all",) else f"@{self.train_sizes[0]}"

    def repeat_count(self, targets: Targets) -> int:
        """As set."""
        return self.repeats

    def tested(self, targets: Targets) -> RowIndex:
        """All rows but those that a strategy chose to be labelled, which train alone."""
        return targets.testable

    def fold_count(self, targets: Targets, repeat: int) -> int:
        """As set; one a group where that is 0."""
        del repeat
        return self.folds or len(targets.group_names)

    def describe(self, groups: int) -> str:
        """Repeats times folds, and the training size."""
        [size] = self.train_sizes
        return f"{self.repeats} × {self.folds} folds{'' if size == 'all' else f' trained on {size} rows'}"

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One a fold, and one a combination and inner fold where there is more than one."""
        return self.repeats * self.folds * (1 + (candidates > 1) * candidates * self.inner_folds)

    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """The folds, their training rows cut down to the training size."""
        state = self.random_state + repeat
        splits = self.whole_splits(targets, repeat)
        [size] = self.train_sizes
        if size == "all":
            return splits
        return [
            Split(stratified_subset(targets.labels, split.train, size, [state, number]), split.test)
            for number, split in enumerate(splits)
        ]

    def whole_splits(self, targets: Targets, repeat: int) -> list[Split]:
        """The folds of one repeat with all their training rows, those that a strategy chose in every one of them.

        Where groups stay whole, rows that were chosen do not train where others of their group are tested.
        """
        splits = self.split(targets, targets.testable, self.folds, self.random_state + repeat)
        if targets.drawn is None:
            return splits
        return [Split(self._with_chosen(targets, split), split.test) for split in splits]

    def _with_chosen(self, targets: Targets, split: Split) -> RowIndex:
        chosen = np.setdiff1d(np.arange(len(targets)), targets.testable)
        if self.blocked and targets.groups is not None:
            chosen = chosen[~np.isin(targets.groups[chosen], targets.groups[split.test])]
        return np.union1d(split.train, chosen)

    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        """The training rows split as all rows are."""
        return self.split(targets, split.train, self.inner_folds, self.random_state + repeat)

    @abstractmethod
    def split(self, targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
        """`rows`, ascending positions in the data, parted into folds."""

    def check_basics(self, targets: Targets) -> None:
        """Raises BenchError for one class, a class of one row, a random state out of range, and parts set apart."""
        check_whole_data(targets)
        untested = [name for name, count in targets.counts(targets.testable).items() if not count]
        if untested:
            text = f"all rows of {named(untested)} were chosen by a strategy, and scores may rest on random rows alone"
            raise ImpossibleSplitError(f"{text}; label more rows at random: bench next --strategy random")
        last = self.random_state + self.repeats - 1
        if last > LARGEST_STATE:
            raise BenchError(f"random_state: repeat {self.repeats} would need {last}; at most {LARGEST_STATE} can be")

    def check_splits(self, targets: Targets, *, tuned: bool, remedy: Callable[[str], str]) -> None:
        """Raises ImpossibleSplitError for a fold that trains no row of a class, BenchError for one too small to tune.

        remedy: class to what would work.
        """
        [size] = self.train_sizes
        for repeat in range(self.repeats):
            for number, split in enumerate(self._outer_checked(targets, repeat)):
                counts = np.bincount(targets.labels[split.train], minlength=len(targets.classes))
                if not counts.all():
                    name = targets.classes[int(counts.argmin())]
                    text = f"fold {number} of repeat {repeat} would train on no row of class {name!r}"
                    raise ImpossibleSplitError(f"{text}; {remedy(name)}")
                if tuned and size != "all" and counts.max() < self.inner_folds:
                    text = (
                        f"train_sizes: {size} rows hold at most {counts.max()} of a class, fewer than the inner_folds"
                    )
                    raise BenchError(f"{text} {self.inner_folds}; set fewer inner folds, or list no values")

    def _outer_checked(self, targets: Targets, repeat: int) -> list[Split]:
        [size] = self.train_sizes
        if size != "all":
            full = self.whole_splits(targets, repeat)
            least = min(len(split.train) for split in full)
            if size > least:
                raise BenchError(f"train_sizes: {size}, but a fold trains on {least} rows; set {least} or 'all'")
        return self.outer(targets, repeat)


def check_whole_data(targets: Targets) -> None:
    """Raises BenchError for data that is to be split but has parts of its own, one class, or a class of one row."""
    if targets.parts is not None and (targets.parts.validation or targets.parts.test):
        text = "'validation' and 'test' set rows apart, which this protocol would mix with the others"
        raise BenchError(f"{text}; leave them out, or set protocol.kind to 'fixed'")
    counts = targets.counts()
    if len(counts) < 2:
        text = f"all {len(targets)} rows have the label {targets.classes[0]!r}; a classifier needs two or more"
        raise BenchError(text)
    rare = [name for name, count in counts.items() if count < 2]
    if rare:
        text = f"{len(rare)} of {len(counts)} classes have one row only ({named(rare)})"
        raise BenchError(f"{text}; a class needs 2 rows to be trained and tested")


PROTOCOLS: Registry[Protocol] = Registry("protocol", package="bench.experiment.protocols", group="banmian.protocols")

AnyProtocol = Annotated[Protocol, Choice(PROTOCOLS)]
"""The type of a field that holds the settings of any protocol."""


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
        # The j-th of n rows of a class stands at (j + 1/2) / n of the way, so that every class comes in step; its first
        # row comes before all, so that a small size leaves no class untrained.
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
        place[members[0]] = 0
    return np.sort(shuffled[np.argsort(place, kind="stable")[:size]])


def named(names: Sequence[str]) -> str:
    """Some names in quotes, at most three."""
    return ", ".join([*map(repr, names[:3]), *(["…"] if len(names) > 3 else [])])


def splits_of(splitter: Any, targets: Targets, rows: RowIndex) -> list[Split]:
    """What a scikit-learn splitter makes of `rows`, as positions in the data."""
    groups = None if targets.groups is None else targets.groups[rows]
    found = splitter.split(np.zeros(len(rows)), targets.labels[rows], groups)
    return [Split(rows[train], rows[test]) for train, test in found]


def _codes(values: Sequence[str], names: Sequence[str]) -> Codes:
    code = {name: index for index, name in enumerate(names)}
    return np.array([code[value] for value in values], dtype=np.int64)
