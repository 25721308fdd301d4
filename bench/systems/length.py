"""Text length as the only feature, for the control that reads no words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from bench.systems.encoding import DenseRows, Features


class Length(Features):
    """One column: log(1 + number of characters)."""

    has_named_columns: ClassVar[bool] = False

    def encode(self, texts: Sequence[str]) -> DenseRows:
        """(texts, 1)."""
        return DenseRows(np.log1p([[len(text)] for text in texts]))

    def fit_rows(self, rows: DenseRows) -> Self:
        """Nothing is learnt."""
        del rows
        return self

    def transform_rows(self, rows: DenseRows) -> NDArray[np.float64]:
        """(rows, 1)."""
        return rows.values

    def __sklearn_is_fitted__(self) -> bool:
        return True
