"""Naive Bayes for many values of its smoothing: counts once, logarithms only where a test row has a feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, issparse

from bench.systems.encoding import Matrix
from bench.systems.solvers.margins import Codes, Floats, Training, predictions

_MARGIN = 1e-9
_LEAST_SMOOTHING = 1e-3
"""Below, what rounding leaves of alpha beside the counts is part of scikit-learn's answer."""


def complement_predictions(
    train: Matrix, labels: NDArray[Any], test: Matrix, smoothings: Sequence[float], weights: Floats | None = None
) -> list[Codes | None] | None:
    """For each alpha what `ComplementNB(alpha=alpha)`, fitted on `train`, predicts for `test`.

    weights: (training rows,) what each counts for, its `sample_weight`; None for 1.
    None for a value that rounding could decide; None in place of the list for dense or negative features, one
    class, and an alpha below 0.001.
    """
    found = complement_scores(train, labels, test, smoothings, weights)
    return None if found is None else predictions(*found, margin=_MARGIN, level=_empty(test, weights))


def multinomial_predictions(
    train: Matrix, labels: NDArray[Any], test: Matrix, smoothings: Sequence[float], weights: Floats | None = None
) -> list[Codes | None] | None:
    """As `complement_predictions`, for `MultinomialNB(alpha=alpha)`."""
    found = multinomial_scores(train, labels, test, smoothings, weights)
    return None if found is None else predictions(*found, margin=_MARGIN, level=_empty(test, weights))


def complement_scores(
    train: Matrix, labels: NDArray[Any], test: Matrix, smoothings: Sequence[float], weights: Floats | None = None
) -> tuple[Floats, NDArray[Any]] | None:
    """(values, test rows, classes) minus the log-likelihood under all other classes; and the classes."""
    counted = _counted(train, Training.of(labels, weights), test)
    if counted is None or min(smoothings) < _LEAST_SMOOTHING:
        return None
    training, counts, narrow, features = counted
    alpha, every = _column(smoothings), counts.sum(axis=0)
    smoothed = (every[features] + alpha)[:, np.newaxis, :] - counts[:, features]
    total = every.sum() - counts.sum(axis=1) + alpha * counts.shape[1]
    return -_scores(smoothed, total, narrow), training.classes


def multinomial_scores(
    train: Matrix, labels: NDArray[Any], test: Matrix, smoothings: Sequence[float], weights: Floats | None = None
) -> tuple[Floats, NDArray[Any]] | None:
    """(values, test rows, classes) joint log-likelihood; and the classes."""
    counted = _counted(train, Training.of(labels, weights), test)
    if counted is None:
        return None
    training, counts, narrow, features = counted
    alpha = _column(smoothings)
    smoothed = counts[:, features] + alpha[:, :, np.newaxis]
    total = counts.sum(axis=1) + alpha * counts.shape[1]
    in_class = training.counts()
    prior = np.log(in_class) - np.log(in_class.sum())
    return _scores(smoothed, total, narrow) + prior, training.classes


def _empty(matrix: Any, weights: Floats | None) -> NDArray[np.bool_] | None:
    """(rows,) whether a row has no feature: then its scores are those of counted rows alone, free of rounding.

    None where rows have weights, whose sums are rounded.
    """
    return None if weights is not None else np.asarray(np.diff(matrix.indptr) == 0)


def _counted(
    train: Any, training: Training, test: Any
) -> tuple[Training, Floats, csr_matrix, NDArray[np.int64]] | None:
    """Labels; (classes, features) summed rows; the test rows by the features that they have; and which these are."""
    if not issparse(train) or len(training.classes) < 2 or train.data.min(initial=0.0) < 0:
        return None
    n_classes, n_features = len(training.classes), train.shape[1]
    cells = np.repeat(training.codes * n_features, np.diff(train.indptr)) + train.indices
    entries = train.data
    if (training.weights != 1).any():  # else a copy of all entries would be made for nothing
        entries = entries * np.repeat(training.weights, np.diff(train.indptr))
    summed = np.bincount(cells, weights=entries, minlength=n_classes * n_features)
    counts: Floats = summed.reshape(n_classes, n_features).astype(np.float64)
    there = np.bincount(test.indices, minlength=n_features) > 0
    features = np.flatnonzero(there)
    place = (there.cumsum() - 1).astype(np.int32)
    narrow = csr_matrix((test.data, place[test.indices], test.indptr), shape=(test.shape[0], len(features)))
    return training, counts, narrow, features


def _column(smoothings: Sequence[float]) -> Floats:
    """(values, 1)."""
    return np.asarray(smoothings, dtype=np.float64)[:, np.newaxis]


def _scores(smoothed: Floats, total: Floats, narrow: csr_matrix) -> Floats:
    """(values, test rows, classes) sums of a row's features times their log shares.

    smoothed: (values, classes, features) counts; total: (values, classes) of all features, not of these alone.
    """
    logs = np.log(smoothed) - np.log(total)[:, :, np.newaxis]
    n_values, n_classes, n_features = logs.shape
    stacked = np.ascontiguousarray(logs.reshape(n_values * n_classes, n_features).T)
    scores = np.asarray(narrow @ stacked).reshape(narrow.shape[0], n_values, n_classes)
    return scores.swapaxes(0, 1)
