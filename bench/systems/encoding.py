"""Turns texts into a matrix in two steps: each text is encoded alone, everything else is learnt from training rows."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from bench.systems.servers.usage import ServerUsage

Matrix: TypeAlias = "csr_matrix | NDArray[np.floating[Any]]"
RowIndex: TypeAlias = "NDArray[np.intp]"


class Rows(Protocol):
    """Encoded texts: one entry a text, sliced by row without looking at any other row."""

    def __len__(self) -> int: ...

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order."""


@dataclass(frozen=True, slots=True)
class DenseRows:
    """Rows of numbers. values: (rows, columns); served: what servers did for them."""

    values: NDArray[np.float64]
    served: tuple[ServerUsage, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order."""
        return replace(self, values=self.values[index])


def served_by(rows: Any) -> tuple[ServerUsage, ...]:
    """What servers did for rows; empty for rows without servers, and for an exception in place of rows."""
    found: tuple[ServerUsage, ...] = getattr(rows, "served", ())
    return found


class EncodingTime(NamedTuple):
    """Time for encoding: by the clock, and as CPU time of the thread."""

    seconds: float
    cpu_seconds: float


class Features(TransformerMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """Texts to a matrix, in two steps: `encode` looks at each text alone, `fit_rows` learns from training rows.

    Cross-validation encodes every text once and fits in each fold on that fold's training rows only; the result is that
    of `fit` and `transform` on the texts themselves.
    """

    has_named_columns: ClassVar[bool] = True
    """False where no reader knows what a column means, as with the dimensions of a vector."""

    @property
    def short_name(self) -> str:
        """What readers call these features where several are side by side."""
        return type(self).__name__.lower()

    def side_by_side(self) -> Sequence[Features]:
        """The parts whose columns fitted features put side by side, in order; by default, only themselves."""
        return (self,)

    def made_from(self) -> Sequence[Features]:
        """The features that these are made from; none where they are made from the texts themselves."""
        return ()

    def versions(self) -> dict[str, str]:
        """What the matrix depends on besides what a saved model holds and banmian's own dependencies.

        Name to version or digest; here, that of the features that these are made from.
        """
        return {name: value for part in self.made_from() for name, value in part.versions().items()}

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> Rows:
        """Counts, vectors or lengths, which depend on no fold: one row for each text, in order."""

    @abstractmethod
    def fit_rows(self, rows: Any) -> Self:
        """Learn vocabulary, weights or axes from training rows; returns self."""

    @abstractmethod
    def transform_rows(self, rows: Any) -> Matrix:
        """(rows, features) for rows that were encoded together with the fitted ones, or for new texts encoded later."""

    def training_matrix(self, rows: Any) -> Matrix:
        """(rows, features) of the rows that were fitted, to the last bit what scikit-learn's `fit_transform` gives.

        `transform_rows` gives the same values but for rounding, where sums are added up in another order.
        """
        return self.transform_rows(rows)

    def encoding_seconds(self, texts: Sequence[str]) -> EncodingTime:
        """The time for encoding one text, measured on these texts after a first one; nothing is taken from a store."""
        start, cpu = time.perf_counter(), time.thread_time()
        self.encode(texts)
        return EncodingTime((time.perf_counter() - start) / len(texts), (time.thread_time() - cpu) / len(texts))

    def fit(self, texts: Iterable[str], y: object = None) -> Self:
        """As in scikit-learn; `y` is ignored. Raises ValueError for a single string, as its vectorizers do."""
        return self.fit_rows(self.encode(as_texts(texts)))

    def fit_transform(self, texts: Iterable[str], y: object = None) -> Matrix:
        """As in scikit-learn: (texts, features) of the texts that are fitted; `y` is ignored."""
        rows = self.encode(as_texts(texts))
        return self.fit_rows(rows).training_matrix(rows)

    def transform(self, texts: Iterable[str]) -> Matrix:
        """As in scikit-learn: (texts, features). Raises NotFittedError before `fit`."""
        check_is_fitted(self)
        return self.transform_rows(self.encode(as_texts(texts)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def as_texts(texts: Iterable[str]) -> Sequence[str]:
    """A list of texts from any iterable of strings: a list, an array, a series, a generator.

    Raises ValueError for a single string, as scikit-learn's vectorizers do, and TypeError with the first value that is
    none.
    """
    if isinstance(texts, (str, bytes)):
        raise ValueError(  # noqa: TRY004  as scikit-learn's vectorizers do
            "Iterable over raw text documents expected, string object received."
        )
    if not isinstance(texts, Iterable):
        raise TypeError(f"an iterable of texts is needed, got {texts!r}")
    found = texts if isinstance(texts, (list, tuple)) else list(texts)
    for at, text in enumerate(found):
        if not isinstance(text, str):
            raise TypeError(f"text {at} is no string: {text!r}")
    return found
