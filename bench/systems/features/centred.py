"""Dense features without the mean of the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator
from sklearn.base import clone
from sklearn.preprocessing import normalize

from bench.systems.encoding import Features, Spent
from bench.systems.features.base import FEATURES, AnyFeatures, FeatureSettings
from bench.systems.servers.served import Pending
from bench.systems.servers.settings import ServerSettings


class Centred(Features):
    """Rows of a part less the mean of the training rows, brought to length 1.

    Vectors of a sentence encoder share a large common direction, so that all cosines are high; without it they tell
    texts apart. The mean is learnt from the rows that train, of whatever they are, and taken off every row.
    """

    def __init__(self, part: Features) -> None:
        self.part = part

    def encode(self, texts: Sequence[str]) -> Any:
        """What the part reads."""
        return self.part.encode(texts)

    def encoding_seconds(self, texts: Sequence[str]) -> Spent:
        """Of the part."""
        return self.part.encoding_seconds(texts)

    def fit_rows(self, rows: Any) -> Self:
        """The part, and the mean of its training rows."""
        self.part_ = clone(self.part).fit_rows(rows)
        self.mean_ = np.asarray(self.part_.training_matrix(rows).mean(axis=0))
        return self

    def transform_rows(self, rows: Any) -> NDArray[np.float64]:
        """(rows, columns of the part)."""
        return self._centred(self.part_.transform_rows(rows))

    def training_matrix(self, rows: Any) -> NDArray[np.float64]:
        """(rows, columns of the part)."""
        return self._centred(self.part_.training_matrix(rows))

    def _centred(self, matrix: Any) -> NDArray[np.float64]:
        return np.asarray(normalize(matrix - self.mean_))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Those of the part."""
        del input_features
        names: NDArray[Any] = self.part_.get_feature_names_out()
        return names


@FEATURES.register("centred")
class CentredSettings(FeatureSettings):
    """Dense features less the mean of the training rows, brought to length 1 again."""

    cost: ClassVar[int] = 3

    kind: Literal["centred"]

    part: AnyFeatures
    """The settings of what is centred, an `embedding` or another dense kind."""

    @field_validator("part")
    @classmethod
    def _dense(cls, part: FeatureSettings) -> FeatureSettings:
        if not part.dense:
            raise ValueError(f"{part.kind!r} gives sparse features, whose zeros a mean would fill; take dense ones")
        return part

    @property
    def dense(self) -> bool:
        """Dense."""
        return True

    @property
    def non_negative(self) -> bool:
        """What lies below the mean is negative."""
        return False

    def build(self, *, random_state: int) -> Centred:
        """The part, centred."""
        return Centred(self.part.build(random_state=random_state))

    def versions(self) -> dict[str, str]:
        """The part's."""
        return self.part.versions()

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The part's."""
        return self.part.servers

    def pending(self, texts: Sequence[str]) -> tuple[Pending, ...]:
        """What the part would send."""
        return self.part.pending(texts)

    def encoding_key(self) -> str:
        """The part's: what is read is the same, centred or not."""
        return self.part.encoding_key()
