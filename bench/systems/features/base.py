"""What every feature kind is: settings that build a transformer whose reading of texts is parted from its fitting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin

from bench.core.registry import Registry
from bench.core.settings import Choice, Settings

Matrix: TypeAlias = "csr_matrix | NDArray[np.floating[Any]]"
RowIndex: TypeAlias = "NDArray[np.intp]"


class Rows(Protocol):
    """What a reading gives: one entry a text, sliced by row without looking at any other row."""

    def __len__(self) -> int: ...

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order."""


@dataclass(frozen=True, slots=True)
class DenseRows:
    """Rows of numbers. values: (rows, columns)."""

    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order."""
        return replace(self, values=self.values[index])


class Features(TransformerMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """Texts to a matrix, in two steps: `read` looks at each text alone, `fit_rows` learns from training rows.

    Cross-validation reads every text once and fits in each fold on that fold's training rows only; the result is that
    of `fit` and `transform` on the texts themselves.
    """

    @abstractmethod
    def read(self, texts: Sequence[str]) -> Rows:
        """What no fold can change: counts, vectors or lengths, one row a text, in order."""

    @abstractmethod
    def fit_rows(self, rows: Any) -> Self:
        """Learn vocabulary, weights or axes from training rows; returns self."""

    @abstractmethod
    def transform_rows(self, rows: Any) -> Matrix:
        """(rows, features) for rows of the same reading as the fitted ones, or of another reading of new texts."""

    def fit(self, texts: Sequence[str], y: object = None) -> Self:
        """As in scikit-learn; `y` is ignored."""
        return self.fit_rows(self.read(texts))

    def transform(self, texts: Sequence[str]) -> Matrix:
        """As in scikit-learn: (texts, features)."""
        return self.transform_rows(self.read(texts))


class FeatureSettings(Settings, ABC):
    """Base of the settings of a feature kind; a subclass is registered under its `kind`."""

    kind: str

    @property
    @abstractmethod
    def dense(self) -> bool:
        """True where `transform` gives a numpy array, False where it gives a sparse matrix."""

    @property
    @abstractmethod
    def non_negative(self) -> bool:
        """True where no value of the matrix is below 0, as naive Bayes needs."""

    @abstractmethod
    def build(self, *, random_state: int) -> Features:
        """The unfitted transformer. Raises BenchError where a package that it needs is not installed."""

    def versions(self) -> dict[str, str]:
        """What beside settings, text and banmian's own dependencies the matrix hangs on: name to version or digest.

        Raises BenchError where it is not to be had.
        """
        return {}

    @abstractmethod
    def reading(self) -> str:
        """Names what `read` depends on: kinds with equal readings share one reading of the same texts."""


FEATURES: Registry[FeatureSettings] = Registry("features", package="bench.systems.features", group="banmian.features")

AnyFeatures = Annotated[FeatureSettings, Choice(FEATURES)]
"""The type of a field that holds the settings of any feature kind."""
