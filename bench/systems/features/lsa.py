"""Latent semantic analysis: TF-IDF in few dimensions."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize

from bench.systems.encoding import Features, Matrix
from bench.systems.features.base import FEATURES, DerivedFeatures
from bench.systems.features.tfidf import CountSettings


class LSA(DerivedFeatures):
    """Truncated singular value decomposition of other features, rows brought to length 1 (Deerwester et al. 1990).

    components: dimensions; no more than the training rows or their columns allow. random_state: starts the solver.
    """

    part_name: ClassVar[str] = "counted"

    def __init__(self, counted: Features, components: int = 100, random_state: int | None = None) -> None:
        self.counted = counted
        self.components = components
        self.random_state = random_state

    def fit_matrix(self, matrix: Matrix) -> None:
        """Take the axes of the training rows."""
        components = min(self.components, *matrix.shape)
        self.svd_ = TruncatedSVD(components, random_state=self.random_state).fit(matrix)

    def derived(self, matrix: Matrix) -> NDArray[np.float64]:
        """(rows, components)."""
        return np.asarray(normalize(self.svd_.transform(matrix)))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """lsa0, lsa1, …"""
        del input_features
        return np.array([f"lsa{at}" for at in range(len(self.svd_.components_))], dtype=object)


@FEATURES.register("lsa")
class LSASettings(CountSettings):
    """Latent semantic analysis: TF-IDF brought to few dimensions, dense."""

    cost: ClassVar[int] = 2
    dense: ClassVar[bool] = True
    non_negative: ClassVar[bool] = False
    fitted_types: ClassVar[tuple[type, ...]] = (LSA, TruncatedSVD)

    kind: Literal["lsa"]

    components: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Dimensions, 1 to 10,000; capped by what the training rows allow."""

    def build(self, *, random_state: int) -> Features:
        """The decomposition of the TF-IDF that the other settings describe."""
        return LSA(self.counted(), self.components, random_state)
