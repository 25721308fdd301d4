"""Permutation tests of whether a side column predicts the label, and corrections for many tests at once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = "NDArray[np.int64]"
Floats: TypeAlias = "NDArray[np.float64]"

FOLDS = 5
_SMOOTHING = 1.0
_MOST_WORK = 4_000_000_000
_FEWEST_PERMUTATIONS = 199
_MOST_AT_ONCE = 1 << 16
"""Numbers that one step of many permutations makes of each kind, so that they stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """How well one column alone predicts the label.

    score: balanced accuracy, 0 to 1, out of fold; chance: its mean over permutations of the column.
    p_value: share of permutations, the data itself counted, that score as high or higher.
    """

    score: float
    chance: float
    p_value: float
    permutations: int


def sample(rows: int, most: int, random_state: int) -> Codes:
    """Positions of all rows, or of `most` of them drawn without replacement, ascending."""
    if rows <= most:
        return np.arange(rows, dtype=np.int64)
    return np.sort(np.random.default_rng(random_state).choice(rows, most, replace=False)).astype(np.int64)


def coded(column: Sequence[Any] | NDArray[Any]) -> Codes:
    """(rows,) values as indices into the sorted distinct ones."""
    return np.unique(np.asarray(column), return_inverse=True)[1].astype(np.int64).ravel()


def binned(values: Sequence[int] | NDArray[Any]) -> Codes:
    """(rows,) numbers as bins of about equal size, ten rows or more in each, ten bins at most; labels play no part."""
    numbers = np.asarray(values, dtype=np.float64)
    bins = int(np.clip(len(numbers) // 10, 2, 10))
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, bins + 1)[1:-1]))
    return coded(np.searchsorted(edges, numbers, side="right"))


def permutation_test(column: Codes, labels: Codes, *, permutations: int, random_state: int) -> PermutationTest:
    """How well `column` predicts `labels` in 5-fold cross-validation, against permutations of the column.

    column, labels: (rows,) codes from 0, every code taken; two labels or more.
    A class is predicted for each value of the column by naive Bayes with one-count smoothing and no class prior
    (scikit-learn's CategoricalNB(fit_prior=False)); balanced accuracy is taken over the pooled folds.
    Folds are drawn from the labels, and permuting the column leaves both as they are, so that under independence every
    permutation is as likely as the data: the p-value (Phipson and Smyth 2010, eq. 2) is valid at any size.
    Columns of very many values take fewer permutations, 199 or more.
    """
    fold = _folds(labels, random_state)
    values, classes = int(column.max()) + 1, int(labels.max()) + 1
    work = len(labels) + FOLDS * values * classes
    permutations = min(permutations, max(_FEWEST_PERMUTATIONS, _MOST_WORK // work // 4))
    base = fold * (values * classes) + labels
    size = FOLDS * values * classes
    rng = np.random.default_rng(random_state)
    observed = _balanced_accuracies((base + column * classes)[np.newaxis], (values, classes))[0]
    at_once = max(1, _MOST_AT_ONCE // max(size, len(labels)))
    shuffled = np.empty(permutations)
    for start in range(0, permutations, at_once):
        some = shuffled[start : start + at_once]
        cells = np.stack([base + rng.permutation(column) * classes for _ in some])
        some[:] = _balanced_accuracies(cells, (values, classes))
    # Equal scores may differ by a rounding of the mean.
    reached = int(np.count_nonzero(shuffled >= observed - 1e-12))
    return PermutationTest(float(observed), float(shuffled.mean()), (reached + 1) / (permutations + 1), permutations)


def _folds(labels: Codes, random_state: int) -> Codes:
    """(rows,) the stratified fold that tests a row."""
    from sklearn.model_selection import StratifiedKFold

    fold = np.zeros(len(labels), dtype=np.int64)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=random_state)
    with warnings.catch_warnings():
        # A class that some folds lack is untrained or untested there; the test remains valid.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        for number, (_, test) in enumerate(splitter.split(labels, labels)):
            fold[test] = number
    return fold


def _balanced_accuracies(cells: Codes, shape: tuple[int, int]) -> Floats:
    """(permutations,) balanced accuracy, each fold predicted from the others.

    cells: (permutations, rows) the fold, the column's value and the class of each row, as one number. shape: how many
    values and classes there are.
    """
    values, classes = shape
    many, size = len(cells), FOLDS * values * classes
    numbered = cells + np.arange(many)[:, np.newaxis] * size
    counts = np.bincount(numbered.ravel(), minlength=many * size).reshape(many, FOLDS, values, classes)
    train = counts.sum(axis=1, keepdims=True) - counts
    likelihood = (train + _SMOOTHING) / (train.sum(axis=2, keepdims=True) + _SMOOTHING * values)
    prediction = likelihood.argmax(axis=3)
    hits = np.take_along_axis(counts, prediction[..., None], axis=3)[..., 0]
    named = prediction + np.arange(many)[:, np.newaxis, np.newaxis] * classes
    right = np.bincount(named.ravel(), weights=hits.ravel(), minlength=many * classes).reshape(many, classes)
    found: Floats = np.mean(right / counts.sum(axis=(1, 2)), axis=1)
    return found


def cramers_v(first: Codes, second: Codes) -> float | None:
    """Cramér's V with the bias correction of Bergsma (2013), 0 to 1; None where a column has one value.

    first, second: (rows,) codes from 0, every code taken.
    """
    from scipy.stats.contingency import crosstab

    counts = crosstab(first, second, sparse=True).count.tocoo()
    rows, columns = counts.shape
    total = len(first)
    if min(rows, columns) < 2 or total < 2:
        return None
    of_row, of_column = np.bincount(first), np.bincount(second)
    phi = float(np.sum(counts.data.astype(np.float64) ** 2 / (of_row[counts.row] * of_column[counts.col]))) - 1
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (total - 1))
    least = min(size - (size - 1) ** 2 / (total - 1) for size in (rows, columns))
    return float(min(1.0, np.sqrt(phi / (least - 1)))) if least > 1 else None
