"""An exact change of basis in which training rows have fewer entries and solvers give the same results."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.sparse import csr_matrix, issparse

Floats: TypeAlias = "NDArray[np.float64]"

_ROUNDING = 1e-9
_FEWEST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Compact:
    """Rows in a new basis, which keeps the products of training rows with each other and with test rows.

    train: (training rows, columns); test: (test rows, columns). steepest: (columns,) the largest share, by size, that a
    single feature has in a column: the largest entry of `steepest * gradient` is that of the gradient by features.
    """

    train: csr_matrix
    test: csr_matrix
    steepest: NDArray[np.float64]


def merge_features(train: csr_matrix, test: csr_matrix) -> Compact:
    """All features that occur in one training row alone become one column, and so do those that are equal in all rows.

    A weight vector that solvers reach from 0 is a sum of training rows. So within the features that occur in one row
    only it points along that row: w_j = u x_j / |x|, where u is the weight of the merged column. And m features that
    are equal in all training rows have equal weights, w_j = u / sqrt(m). Most n-grams of short texts occur in one row,
    and those of a phrase in the same rows.
    """
    n_rows, n_features = train.shape
    row = np.repeat(np.arange(n_rows), np.diff(train.indptr))
    standing = np.bincount(train.indices, minlength=n_features)
    lone = np.flatnonzero((standing == 1)[train.indices])
    lone_row, lone_value, lone_feature = row[lone], train.data[lone], train.indices[lone]
    length = np.sqrt(np.bincount(lone_row, weights=lone_value * lone_value, minlength=n_rows))
    merged = length > 0

    shared = np.flatnonzero(standing > 1)
    # Equal columns have equal weighted sums; unequal columns practically never do.
    sums = np.bincount(train.indices, weights=train.data * _weights(n_rows)[row], minlength=n_features)[shared]
    _, first, group, times = np.unique(sums, return_index=True, return_inverse=True, return_counts=True)
    place = np.zeros(n_features, dtype=np.int32)
    place[shared] = group
    merged_place = len(times) + merged.cumsum() - 1
    place[lone_feature] = merged_place[lone_row]
    # The share of each feature in its column; 0 for a feature that no training row has.
    share = np.zeros(n_features)
    share[shared] = 1.0 / np.sqrt(times)[group]
    own_share = lone_value / np.where(merged, length, 1.0)[lone_row]
    share[lone_feature] = own_share

    one_of_group = np.zeros(n_features, dtype=bool)
    one_of_group[shared[first]] = True
    kept = np.flatnonzero(one_of_group[train.indices])
    kept_row, kept_feature = row[kept], train.indices[kept]
    ends = (np.bincount(kept_row, minlength=n_rows) + merged).cumsum()
    indices = np.empty(ends[-1], dtype=np.int32)
    values = np.empty(ends[-1])
    at = np.arange(len(kept_row)) + (merged.cumsum() - merged)[kept_row]
    indices[at], values[at] = place[kept_feature], train.data[kept] / share[kept_feature]
    last = ends[merged] - 1
    indices[last], values[last] = merged_place[merged], length[merged]

    columns = len(times) + int(merged.sum())
    of_row = np.bincount(lone_row, minlength=n_rows)
    largest = np.zeros(n_rows)
    if lone.size:
        # They are ordered by row.
        largest[of_row > 0] = np.maximum.reduceat(np.abs(own_share), (of_row.cumsum() - of_row)[of_row > 0])
    steepest = np.concatenate([1.0 / np.sqrt(times), largest[merged]])
    starts = np.concatenate([[0], ends]).astype(np.int32)
    return Compact(
        csr_matrix((values, indices, starts), shape=(n_rows, columns)),
        csr_matrix(
            (test.data * share[test.indices], place[test.indices], test.indptr), shape=(len(test.indptr) - 1, columns)
        ),
        steepest,
    )


@functools.lru_cache(maxsize=8)
def _weights(count: int) -> Floats:
    """(count,) numbers of which no two sums are equal by accident."""
    weights = np.random.default_rng(0).random(count)
    weights.flags.writeable = False
    return weights


def suits(train: Any) -> bool:
    """Whether a change of basis gains something and costs no exactness: wide matrices of rows no longer than 1.

    With longer rows the problem is so badly conditioned, and with very few rows so symmetric, that rounding changes the
    step at which solvers stop.
    """
    if not _FEWEST_ROWS <= train.shape[0] < train.shape[1]:
        return False
    if issparse(train):
        row = np.repeat(np.arange(train.shape[0]), np.diff(train.indptr))
        squares = np.bincount(row, weights=train.data * train.data)
    else:
        squares = np.square(train).sum(axis=1)
    return bool(squares.max(initial=0.0) <= 1 + _ROUNDING)


def distinct_rows(train: csr_matrix) -> int:
    """How many different rows there are by the features that occur in more than one row, empty ones left out."""
    shared = np.bincount(train.indices, minlength=train.shape[1]) > 1
    row = np.repeat(np.arange(train.shape[0]), np.diff(train.indptr))
    # As for columns above.
    weighted = train.data * (_weights(train.shape[1]) * shared)[train.indices]
    sums = np.bincount(row, weights=weighted, minlength=train.shape[0])
    return len(np.unique(sums[sums != 0]))


def triangle(train: NDArray[np.floating[Any]], test: NDArray[np.floating[Any]]) -> tuple[Floats, Floats]:
    """Dense training rows as a triangle, and test rows beside them: X = L Q with orthonormal rows of Q.

    train: (training rows, columns), fewer rows than columns. Returns L and the test rows' products with Q.
    """
    basis, upper = qr(np.asarray(train, dtype=np.float64).T, mode="economic", check_finite=False)
    return np.ascontiguousarray(upper.T), test @ basis
