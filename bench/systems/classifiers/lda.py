"""Linear discriminant analysis with a shrunken covariance."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import linalg
from sklearn.base import ClassifierMixin
from sklearn.covariance import shrunk_covariance
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.utils.validation import validate_data

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind


class NamedLDA(LinearDiscriminantAnalysis):  # type: ignore[misc]
    """`LinearDiscriminantAnalysis` whose class means and priors may take names of the classes in.

    A name shows where a class lies, but not how its rows spread: of n training rows and names of weight w the
    mean is (n * mean of the rows + w * names) / (n + w) and the prior n + w over all of them, while the covariance
    within classes is that of the training rows. For the solver `lsqr`.

    Where there are many columns and the shrinkage is a number, so that the covariance has an inverse, it is summed up
    once for all classes and solved by its Cholesky factor: scikit-learn's values but for rounding, in a tenth of the
    time or less.
    """

    many_columns = 1000
    """Columns from which on scikit-learn's way takes seconds."""

    def fit(self, X: Any, y: Any) -> Self:
        """As scikit-learn fits."""
        if not self._is_wide(X):
            super().fit(X, y)
            return self
        X, y = validate_data(self, X, y, dtype=np.float64)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2 or len(self.classes_) == len(y):
            super().fit(X, y)  # which says why not
            return self
        counts = np.bincount(codes)
        self.priors_ = counts / len(y)
        member = np.zeros((len(self.classes_), len(y)))
        member[codes, np.arange(len(y))] = 1.0
        self.means_ = member @ X / counts[:, np.newaxis]
        self.xbar_ = self.priors_ @ self.means_
        apart = X - self.means_[codes]
        self.covariance_ = shrunk_covariance(apart.T @ apart / len(y), shrinkage=self.shrinkage)
        self._set_directions()
        return self

    def _is_wide(self, X: Any) -> bool:
        numbered = isinstance(self.shrinkage, (int, float)) and self.shrinkage > 0
        return numbered and getattr(X, "ndim", 0) == 2 and X.shape[1] >= self.many_columns

    def _set_directions(self) -> None:
        """Coefficients and intercepts from means, covariance and priors."""
        if self._is_wide(self.means_):
            coef = linalg.solve(self.covariance_, self.means_.T, assume_a="pos").T
        else:
            coef = linalg.lstsq(self.covariance_, self.means_.T)[0].T
        intercept = -0.5 * np.einsum("ij,ij->i", self.means_, coef) + np.log(self.priors_)
        two = len(self.classes_) == 2
        self.coef_ = coef[1:] - coef[:1] if two else coef
        self.intercept_ = intercept[1:] - intercept[:1] if two else intercept

    def fit_with_names(self, X: Any, y: Any, weights: NDArray[np.float64], n_rows: int) -> Self:
        """weights: (rows,) how many rows each counts for; the first `n_rows` are training rows, the others names."""
        self.fit(X[:n_rows], y[:n_rows])
        self.classes_, codes = np.unique(y, return_inverse=True)
        members = np.zeros((len(self.classes_), len(y)))
        members[codes, np.arange(len(y))] = weights
        self.means_ = members @ X / members.sum(axis=1, keepdims=True)
        self.priors_ = members.sum(axis=1) / weights.sum()
        self._set_directions()
        return self


@CLASSIFIERS.register("lda")
class LDASettings(ClassifierSettings):
    """Linear discriminant analysis with a shrunken covariance (scikit-learn's, solver `lsqr`); for dense features.

    Names of classes enter the means and the priors, not the covariance.
    """

    score_kind: ClassVar[ScoreKind] = "probability"
    name_counts_as: ClassVar[str] = (
        "part of the class means, (n · mean of the n rows + w · name) / (n + w), and of the priors; the covariance is "
        "that of the training rows"
    )
    fitted_types: ClassVar[tuple[type, ...]] = (NamedLDA, LinearDiscriminantAnalysis)
    dense_only: ClassVar[bool] = True

    tunable: ClassVar[tuple[str, ...]] = ("shrinkage",)

    kind: Literal["lda"]

    shrinkage: Tunable[Literal["auto"] | Annotated[float, Field(ge=0, le=1)]] = ("auto",)
    """Shrinkage of the covariance towards a multiple of the identity, 0 to 1; `auto` as by Ledoit and Wolf (2004)."""

    added: ClassVar[tuple[str, ...]] = ("shrinkage",)

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return NamedLDA(**tuned, solver="lsqr")
