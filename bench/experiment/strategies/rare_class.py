"""Rows that likely belong to the classes with the fewest labels."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from bench.experiment.strategies.base import STRATEGIES, Candidates, Needs, RowIndex, Strategy


@STRATEGIES.register("rare-class")
class RareClass(Strategy):
    """The likeliest rows of the class with the fewest labels, predicted rows counted in, one after the other.

    Macro-F1 counts every class alike, and a random draw finds a rare one rarely (Attenberg and Provost 2010).
    """

    kind: Literal["rare-class"]

    needs: ClassVar[Needs] = "scores"

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """A row counts for the class that scores highest in it."""
        scores = candidates.scores_there
        prediction, best = scores.argmax(axis=1), scores.max(axis=1)
        mixed = rng.permutation(len(scores))
        order = mixed[np.argsort(-best[mixed], kind="stable")]
        waiting = {code: order[prediction[order] == code].tolist()[::-1] for code in np.unique(prediction).tolist()}
        counts = candidates.counts.copy()
        taken: list[int] = []
        while len(taken) < count:
            code = min((code for code, rows in waiting.items() if rows), key=lambda code: (counts[code], code))
            taken.append(waiting[code].pop())
            counts[code] += 1
        return np.array(taken, dtype=np.intp)
