"""Replays labelling: which rows each strategy would choose next, and how well a system trained on them does."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.languages import Bilingual
from bench.core.settings import Many
from bench.experiment.protocols.base import PROTOCOLS, Protocol
from bench.experiment.protocols.repeated_stratified import Stratified
from bench.experiment.splits import RowIndex, Split, Targets, stratified_subset
from bench.experiment.strategies.base import AnyStrategy, strategies

_DEFAULT = ("random", "margin")


@PROTOCOLS.register("labelling")
class Labelling(Stratified):
    """Replays on labelled data how strategies would have chosen which rows to label: does choosing beat drawing?

    In each fold of a repeated stratified cross-validation the training rows are a pool without labels. `start` of them,
    a stratified subset, are labelled; each system is fitted on what is labelled, each strategy chooses `step` rows, and
    so on. Every system runs once a strategy, and each number of labels is a set of runs of its own, as `train_sizes`
    are: a fold's test rows are never chosen. The start is the same for all systems and strategies.
    """

    replays: ClassVar[bool] = True

    chinese: ClassVar[str] = "标注回放"

    kind: Literal["labelling"]

    folds: Annotated[int, Field(ge=2, le=1_000_000)] = 5
    """Folds of a repeat, each a replay of its own, 2 or more."""

    repeats: Annotated[int, Field(ge=1, le=1000)] = 4
    """How often the rows are split anew, 1 to 1,000."""

    start: Annotated[int, Field(ge=2, le=1_000_000_000)] = 40
    """Rows that are labelled when the replay begins, each class among them."""

    step: Annotated[int, Field(ge=1, le=1_000_000_000)] = 20
    """Rows that are labelled at a time."""

    rounds: Annotated[int, Field(ge=1, le=1000)] = 5
    """How often that happens, 1 to 1,000."""

    train_sizes: Annotated[
        Many[Annotated[int, Field(ge=2, le=1_000_000_000)] | Literal["all"]], Field(min_length=1)
    ] = ("all",)
    """Of the numbers of labels, those at which systems are scored; `all`: the start, and after each round."""

    strategies: Many[AnyStrategy] = Field(
        default_factory=lambda: strategies(*_DEFAULT), json_schema_extra={"default": list(_DEFAULT)}
    )
    """What chooses them: names of strategies, or their settings under a `kind`."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Every number of labels, the start first."""
        return tuple(self.start + self.step * done for done in range(self.rounds + 1))

    @property
    def rounds_done(self) -> int:
        """How often rows were chosen until there are as many labels as `train_sizes` says; 0 where it says `all`."""
        [size] = self.train_sizes
        return 0 if size == "all" else (size - self.start) // self.step

    def expand(self) -> list[Protocol]:
        """One protocol for each number of labels; the system's name says which strategy chose them."""
        sizes = self.sizes if self.train_sizes == ("all",) else self.train_sizes
        return [self.model_copy(update={"train_sizes": (size,), "strategies": ()}) for size in sizes]

    def describe(self, groups: int) -> str:
        """Repeats times folds, and the number of labels."""
        del groups
        [size] = self.train_sizes
        english = f"{self.repeats} × {self.folds} folds, {size} labels"
        return Bilingual(english, f"{self.folds} 折重复 {self.repeats} 次，{size} 个标签")

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One more a fold for each time that rows are chosen."""
        return super().fit_count(targets, candidates) * (1 + self.rounds_done)

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Raises BenchError also for a start of fewer rows than classes, and for a size that no round reaches."""
        if self.start < len(targets.classes):
            text = f"start: {self.start} rows cannot hold each of the {len(targets.classes)} classes"
            raise BenchError(f"{text}; set {len(targets.classes)} or more")
        [size] = self.train_sizes
        if size not in self.sizes:
            few = ", ".join(map(str, self.sizes[:6]))
            raise BenchError(f"train_sizes: {size} is no number of labels of this replay ({few}, …); leave it out")
        least = min(len(split.train) for split in self.splits(targets, 0))
        if max(self.sizes) > least:
            text = f"start, step and rounds: {max(self.sizes)} labels in the end, but a fold's pool has {least} rows"
            raise BenchError(f"{text}; set fewer rounds or smaller steps")
        largest = min(int(np.bincount(targets.labels[split.train]).max()) for split in self.outer(targets, 0))
        if tuned and largest < self.inner_folds:
            text = f"start: {self.start} rows hold at most {largest} of a class, fewer than the inner_folds"
            raise BenchError(f"{text} {self.inner_folds}; set fewer inner folds or a larger start, or list no values")
        return super().check(targets, tuned=tuned)

    def splits(self, targets: Targets, repeat: int) -> list[Split]:
        """The folds of one repeat: all rows of the pool, and the test rows.

        Rows that a strategy chose take no part: a pool of them is none that anybody draws from.
        """
        return self.split(targets, targets.testable, self.folds, self.random_state + repeat)

    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """The folds as the replay begins: the rows of the start alone train."""
        state = self.random_state + repeat
        return [
            Split(stratified_subset(targets.labels, split.train, self.start, [state, number]), split.test)
            for number, split in enumerate(self.splits(targets, repeat))
        ]

    def pool(self, targets: Targets, repeat: int, number: int) -> RowIndex:
        """The rows of one fold that may be labelled, ascending: all but its test rows."""
        return self.splits(targets, repeat)[number].train
