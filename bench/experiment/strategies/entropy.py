"""Rows whose probabilities are spread most evenly over the classes."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from bench.experiment.strategies.base import STRATEGIES, Candidates, Needs, RowIndex, Strategy, smallest_first


@STRATEGIES.register("entropy")
class Entropy(Strategy):
    """The highest entropy of the predicted probabilities (Shannon 1948; Settles 2010)."""

    kind: Literal["entropy"]

    needs: ClassVar[Needs] = "probabilities"

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """As `scipy.stats.entropy` has it."""
        from scipy.stats import entropy

        return smallest_first(-entropy(candidates.scores_there, axis=1), count, rng)
