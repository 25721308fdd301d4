"""Rows drawn at random."""

from __future__ import annotations

from typing import Literal

import numpy as np

from bench.experiment.strategies.base import STRATEGIES, Candidates, RowIndex, Strategy


@STRATEGIES.register("random")
class Random(Strategy):
    """Every row is equally likely: what all other strategies must beat, and what scores may rest on."""

    kind: Literal["random"]

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """Without replacement."""
        return rng.permutation(len(candidates))[:count]
