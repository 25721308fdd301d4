"""Which rows train and which rows test: the splits of an experiment."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from bench.core.errors import BenchError
from bench.core.records import LabelledTexts
from bench.core.settings import Settings

RowIndex: TypeAlias = "NDArray[np.intp]"
Labels: TypeAlias = "Sequence[str] | NDArray[Any]"
_LARGEST_STATE = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Split:
    """Training and test rows of one fit, as ascending positions in the data."""

    train: RowIndex
    test: RowIndex


class RepeatedStratified(Settings):
    """Repeated stratified k-fold cross-validation, tuned in inner folds of the training rows.

    Repeat r is scikit-learn's `StratifiedKFold(folds, shuffle=True, random_state=random_state + r)`, its inner folds
    `StratifiedKFold(inner_folds, shuffle=True, random_state=random_state + r)` of the training rows.
    """

    kind: Literal["repeated-stratified"]

    folds: Annotated[int, Field(ge=2)] = 5
    """Folds of a repeat, 2 or more."""

    repeats: Annotated[int, Field(ge=1)] = 10
    """How often the rows are split anew, 1 or more."""

    inner_folds: Annotated[int, Field(ge=2)] = 5
    """Folds of the training rows in which listed values are tuned, 2 or more."""

    random_state: Annotated[int, Field(ge=0, le=_LARGEST_STATE)] = 0
    """What all chance in splits and solvers starts from, 0 to 2**32 - 1."""

    def check(self, data: LabelledTexts, *, tuned: bool) -> list[str]:
        """Warnings about data that splits badly, one line each.

        tuned: whether inner folds are needed.
        Raises BenchError for data that cannot be split: one class, a class of one row, more folds than rows, rows that
        the data itself sets apart.
        """
        if data.parts is not None and (data.parts.validation or data.parts.test):
            text = "'validation' and 'test' set rows apart, which cross-validation would mix with the others"
            raise BenchError(f"{text}; leave them out")
        counts = data.counts()
        if len(counts) < 2:
            raise BenchError(f"all {len(data)} rows have the label {data.classes[0]!r}; a classifier needs two or more")
        rare = {name: count for name, count in counts.items() if count < 2}
        if rare:
            names = ", ".join([*map(repr, list(rare)[:3]), *(["…"] if len(rare) > 3 else [])])
            text = f"{len(rare)} of {len(counts)} classes have one row only ({names})"
            raise BenchError(f"{text}; a class needs 2 rows to be trained and tested")
        largest = max(counts.values())
        if largest < self.folds:
            raise BenchError(f"folds: {self.folds}, but no class has more than {largest} rows; set {largest} or fewer")
        trained = largest - -(-largest // self.folds)
        if tuned and trained < self.inner_folds:
            text = f"inner_folds: {self.inner_folds}, but training rows hold at most {trained} of a class"
            raise BenchError(f"{text}; set {trained} or fewer, or list no values")
        last = self.random_state + self.repeats - 1
        if last > _LARGEST_STATE:
            raise BenchError(f"random_state: repeat {self.repeats} would need {last}; at most {_LARGEST_STATE} can be")
        small = {name: count for name, count in counts.items() if count < self.folds}
        if not small:
            return []
        named = ", ".join(f"{name} ({count})" for name, count in small.items())
        return [f"fewer rows than the {self.folds} folds in: {named}; some folds test without such a class"]

    def outer(self, labels: Labels, repeat: int) -> list[Split]:
        """The folds of one repeat, counted from 0."""
        return _stratified(np.asarray(labels), self.folds, self.random_state + repeat)

    def inner(self, labels: Labels, repeat: int) -> list[Split]:
        """Inner folds of training rows, as positions among them."""
        return _stratified(np.asarray(labels), self.inner_folds, self.random_state + repeat)


def _stratified(labels: NDArray[Any], folds: int, random_state: int) -> list[Split]:
    from sklearn.model_selection import StratifiedKFold

    splitter = StratifiedKFold(folds, shuffle=True, random_state=random_state)
    with warnings.catch_warnings():
        # `check` has said it once, in words of ours.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        return [Split(train, test) for train, test in splitter.split(np.zeros(len(labels)), labels)]
