"""Dense features without the mean of the training rows, whitened or not."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator
from sklearn.covariance import shrunk_covariance
from sklearn.preprocessing import normalize

from bench.core.settings import ExtendedSettings
from bench.systems.encoding import Features
from bench.systems.features.base import FEATURES, AnyFeatures, DerivedFeatures, FeatureSettings, fixed


class Centred(DerivedFeatures):
    """Rows of a part less the mean of the training rows, brought to length 1.

    Vectors of a sentence encoder share a large common direction, so that all cosines are high; without it, cosines
    distinguish texts. The mean is that of the training rows, and is subtracted from every row.
    whitening: None, or the shrinkage s of the training rows' covariance C, above 0 to 1, before rows are multiplied by
    its inverse square root: ((1 - s) C + s tr(C)/d I)^(-1/2).
    """

    def __init__(self, part: Features, whitening: float | None = None) -> None:
        self.part = part
        self.whitening = whitening

    @property
    def short_name(self) -> str:
        """The part's."""
        return self.part.short_name

    def fit_matrix(self, matrix: Any) -> None:
        """Take the mean of the training rows; their covariance too, where it whitens."""
        train = np.asarray(matrix)
        self.mean_ = train.mean(axis=0)
        self.whitener_ = None if self.whitening is None else whitener(train - self.mean_, self.whitening)

    def derived(self, matrix: Any) -> NDArray[np.float64]:
        """(rows, columns of the part)."""
        apart = matrix - self.mean_
        by = getattr(self, "whitener_", None)  # saved models of earlier versions have none
        return np.asarray(normalize(apart if by is None else apart @ by))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Those of the part."""
        del input_features
        names: NDArray[Any] = self.part_.get_feature_names_out()
        return names


def whitener(apart: NDArray[np.float64], shrinkage: float) -> NDArray[np.float64]:
    """(columns, columns) the inverse square root of the shrunken covariance of rows around their mean.

    All zeros where every row is the mean, because then no row differs from another.
    """
    spread, axes = np.linalg.eigh(shrunk_covariance(apart.T @ apart / len(apart), shrinkage=shrinkage))
    if spread[-1] <= 0:
        return np.zeros_like(axes)
    # Rounding may leave an eigenvalue of 0 slightly negative.
    floor = np.finfo(np.float64).eps * spread[-1]
    return np.asarray((axes / np.sqrt(np.maximum(spread, floor))) @ axes.T)


@FEATURES.register("centred")
class CentredSettings(ExtendedSettings, FeatureSettings):
    """Dense features less the mean of the training rows, whitened where asked, brought to length 1 again."""

    cost: ClassVar[int] = 3
    dense: ClassVar[bool] = True
    non_negative: ClassVar[bool] = False
    fitted_types: ClassVar[tuple[type, ...]] = (Centred,)

    kind: Literal["centred"]

    part: AnyFeatures
    """The settings of what is centred, an `embedding` or another dense kind."""

    whitening: Annotated[float, Field(ge=1e-3, le=1)] | None = None
    """Whitens by the covariance of the training rows, drawn so far to a multiple of the identity, 0.001 to 1; the fewer
    rows, the more. Left out, nothing is whitened."""

    added: ClassVar[tuple[str, ...]] = ("whitening",)

    @field_validator("part")
    @classmethod
    def _dense(cls, part: FeatureSettings) -> FeatureSettings:
        fixed(part)
        if not part.dense:
            raise ValueError(f"{part.kind!r} gives sparse features, whose zeros a mean would fill; take dense ones")
        return part

    def build(self, *, random_state: int) -> Centred:
        """The part, centred."""
        return Centred(self.part.build(random_state=random_state), self.whitening)

    @property
    def made_from(self) -> tuple[FeatureSettings, ...]:
        """The part."""
        return (self.part,)

    def encoding_key(self) -> str:
        """The part's: what is read is the same, centred or not."""
        return self.part.encoding_key()
