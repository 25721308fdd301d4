"""The features of several systems at once, each with a matrix of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.systems.encoding import Features, Matrix
from bench.systems.union import Union, UnionRows


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

    def transform_rows(self, rows: UnionRows) -> Any:
        """The matrices of all members."""
        return Matrices(tuple(part.transform_rows(own) for part, own in zip(self.parts_, rows.parts, strict=True)))

    def training_matrix(self, rows: UnionRows) -> Any:
        """As `transform_rows`, of the training matrices."""
        return Matrices(tuple(part.training_matrix(own) for part, own in zip(self.parts_, rows.parts, strict=True)))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """Names of the columns of all members: the member's number, two underscores, its own name."""
        names: NDArray[np.object_] = super().get_feature_names_out(input_features)
        return names
