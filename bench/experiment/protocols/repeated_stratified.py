"""Repeated stratified k-fold cross-validation."""

from __future__ import annotations

import functools
import warnings
from abc import ABC
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError
from bench.experiment.protocols.base import PROTOCOLS
from bench.experiment.protocols.cross_validation import CrossValidation
from bench.experiment.splits import Codes, RowIndex, Split, Targets, splits_of


class Stratified(CrossValidation, ABC):
    """Base of the protocols whose folds, outer and inner, are those of scikit-learn's `StratifiedKFold`."""

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Warns of classes with fewer rows than folds, and of groups whose rows are split."""
        self.check_basics(targets)
        counts = targets.counts(targets.testable)
        largest = max(counts.values())
        if largest < self.folds:
            raise BenchError(f"folds: {self.folds}, but no class has more than {largest} rows; set {largest} or fewer")
        trained = largest - -(-largest // self.folds)
        if tuned and trained < self.inner_folds:
            text = f"inner_folds: {self.inner_folds}, but training rows hold at most {trained} of a class"
            raise BenchError(f"{text}; set {trained} or fewer, or list no values")
        if self.train_sizes != ("all",):
            self.check_splits(targets, tuned=tuned, remedy=lambda _: "set a larger train size")
        found = []
        small = {name: count for name, count in counts.items() if count < self.folds}
        if small:
            names = ", ".join(f"{name} ({count})" for name, count in small.items())
            found.append(f"fewer rows than the {self.folds} folds in: {names}; some folds test without such a class")
        if len(targets.group_names) < len(targets) and targets.groups is not None:
            text = f"training and test may share groups ({len(targets.group_names)} in all)"
            found.append(f"{text}; kind 'stratified-grouped' keeps groups whole")
        return found

    def split(self, targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
        """As scikit-learn does it."""
        return stratified_folds(targets, rows, folds, random_state)


@PROTOCOLS.register("repeated-stratified")
class RepeatedStratified(Stratified):
    """Repeated stratified k-fold cross-validation, tuned in inner folds of the training rows.

    Repeat r is scikit-learn's `StratifiedKFold(folds, shuffle=True, random_state=random_state + r)`, its inner folds
    `StratifiedKFold(inner_folds, shuffle=True, random_state=random_state + r)` of the training rows.
    """

    chinese: ClassVar[str] = "分层交叉验证"

    kind: Literal["repeated-stratified"]


def stratified_folds(targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
    """`rows`, ascending, in the folds of `StratifiedKFold(folds, shuffle=True, random_state=random_state)`."""
    labels = targets.labels[rows]
    if folds > np.bincount(labels).max() or not _shuffles_as_known():
        return _plainly(targets, rows, folds, random_state)
    fold = _test_folds(labels, folds, random_state)
    return [Split(rows[fold != number], rows[fold == number]) for number in range(folds)]


def _plainly(targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
    from sklearn.model_selection import StratifiedKFold

    with warnings.catch_warnings():
        # `check` has warned of this once in our words, and of groups that are split.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        warnings.filterwarnings("ignore", message="The groups parameter is ignored", category=UserWarning)
        return splits_of(StratifiedKFold(folds, shuffle=True, random_state=random_state), targets, rows)


def _test_folds(labels: Codes, folds: int, random_state: int) -> NDArray[np.intp]:
    """(rows,) the fold that tests each row, as `StratifiedKFold` deals them, without its checks of what it is given.

    Those take ten times as long as a fold of some dozen rows takes to be tuned.
    """
    rng = np.random.RandomState(random_state)
    _, first, code = np.unique(labels, return_index=True, return_inverse=True)
    # Classes are numbered in the order in which they first come up.
    code = first.argsort().argsort()[code]
    in_order = np.sort(code)
    dealt = np.array([np.bincount(in_order[number::folds], minlength=len(first)) for number in range(folds)])
    fold = np.empty(len(labels), dtype=np.intp)
    for of_class in range(len(first)):
        hand = np.arange(folds).repeat(dealt[:, of_class])
        rng.shuffle(hand)
        fold[code == of_class] = hand
    return fold


@functools.cache
def _shuffles_as_known() -> bool:
    """Whether this version of scikit-learn splits as our code does; if not, scikit-learn itself is called."""
    rows = np.arange(37)
    targets = Targets(("a", "b", "c"), (rows**3 % 11 % 3).astype(np.int64))
    fold = _test_folds(targets.labels, 4, 7)
    return all((fold[split.test] == number).all() for number, split in enumerate(_plainly(targets, rows, 4, 7)))
