"""Any features side by side, with weights that can be tuned."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from bench.core.settings import Many, Vectors
from bench.systems.encoding import Features
from bench.systems.features.base import FEATURES, AnyFeatures, FeatureSettings, fixed
from bench.systems.union import WEIGHTS, Union


@FEATURES.register("concat")
class ConcatSettings(FeatureSettings):
    """Two or more kinds of features side by side, each times its weight."""

    fitted_types: ClassVar[tuple[type, ...]] = (Union,)

    kind: Literal["concat"]

    parts: Annotated[Many[AnyFeatures], Field(min_length=2)]
    """The settings of each part."""

    weights: Vectors[Annotated[float, Field(ge=1e-6, le=1e6)]] | None = None
    """A weight for each part, 1e-6 to 1e6; or several such lists, of which the best is chosen in inner folds. Left out,
    1 for all."""

    @field_validator("parts")
    @classmethod
    def _nothing_listed_within(cls, parts: tuple[FeatureSettings, ...]) -> tuple[FeatureSettings, ...]:
        return tuple(map(fixed, parts))

    @model_validator(mode="after")
    def _one_weight_a_part(self) -> Self:
        for weights in self.weights or ():
            if len(weights) != len(self.parts):
                raise ValueError(f"{len(weights)} weights for {len(self.parts)} parts; give one a part")
        return self

    def grid(self) -> dict[str, tuple[Any, ...]]:
        """The lists of weights, where there are several."""
        return {WEIGHTS: self.weights} if self.weights is not None and len(self.weights) > 1 else {}

    @property
    def dense(self) -> bool:
        """Dense where every part is."""
        return all(part.dense for part in self.parts)

    @property
    def non_negative(self) -> bool:
        """True where every part is."""
        return all(part.non_negative for part in self.parts)

    def build(self, *, random_state: int) -> Features:
        """All parts, unfitted."""
        return Union([part.build(random_state=random_state) for part in self.parts], (self.weights or (None,))[0])

    @property
    def made_from(self) -> tuple[FeatureSettings, ...]:
        """The parts."""
        return self.parts

    def encoding_key(self) -> str:
        """Those of all parts."""
        return f"concat {[part.encoding_key() for part in self.parts]}"
