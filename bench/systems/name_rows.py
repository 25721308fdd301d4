"""Names of classes as additional training rows of a classifier, each with its weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, issparse, vstack
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import has_fit_parameter

from bench.systems.encoding import Matrix

Codes: TypeAlias = "NDArray[np.int64]"

NamesWeight: TypeAlias = float | Literal["auto"]
AUTO: Literal["auto"] = "auto"
"""The weight of names that the training rows of a fit decide."""

USUAL_WEIGHT = 4.0
"""The default weight of the names of a class, chosen in docs/accuracy.md on 8 and 16 rows of each class."""

AUTO_FACTOR = 1.5
"""What `auto` multiplies the weight of theory by, chosen in docs/accuracy.md."""
AUTO_BOUNDS = (0.25, 64.0)
"""The lowest and the highest weight that `auto` gives."""


@dataclass(frozen=True, slots=True)
class NameRows:
    """Names of classes as rows of a fit. matrix: (names, features); labels: (names,); weights: (names,) above 0.

    The names of a class weigh `names_weight` training rows together, each an equal share. automatic: whether the rows
    of a fit decide what they weigh; `weights` are then those of a weight of 1.
    """

    matrix: Matrix
    labels: NDArray[Any]
    weights: NDArray[np.float64]
    automatic: bool = False

    @classmethod
    def of(cls, matrix: Any, labels: NDArray[Any], names_weight: NamesWeight) -> NameRows | None:
        """The names that have at least one feature; None for a weight of 0 and where no name has one.

        matrix: the names as transformed by features that were fitted on training rows alone, so that names change no
        vocabulary and no IDF. A name without any feature of the training rows is a row of zeros, and is left out.
        """
        there = np.diff(matrix.indptr) > 0 if issparse(matrix) else np.asarray(matrix != 0).any(axis=1)
        kept = np.flatnonzero(there)
        if names_weight == 0 or not kept.size:
            return None
        labels = labels[kept]
        _, code, counts = np.unique(labels, return_inverse=True, return_counts=True)
        automatic = names_weight == AUTO
        return cls(matrix[kept], labels, (1.0 if automatic else float(names_weight)) / counts[code], automatic)

    def for_rows(self, train: Matrix, y: NDArray[Any]) -> NameRows:
        """The names with their weight next to these training rows. train: (rows, features); y: (rows,).

        Only `auto` changes anything. Its model is that of empirical Bayes for means (Efron and Morris 1975). The mean
        of a class is its name, plus a shift that all classes share, plus a deviation of variance t. A row is the mean
        of its class plus a deviation of variance s. Then the best estimate of a mean weighs the name like s / t rows.
        s comes from the rows around the means of their classes; t from the distances between these means and the
        names, less what s adds to them. The weight is 1.5 s / t, from 0.25 to 64, in three digits; docs/accuracy.md
        says how the factor was chosen. Dense names are moved by the shift: names are shorter than rows, and so differ
        from all rows in the same way. Sparse names are not moved, since few of their columns would stay 0.
        Names weigh 4 where fewer than two classes have both rows and a name, or none of these has two rows.
        """
        if not self.automatic:
            return self
        classes = np.intersect1d(y, self.labels)
        counts = np.array([np.count_nonzero(y == label) for label in classes])
        dense = not issparse(train)
        free = len(classes) - dense  # differences that are free once a shift is estimated from them
        if len(classes) < 2 or counts.sum() == len(classes):
            return self._weighing(self.matrix, USUAL_WEIGHT)
        means, names = _means(train, y, classes), _means(self.matrix, self.labels, classes)
        within = (_square(train[np.isin(y, classes)]) - counts @ _squares(means)) / (counts.sum() - len(classes))
        apart = means - names
        matrix = self.matrix
        if dense:
            shift = apart.mean(axis=0)
            apart, matrix = apart - shift, self.matrix + shift
        noise = within * (1 / counts).mean() * free
        between = (_square(apart) - noise) / free
        lowest, highest = AUTO_BOUNDS
        weight = highest if between <= 0 else min(max(AUTO_FACTOR * within / between, lowest), highest)
        # Three digits, so that processors which round sums differently agree on the weight.
        return self._weighing(matrix, float(f"{weight:.3g}"))

    def behind(self, train: Matrix, y: NDArray[Any]) -> tuple[Matrix, NDArray[Any], NDArray[np.float64]]:
        """Training rows and, behind them, names: (rows and names, features); with their labels and weights."""
        names = self.for_rows(train, y)
        stack = vstack([train, names.matrix], format="csr") if issparse(train) else np.vstack([train, names.matrix])
        return stack, np.concatenate([y, names.labels]), np.concatenate([np.ones(len(y)), names.weights])

    def _weighing(self, matrix: Matrix, weight: float) -> NameRows:
        return NameRows(matrix, self.labels, self.weights * weight)


def _means(matrix: Any, labels: NDArray[Any], classes: NDArray[Any]) -> Any:
    """(classes, features) the mean of the rows of each class, sparse where the matrix is."""
    code = np.searchsorted(classes, labels)
    own = np.flatnonzero(np.isin(labels, classes))
    share = 1 / np.bincount(code[own], minlength=len(classes))
    members = csr_matrix((share[code[own]], (code[own], own)), shape=(len(classes), len(labels)))
    return members @ matrix


def _squares(matrix: Any) -> NDArray[np.float64]:
    """(rows,) the squared length of each row."""
    return np.asarray(
        matrix.multiply(matrix).sum(axis=1) if issparse(matrix) else (matrix * matrix).sum(axis=1)
    ).ravel()


def _square(matrix: Any) -> float:
    """The sum of the squared lengths of all rows."""
    return float(_squares(matrix).sum())


def takes_names(classifier: ClassifierMixin) -> bool:
    """Whether a classifier can be fitted with names: by `sample_weight`, or by a method of its own."""
    return hasattr(classifier, "fit_with_names") or has_fit_parameter(classifier, "sample_weight")


class LearntFromNames(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that is fitted on given rows together with names of classes.

    So scikit-learn's calibration fits it on the training part of each of its folds and on all names, and predicts no
    name.
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
    # In its folds labels are coded by the classes present, while names are coded by all classes.
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
    both, every, weights = names.behind(train, labels)
    if hasattr(classifier, "fit_with_names"):
        return classifier.fit_with_names(both, every, weights, len(labels))
    return classifier.fit(both, every, sample_weight=weights)
