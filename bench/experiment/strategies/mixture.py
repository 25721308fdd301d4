"""Some rows at random, the others by other strategies."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bench.core.settings import Many
from bench.experiment.strategies.base import (
    STRATEGIES,
    AnyStrategy,
    Candidates,
    Needs,
    RowIndex,
    Strategy,
    chosen,
    strategies,
)

_DEFAULT = ("margin", "diversity", "rare-class")
_ORDER: tuple[Needs, ...] = ("nothing", "vectors", "scores", "probabilities")


@STRATEGIES.register("mixture")
class Mixture(Strategy):
    """A share of rows drawn at random from all of them, on which scores may rest; the others by strategies in turn."""

    kind: Literal["mixture"]

    of: Annotated[Many[AnyStrategy], Field(min_length=1)] = Field(
        default_factory=lambda: strategies(*_DEFAULT), json_schema_extra={"default": list(_DEFAULT)}
    )
    """The strategies that choose the rows that are not drawn, each as many."""

    random_share: Annotated[float, Field(ge=0, le=1)] = 0.25
    """How much of the rows is drawn at random, 0 to 1, at least one row unless it is 0."""

    @property
    def wants(self) -> Needs:
        """The most that one of its strategies looks at."""
        return max((part.wants for part in self.of), key=_ORDER.index)

    def shares(self, count: int) -> list[tuple[Strategy, int]]:
        """Random rows first, drawn from all candidates; the first strategies get a row more where it does not divide.

        >>> [(part.kind, rows) for part, rows in Mixture(kind="mixture").shares(10)]
        [('random', 3), ('margin', 3), ('diversity', 2), ('rare-class', 2)]
        """
        drawn = math.ceil(self.random_share * count)
        each, more = divmod(count - drawn, len(self.of))
        parts = [(part, each + (at < more)) for at, part in enumerate(self.of)]
        [random] = strategies("random")
        return [(part, rows) for part, rows in [(random, drawn), *parts] if rows]

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """Its parts by turns."""
        return np.array([taken.row for taken in chosen(self, candidates, count, rng)], dtype=np.intp)
