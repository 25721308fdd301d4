"""Names of classes as what they are to a classifier: a few more training rows, each with its weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse, vstack
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.metaestimators import available_if
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


class LearntFromNames(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that is fitted on names of classes beside whatever rows it is given.

    So scikit-learn's calibration fits it on the training part of each of its folds and on all names, and no name
    stands in a part that is predicted.
    """

    def __init__(self, classifier: Any, names: NameRows) -> None:
        self.classifier = classifier
        self.names = names

    def fit(self, X: Any, y: Any) -> Self:
        """Fit a copy of the classifier on rows and names."""
        self.classifier_ = fit_with_names(clone(self.classifier), X, y, self.names)
        self.classes_ = self.classifier_.classes_
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """What the classifier predicts."""
        return np.asarray(self.classifier_.predict(X))

    @available_if(lambda self: hasattr(self.classifier, "decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Its decision values."""
        return np.asarray(self.classifier_.decision_function(X))

    @available_if(lambda self: hasattr(self.classifier, "predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Its probabilities."""
        return np.asarray(self.classifier_.predict_proba(X))


def fit_calibrated(calibration: Any, train: Matrix, labels: NDArray[Any], names: NameRows | None) -> Any:
    """Fit scikit-learn's calibration (`ensemble=False`), whose classifier learns from names, too; returns it.

    What is left holds the classifier itself, fitted on all rows and names.
    Raises ValueError where a class has names and no training row: its scores cannot be calibrated.
    """
    if names is None:
        return calibration.fit(train, labels)
    # Its folds get codes of the labels that there are; those of the names are codes of all classes.
    if not np.array_equal(np.unique(labels), np.arange(max(labels.max(), names.labels.max()) + 1)):
        raise ValueError("a class has a name and no training row, which leaves nothing to calibrate its scores by")
    plain = calibration.estimator
    calibration.set_params(estimator=LearntFromNames(plain, names)).fit(train, labels)
    calibration.set_params(estimator=plain)
    for each in calibration.calibrated_classifiers_:
        each.estimator = each.estimator.classifier_
    return calibration


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
