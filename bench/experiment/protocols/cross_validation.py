"""What protocols share that test every row once in each repeat: folds, repeats, training sizes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.languages import Bilingual
from bench.core.settings import Many
from bench.experiment.protocols.base import LARGEST_STATE, Protocol, check_whole_data
from bench.experiment.splits import ImpossibleSplitError, RowIndex, Split, Targets, named, stratified_subset

MOST_FOLDS = 1_000_000


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
        """One protocol for each training size, in the given order."""
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
        cut = "" if size == "all" else f" trained on {size} rows"
        chinese = "" if size == "all" else f"，用 {size} 行训练"
        return Bilingual(f"{self.repeats} × {self.folds} folds{cut}", f"{self.folds} 折重复 {self.repeats} 次{chinese}")

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One for each fold, and one for each combination and inner fold where there are several combinations."""
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
