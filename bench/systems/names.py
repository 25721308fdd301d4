"""Names of classes as what they are to a classifier: a few more training rows, each with its weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse, vstack
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import has_fit_parameter

from bench.systems.encoding import Matrix

Codes: TypeAlias = "NDArray[np.int64]"


@dataclass(frozen=True, slots=True)
class NameRows:
    """What names of classes are in a fit. matrix: (names, features); labels: (names,); weights: (names,) above 0.

    The names of a class weigh `names_weight` training rows together, each an equal share.
    """

    matrix: Matrix
    labels: NDArray[Any]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, matrix: Any, labels: NDArray[Any], names_weight: float) -> NameRows | None:
        """Of the names that have a feature at all; None for a weight of 0 and where no name has one.

        matrix: as features fitted on training rows alone transform the names, so that no vocabulary and no IDF hangs on
        them. A name of which the training rows know nothing is a row of zeros, which says nothing: it is left out.
        """
        there = np.diff(matrix.indptr) > 0 if issparse(matrix) else np.asarray(matrix != 0).any(axis=1)
        kept = np.flatnonzero(there)
        if names_weight == 0 or not kept.size:
            return None
        labels = labels[kept]
        _, code, counts = np.unique(labels, return_inverse=True, return_counts=True)
        return cls(matrix[kept], labels, names_weight / counts[code])


def takes_names(classifier: ClassifierMixin) -> bool:
    """Whether a classifier can be fitted with names: by weights of rows, or by a way of its own."""
    return hasattr(classifier, "fit_with_names") or has_fit_parameter(classifier, "sample_weight")


def fit_with_names(
    classifier: ClassifierMixin, train: Matrix, labels: NDArray[Any], names: NameRows | None
) -> ClassifierMixin:
    """Fit a classifier on training rows of weight 1 and, behind them, names of their own weight; returns it.

    A classifier with a method `fit_with_names(X, y, weights, n_rows)` is fitted by that: rows from `n_rows` on are
    names. Any other gets the weights as `sample_weight`.
    """
    if names is None:
        return classifier.fit(train, labels)
    both = vstack([train, names.matrix], format="csr") if issparse(train) else np.vstack([train, names.matrix])
    every = np.concatenate([labels, names.labels])
    weights = np.concatenate([np.ones(len(labels)), names.weights])
    if hasattr(classifier, "fit_with_names"):
        return classifier.fit_with_names(both, every, weights, len(labels))
    return classifier.fit(both, every, sample_weight=weights)
