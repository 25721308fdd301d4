"""NB-SVM: a support vector machine on features scaled by naive Bayes log-count ratios."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.svm import LinearSVC
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind, Strength
from bench.systems.score_sums import ScoreSum


class NBSVM(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One-vs-rest NB-SVM of Wang and Manning (2012), "Baselines and Bigrams", section 2.3.

    For each class the features are multiplied by their log-count ratio r = log((p / |p|) / (q / |q|)), where p and q
    are `alpha` plus the summed features of the class's rows and of all others. A `LinearSVC` is fitted on them, and its
    weights w are drawn towards their mean magnitude: w' = (1 - beta) mean(|w|) + beta w.

    As in the paper a feature counts as there or not there: all values above 0 are taken for 1.
    C: inverse strength of the penalty; alpha: smoothing, above 0; beta: 1 keeps w, 0 leaves naive Bayes alone.
    Raises ValueError for negative features and for a single class.
    """

    def __init__(self, C: float = 1.0, alpha: float = 1.0, beta: float = 0.25, random_state: int | None = None) -> None:
        self.C = C
        self.alpha = alpha
        self.beta = beta
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Fit one machine a class; for two classes one is enough."""
        return self._fit(X, y, None)

    def fit_with_names(self, X: Any, y: Any, weights: NDArray[np.float64], n_rows: int) -> Self:
        """Names are rows like any other. weights: (rows,) how often a row counts, in ratios and machines."""
        del n_rows
        return self._fit(X, y, weights)

    def _fit(self, X: Any, y: Any, weights: NDArray[np.float64] | None) -> Self:
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(y)
        if (X.data if issparse(X) else X).min(initial=0.0) < 0:
            raise ValueError("Negative values in data passed to NBSVM: log-count ratios need features of 0 or more")
        X = _there(X)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"NBSVM needs 2 classes, got 1 class: {self.classes_[0]!r}")
        positive = self.classes_[1:] if len(self.classes_) == 2 else self.classes_
        fitted = [self._fit_one(X, y == label, weights) for label in positive]
        self.coef_ = np.stack([weights for weights, _ in fitted])
        self.intercept_ = np.array([intercept for _, intercept in fitted])
        return self

    def _fit_one(
        self, X: Any, positive: NDArray[np.bool_], weights: NDArray[np.float64] | None
    ) -> tuple[NDArray[np.float64], float]:
        p, q = self.alpha + _sums(X, positive, weights), self.alpha + _sums(X, ~positive, weights)
        ratio = np.log(p / p.sum()) - np.log(q / q.sum())
        scaled = X.multiply(ratio).tocsr() if issparse(X) else X * ratio
        machine = LinearSVC(C=self.C, random_state=self.random_state)
        machine.fit(scaled, positive, sample_weight=weights)
        found = machine.coef_[0]
        drawn = (1 - self.beta) * np.abs(found).mean() + self.beta * found
        return ratio * drawn, float(machine.intercept_[0])

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """(rows, classes) scores, or (rows,) for two classes, above 0 for the second."""
        check_is_fitted(self)
        X = _there(validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False))
        scores = np.asarray(X @ self.coef_.T) + self.intercept_
        one: NDArray[np.float64] = scores[:, 0] if len(self.classes_) == 2 else scores
        return one

    def predict(self, X: Any) -> NDArray[Any]:
        """The class of the highest score for each row."""
        scores = self.decision_function(X)
        best = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[best])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags


def _sums(X: Any, rows: NDArray[np.bool_], weights: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """(columns,) sums over the rows that are True, each as often as its weight says."""
    added = X[rows].sum(axis=0) if weights is None else weights[rows] @ X[rows]
    return np.asarray(added).ravel()


def _there(X: Any) -> Any:
    """The matrix with 1.0 for each value above 0."""
    return (X > 0).astype(np.float64)


@CLASSIFIERS.register("nb-svm")
class NBSVMSettings(ClassifierSettings):
    """Support vector machine on features scaled by naive Bayes log-count ratios (Wang and Manning 2012)."""

    score_kind: ClassVar[ScoreKind] = "decision"
    fitted_types: ClassVar[tuple[type, ...]] = (NBSVM,)
    row_order_matters: ClassVar[bool] = True
    tunable: ClassVar[tuple[str, ...]] = ("C", "alpha")
    non_negative_only: ClassVar[bool] = True

    kind: Literal["nb-svm"]

    C: Tunable[Strength] = (1.0,)
    """Inverse strength of the machine's penalty, 1e-10 to 1e10: smaller is stronger."""

    alpha: Tunable[Strength] = (1.0,)
    """Smoothing of the counts, 1e-10 to 1e10."""

    beta: Annotated[float, Field(ge=0, le=1)] = 0.25
    """How much of the machine's own weights is kept, 0 to 1; the rest is their mean magnitude."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` orders the coordinates that the dual solver visits."""
        return NBSVM(**tuned, beta=self.beta, random_state=random_state)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """One weight a column for each class, of columns that are there or not."""
        return ScoreSum.of_coefficients(fitted, rows=_there)
