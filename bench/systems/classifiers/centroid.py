"""Nearest class centroid by cosine."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import normalize
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind
from bench.systems.score_sums import ScoreSum


class CosineCentroid(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The class whose mean direction is nearest: cosine of a row and the mean of the class's unit rows (Rocchio)."""

    def fit(self, X: Any, y: Any) -> Self:
        """Mean of the unit rows of each class."""
        return self._fit(X, y, None)

    def fit_with_names(self, X: Any, y: Any, weights: NDArray[np.float64], n_rows: int) -> Self:
        """Mean of the unit rows of each class by their weights, (rows,), names being rows like any other."""
        del n_rows
        return self._fit(X, y, weights)

    def _fit(self, X: Any, y: Any, weights: NDArray[np.float64] | None) -> Self:
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"CosineCentroid needs 2 classes, got 1 class: {self.classes_[0]!r}")
        unit = normalize(X)
        if weights is None:
            means = [np.asarray(unit[y == label].mean(axis=0)).ravel() for label in self.classes_]
        else:
            sums = [np.asarray(weights[y == label] @ unit[y == label]).ravel() for label in self.classes_]
            means = [each / weights[y == label].sum() for label, each in zip(self.classes_, sums, strict=True)]
        self.centroids_ = normalize(np.stack(means))
        return self

    def similarity(self, X: Any) -> NDArray[np.float64]:
        """(rows, classes) cosines, -1 to 1; 0 for a row of zeros."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.asarray(normalize(X) @ self.centroids_.T)

    def predict(self, X: Any) -> NDArray[Any]:
        """The most similar class of each row, the first of equals."""
        best = self.similarity(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


@CLASSIFIERS.register("centroid")
class CentroidSettings(ClassifierSettings):
    """The class whose mean direction is nearest by cosine; nothing to tune.

    Of n training rows and a name of weight w the mean is (n * mean of the rows + w * name) / (n + w), of unit rows.
    """

    score_kind: ClassVar[ScoreKind] = "similarity"
    name_counts_as: ClassVar[str] = "(n · mean of the n unit rows + w · name) / (n + w)"
    fitted_types: ClassVar[tuple[type, ...]] = (CosineCentroid,)

    kind: Literal["centroid"]

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return CosineCentroid(**tuned)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """The cosine: products of the columns of two unit vectors, summed."""
        none = np.zeros(len(fitted.classes_))
        return ScoreSum(
            fitted.classes_, fitted.centroids_, none, rows=normalize, unit="cosine", only_differences_tell=True
        )
