"""Holds out one random part of the rows for testing: the classical train-test split."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.languages import Bilingual
from bench.experiment.protocols.base import PROTOCOLS, Protocol, check_whole_data
from bench.experiment.protocols.cross_validation import MOST_FOLDS
from bench.experiment.protocols.repeated_stratified import stratified_folds
from bench.experiment.splits import ImpossibleSplitError, RowIndex, Split, Targets, named


@PROTOCOLS.register("holdout")
class Holdout(Protocol):
    """A stratified random part of the rows is held out and tested once, by what the other rows taught.

    It is `train_test_split(rows, test_size=test_size, stratify=labels, random_state=random_state)` of scikit-learn;
    listed values are tuned in `StratifiedKFold(inner_folds, shuffle=True, random_state=random_state)` of the training
    rows. For fewer than some thousand rows 'repeated-stratified' tells more, as it tests every row.
    """

    cross_validates: ClassVar[bool] = False

    chinese: ClassVar[str] = "留出法"

    kind: Literal["holdout"]

    test_size: Annotated[int, Field(ge=1, le=1_000_000_000)] | Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Rows that are held out: a number of rows, or a share below 1."""

    inner_folds: Annotated[int, Field(ge=2, le=MOST_FOLDS)] = 5
    """Folds of the training rows in which listed values are tuned, 2 or more."""

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Raises ImpossibleSplitError where a class would train or test nothing, BenchError for too few rows to tune.

        Warns where groups have rows on both sides.
        """
        check_whole_data(targets)
        [split] = self.outer(targets, 0)
        for part, rows in (("training", split.train), ("test", split.test)):
            lacking = [name for name, count in targets.counts(rows).items() if not count]
            if lacking:
                text = f"the {part} rows hold no row of the classes {named(lacking)}"
                raise ImpossibleSplitError(f"{text}; label more rows of them, or set another test_size")
        trained = max(targets.counts(split.train).values())
        if tuned and trained < self.inner_folds:
            text = f"inner_folds: {self.inner_folds}, but training rows hold at most {trained} of a class"
            raise BenchError(f"{text}; set {trained} or fewer, or list no values")
        if targets.groups is not None and np.isin(targets.groups[split.test], targets.groups[split.train]).any():
            text = "groups have both training and test rows"
            return [f"{text}, which makes scores too high; kind 'stratified-grouped' keeps groups whole"]
        return []

    def tested(self, targets: Targets) -> RowIndex:
        """The rows that are held out."""
        return self.outer(targets, 0)[0].test

    def repeat_count(self, targets: Targets) -> int:
        """Once."""
        return 1

    def describe(self, groups: int) -> str:
        """How much is held out."""
        if isinstance(self.test_size, float):
            return Bilingual(f"{self.test_size:.0%} of the rows held out", f"留出 {self.test_size:.0%} 的行")
        return Bilingual(f"{self.test_size} rows held out", f"留出 {self.test_size} 行")

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One, and one a combination and inner fold where there is more than one combination."""
        return 1 + (candidates > 1) * candidates * self.inner_folds

    def outer(self, targets: Targets, repeat: int) -> list[Split]:
        """One split, as scikit-learn makes it; rows that a strategy chose train alone."""
        from sklearn.model_selection import train_test_split

        rows = targets.testable
        try:
            _, test = train_test_split(
                rows, test_size=self.test_size, stratify=targets.labels[rows], random_state=self.random_state
            )
        except ValueError as error:
            raise BenchError(f"test_size: {self.test_size} cannot be: {error}") from None
        return [Split(np.setdiff1d(np.arange(len(targets)), test), np.sort(test))]

    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        """Stratified folds of the training rows."""
        return stratified_folds(targets, split.train, self.inner_folds, self.random_state)
