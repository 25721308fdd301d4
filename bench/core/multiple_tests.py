"""p-values of many tests at once, adjusted so that one false find among all of them stays as rare as the level says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def holm(p_values: Sequence[float] | NDArray[Any]) -> NDArray[np.float64]:
    """(tests,) p-values adjusted for being many (Holm 1979): below a level, one is a false find at most so often."""
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    # statsmodels' multipletests gives the same numbers, but collects the garbage of the whole process at every call.
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted
