"""Repeated stratified k-fold cross-validation."""

from __future__ import annotations

import warnings
from typing import Literal

from bench.core.errors import BenchError
from bench.experiment.protocols.base import PROTOCOLS, CrossValidation, RowIndex, Split, Targets, splits_of


@PROTOCOLS.register("repeated-stratified")
class RepeatedStratified(CrossValidation):
    """Repeated stratified k-fold cross-validation, tuned in inner folds of the training rows.

    Repeat r is scikit-learn's `StratifiedKFold(folds, shuffle=True, random_state=random_state + r)`, its inner folds
    `StratifiedKFold(inner_folds, shuffle=True, random_state=random_state + r)` of the training rows.
    """

    kind: Literal["repeated-stratified"]

    def check(self, targets: Targets, *, tuned: bool) -> list[str]:
        """Classes of fewer rows than folds, and groups that are parted, are said."""
        self.check_basics(targets)
        counts = targets.counts()
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
            text = f"rows of one of the {len(targets.group_names)} groups may stand in training and test"
            found.append(f"{text}; kind 'stratified-grouped' keeps groups whole")
        return found

    def split(self, targets: Targets, rows: RowIndex, folds: int, random_state: int) -> list[Split]:
        """As scikit-learn does it."""
        from sklearn.model_selection import StratifiedKFold

        with warnings.catch_warnings():
            # `check` has said it once, in words of ours; that groups are parted, too.
            warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
            warnings.filterwarnings("ignore", message="The groups parameter is ignored", category=UserWarning)
            return splits_of(StratifiedKFold(folds, shuffle=True, random_state=random_state), targets, rows)
