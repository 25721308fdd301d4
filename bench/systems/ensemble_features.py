"""The features of several systems at once, each with its own matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.systems.encoding import Features, Matrix
from bench.systems.union import Union


@dataclass(frozen=True, slots=True)
class Matrices:
    """One matrix a member, of the same rows."""

    parts: tuple[Matrix, ...]

    def __len__(self) -> int:
        return int(self.parts[0].shape[0])

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, and the columns of all members."""
        return len(self), sum(part.shape[1] for part in self.parts)


class Members(Union):
    """Features of several systems, whose matrices are kept apart: each member's classifier gets its own."""

    def __init__(self, parts: Sequence[Features]) -> None:
        super().__init__(parts)

    def side_by_side(self) -> Sequence[Features]:
        """Themselves: no score is a sum over the columns of all."""
        return (self,)

    def _beside(self, blocks: Sequence[Matrix]) -> Any:
        """One matrix a member."""
        return Matrices(tuple(blocks))
