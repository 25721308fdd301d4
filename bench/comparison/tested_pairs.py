"""Tested pairs of systems, kept as columns of numbers: those of a thousand systems are half a million."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from bench.comparison.uncertainty import LEVEL, Codes, Floats


@dataclass(frozen=True, slots=True)
class Pair:
    """Two systems on the same rows, repeats and folds. difference: of the metric, `first` minus `second`.

    low, high: its limits at 95 %, not corrected for the number of pairs; p_value: two-sided; adjusted: by Holm over all
    pairs of the comparison. equivalent: posterior probability that the true difference lies within the region asked
    for, None where none was.
    """

    first: str
    second: str
    difference: float
    low: float
    high: float
    p_value: float
    adjusted: float
    equivalent: float | None

    def turned(self) -> Pair:
        """The same pair with first and second exchanged."""
        return replace(
            self,
            first=self.second,
            second=self.first,
            difference=-self.difference,
            low=-self.high,
            high=-self.low,
        )


@dataclass(frozen=True, eq=False)
class Pairs(Sequence[Pair]):
    """All tested pairs of a comparison, each made when it is asked for.

    names: of the systems, best first. first, second: (pairs,) places in them; the others: (pairs,) as in `Pair`.
    """

    names: tuple[str, ...]
    first: Codes
    second: Codes
    difference: Floats
    low: Floats
    high: Floats
    p_value: Floats
    adjusted: Floats
    equivalent: Floats | None
    family: int
    """Over so many pairs the tests are corrected: more than these, where only some of them are shown."""
    variance: Floats | None = None
    """(pairs,) of the differences, in units of the score squared."""

    @classmethod
    def none(cls, names: tuple[str, ...] = ()) -> Pairs:
        """No pair of these systems."""
        places, numbers = np.zeros(0, dtype=np.int64), np.zeros(0)
        return cls(names, places, places, numbers, numbers, numbers, numbers, numbers, None, 0)

    def __len__(self) -> int:
        return len(self.first)

    @overload
    def __getitem__(self, at: int) -> Pair: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Pair, ...]: ...
    def __getitem__(self, at: int | slice) -> Pair | tuple[Pair, ...]:
        if isinstance(at, slice):
            return tuple(self[place] for place in range(*at.indices(len(self))))
        return Pair(
            self.names[self.first[at]],
            self.names[self.second[at]],
            float(self.difference[at]),
            float(self.low[at]),
            float(self.high[at]),
            float(self.p_value[at]),
            float(self.adjusted[at]),
            None if self.equivalent is None else float(self.equivalent[at]),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pairs) and len(self) == len(other) and all(map(Pair.__eq__, self, other))

    def __hash__(self) -> int:
        return hash((self.names, len(self)))

    def among(self, names: Collection[str]) -> Pairs:
        """The pairs among some of the systems, with their tests unchanged."""
        inside = np.array([name in names for name in self.names], dtype=bool)
        kept = inside[self.first] & inside[self.second]
        return replace(
            self,
            first=self.first[kept],
            second=self.second[kept],
            difference=self.difference[kept],
            low=self.low[kept],
            high=self.high[kept],
            p_value=self.p_value[kept],
            adjusted=self.adjusted[kept],
            equivalent=None if self.equivalent is None else self.equivalent[kept],
            variance=None if self.variance is None else self.variance[kept],
        )

    def between(self, first: str, second: str | None) -> Pair | None:
        """The pair of two systems, seen from the first of them; None where they were not tested."""
        if second is None or not {first, second} <= self._place.keys():
            return None
        one, two = self._place[first], self._place[second]
        at = int(self._pair_of[min(one, two), max(one, two)])
        if at < 0:
            return None
        return self[at] if one < two else self[at].turned()

    @cached_property
    def distinguished(self) -> NDArray[np.bool_]:
        """(pairs,) whether the test separates the two, at 5 % over all pairs."""
        apart: NDArray[np.bool_] = self.adjusted < 1 - LEVEL
        return apart

    def apart_from(self, name: str) -> set[str]:
        """The systems that a test separates from this one."""
        place = self._place.get(name)
        others = [
            self.second[self.distinguished & (self.first == place)],
            self.first[self.distinguished & (self.second == place)],
        ]
        return {self.names[other] for other in np.concatenate(others).tolist()}

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _pair_of(self) -> NDArray[np.int64]:
        """(systems, systems) which pair the better and the worse one of two make; -1 for none."""
        found = np.full((len(self.names), len(self.names)), -1, dtype=np.int64)
        found[self.first, self.second] = np.arange(len(self))
        return found
