"""Cross-validation by whole groups, with and without stratification, and one group at a time."""

from __future__ import annotations

import warnings
from abc import ABC
from typing import Any, ClassVar, Literal

import numpy as np

from bench.core.errors import BenchError
from bench.core.languages import Bilingual
from bench.experiment.protocols.base import PROTOCOLS
from bench.experiment.protocols.cross_validation import CrossValidation
from bench.experiment.splits import RowIndex, Split, Targets, splits_of


class Blocked(CrossValidation, ABC):
    """Base of the protocols that never part the rows of a group; inner folds keep groups whole, too."""

    blocked: ClassVar[bool] = True

    impossible: Literal["refuse", "report"] = "refuse"
    """What to do if a fold would train without a class: `refuse` the experiment, or `report` scores as missing."""

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Raises ImpossibleSplitError also where `impossible` is `report`: the caller acts on that key."""
        self.check_basics(targets)
        groups = len(targets.group_names)
        if targets.groups is None:
            raise BenchError(f"protocol {self.kind!r} needs groups; name their column: data.group")
        if groups < 2:
            raise BenchError(f"protocol {self.kind!r} needs 2 groups or more, the data has 1")
        self.check_folds(targets)
        self.check_splits(targets, tuned=tuned, remedy=lambda name: _remedy(targets, name))
        if tuned:
            self._check_inner(targets)
        return []

    def check_folds(self, targets: Targets) -> None:
        """Raises BenchError for more folds than groups."""
        groups = len(targets.group_names)
        if groups < self.folds:
            raise BenchError(f"folds: {self.folds}, but the data has {groups} groups; set {groups} or fewer")

    def _check_inner(self, targets: Targets) -> None:
        for repeat in range(self.repeats):
            for number, split in enumerate(self.outer(targets, repeat)):
                groups = len(np.unique(_groups(targets)[split.train]))
                if groups < self.inner_folds:
                    text = f"inner_folds: {self.inner_folds}, but fold {number} of repeat {repeat} trains on {groups}"
                    raise BenchError(f"{text} groups; set {groups} or fewer, or list no values")


@PROTOCOLS.register("grouped")
class Grouped(Blocked):
    """Repeated k-fold cross-validation by whole groups, folds of about equally many rows.

    Repeat r is scikit-learn's `GroupKFold(folds, shuffle=True, random_state=random_state + r)`, inner folds alike.
    """

    chinese: ClassVar[str] = "按组的交叉验证"

    kind: Literal["grouped"]

    def split(self, targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
        """As scikit-learn does it."""
        from sklearn.model_selection import GroupKFold

        return splits_of(GroupKFold(folds, shuffle=True, random_state=random_state), targets, rows)


@PROTOCOLS.register("stratified-grouped")
class StratifiedGrouped(Blocked):
    """Repeated k-fold cross-validation by whole groups, classes spread over the folds as evenly as groups allow.

    Repeat r is scikit-learn's `StratifiedGroupKFold(folds, shuffle=True, random_state=random_state + r)`, inner alike.
    """

    chinese: ClassVar[str] = "按组的分层交叉验证"

    kind: Literal["stratified-grouped"]

    def split(self, targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
        """As scikit-learn does it."""
        return _stratified_groups(targets, rows, folds, random_state)


@PROTOCOLS.register("leave-one-group-out")
class LeaveOneGroupOut(Blocked):
    """Each group is tested once, by what all the other groups trained: scikit-learn's `LeaveOneGroupOut`.

    Inner folds are `StratifiedGroupKFold(inner_folds, shuffle=True, random_state=random_state)` of the training rows.
    """

    chinese: ClassVar[str] = "每次留出一组"

    kind: Literal["leave-one-group-out"]

    folds: Literal[0] = 0
    """As many as groups."""

    repeats: Literal[1] = 1
    """One, as nothing in these splits is random."""

    def check_folds(self, targets: Targets) -> None:
        """There are as many folds as groups."""

    def describe(self, groups: int) -> str:
        """One fold a group."""
        [size] = self.train_sizes
        cut = "" if size == "all" else f" trained on {size} rows"
        chinese = "" if size == "all" else f"，用 {size} 行训练"
        return Bilingual(f"{groups} groups{cut}", f"{groups} 组{chinese}")

    def fit_count(self, targets: Targets, candidates: int) -> int:
        """One a group, and one a combination and inner fold where there is more than one."""
        return len(targets.group_names) * (1 + (candidates > 1) * candidates * self.inner_folds)

    def split(self, targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
        """`folds` of 0: one a group, in the order of their names."""
        from sklearn.model_selection import LeaveOneGroupOut as Splitter

        if folds:
            return _stratified_groups(targets, rows, folds, random_state)
        return splits_of(Splitter(), targets, rows)


def _stratified_groups(targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=random_state)
    with warnings.catch_warnings():
        # Scores pooled over folds need not have every class in every fold; `check` ensures that every class is trained.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        return splits_of(splitter, targets, rows)


def _groups(targets: Targets) -> Any:
    if targets.groups is None:
        raise ValueError("targets without groups")
    return targets.groups


def _remedy(targets: Targets, name: str) -> str:
    inside = np.unique(_groups(targets)[targets.labels == targets.classes.index(name)])
    if len(inside) == 1:
        alone = targets.group_names[int(inside[0])]
        return f"all its rows stand in the group {alone!r}: only splits that part groups can train and test it"
    return f"its rows stand in {len(inside)} groups; try more folds, kind 'stratified-grouped' or another random_state"
