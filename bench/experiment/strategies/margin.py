"""Rows for which the two likeliest classes are almost equally likely."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from bench.experiment.strategies.base import STRATEGIES, Candidates, Needs, RowIndex, Strategy, smallest_first


@STRATEGIES.register("margin")
class Margin(Strategy):
    """The smallest difference between the two highest scores, of whatever kind they are (Scheffer et al. 2001)."""

    kind: Literal["margin"]

    needs: ClassVar[Needs] = "scores"

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """A class that was never labelled is no rival: its score is lower than any."""
        two = np.sort(candidates.scores_there, axis=1)[:, -2:]
        with np.errstate(invalid="ignore"):
            return smallest_first(np.nan_to_num(two[:, 1] - two[:, 0], nan=np.inf), count, rng)
