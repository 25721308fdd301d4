"""Any features side by side, with weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bench.core.settings import Many
from bench.systems.encoding import Features
from bench.systems.features.base import FEATURES, AnyFeatures, FeatureSettings
from bench.systems.servers.served import Pending
from bench.systems.servers.settings import ServerSettings
from bench.systems.union import Union


@FEATURES.register("concat")
class ConcatSettings(FeatureSettings):
    """Two or more kinds of features side by side, each times its weight."""

    kind: Literal["concat"]

    parts: Annotated[Many[AnyFeatures], Field(min_length=2)]
    """The settings of each part."""

    weights: Many[Annotated[float, Field(ge=1e-6, le=1e6)]] | None = None
    """A weight for each part, 1e-6 to 1e6; left out, 1 for all."""

    @model_validator(mode="after")
    def _one_weight_a_part(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.parts):
            raise ValueError(f"{len(self.weights)} weights for {len(self.parts)} parts; give one a part")
        return self

    @property
    def dense(self) -> bool:
        """Dense where every part is."""
        return all(part.dense for part in self.parts)

    @property
    def non_negative(self) -> bool:
        """Where every part is."""
        return all(part.non_negative for part in self.parts)

    def build(self, *, random_state: int) -> Features:
        """All parts, unfitted."""
        return Union([part.build(random_state=random_state) for part in self.parts], self.weights)

    def versions(self) -> dict[str, str]:
        """Those of all parts; a name that parts use for different things gets the number of its part."""
        found: dict[str, str] = {}
        for at, part in enumerate(self.parts):
            for name, value in part.versions().items():
                found[name if found.get(name, value) == value else f"parts.{at}.{name}"] = value
        return found

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """Those of all parts."""
        return tuple(server for part in self.parts for server in part.servers)

    def pending(self, texts: Sequence[str]) -> tuple[Pending, ...]:
        """What all parts would send."""
        return tuple(each for part in self.parts for each in part.pending(texts))

    def encoding_key(self) -> str:
        """Those of all parts."""
        return f"concat {[part.encoding_key() for part in self.parts]}"
