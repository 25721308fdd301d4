"""Latent semantic analysis: TF-IDF in few dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from bench.systems.encoding import Features, Matrix, Spent
from bench.systems.features.base import FEATURES
from bench.systems.features.tfidf import CountSettings


class LSA(Features):
    """Truncated singular value decomposition of other features, rows brought to length 1 (Deerwester et al. 1990).

    components: dimensions; no more than the training rows or their columns allow. random_state: starts the solver.
    """

    has_named_columns: ClassVar[bool] = False

    def __init__(self, counted: Features, components: int = 100, random_state: int | None = None) -> None:
        self.counted = counted
        self.components = components
        self.random_state = random_state

    def beneath(self) -> Sequence[Features]:
        """What is decomposed."""
        return (self.counted_ if hasattr(self, "counted_") else self.counted,)

    def encode(self, texts: Sequence[str]) -> Any:
        """What the features beneath read."""
        return self.counted.encode(texts)

    def encoding_seconds(self, texts: Sequence[str]) -> Spent:
        """Of the features beneath."""
        return self.counted.encoding_seconds(texts)

    def fit_rows(self, rows: Any) -> Self:
        """Axes of training rows."""
        self.counted_ = clone(self.counted).fit_rows(rows)
        matrix = self.counted_.training_matrix(rows)
        components = min(self.components, *matrix.shape)
        self.svd_ = TruncatedSVD(components, random_state=self.random_state).fit(matrix)
        return self

    def transform_rows(self, rows: Any) -> NDArray[np.float64]:
        """(rows, components)."""
        return self._projected(self.counted_.transform_rows(rows))

    def training_matrix(self, rows: Any) -> NDArray[np.float64]:
        """(rows, components)."""
        return self._projected(self.counted_.training_matrix(rows))

    def _projected(self, matrix: Matrix) -> NDArray[np.float64]:
        return np.asarray(normalize(self.svd_.transform(matrix)))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """lsa0, lsa1, …"""
        del input_features
        return np.array([f"lsa{at}" for at in range(len(self.svd_.components_))], dtype=object)


@FEATURES.register("lsa")
class LSASettings(CountSettings):
    """Latent semantic analysis: TF-IDF brought to few dimensions, dense."""

    cost: ClassVar[int] = 2
    fitted_types: ClassVar[tuple[type, ...]] = (LSA, TruncatedSVD)

    kind: Literal["lsa"]

    components: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Dimensions, 1 to 10,000; capped by what the training rows allow."""

    @property
    def dense(self) -> bool:
        """Dense."""
        return True

    @property
    def non_negative(self) -> bool:
        """Axes have two directions."""
        return False

    def build(self, *, random_state: int) -> Features:
        """The decomposition of the TF-IDF that the other settings describe."""
        return LSA(self.counted(), self.components, random_state)
