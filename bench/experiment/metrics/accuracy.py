"""Accuracy: the share of rows that are guessed right."""

from __future__ import annotations

import numpy as np

from bench.experiment.metrics.base import METRICS, Metric, Outcome, UndefinedScoreError


@METRICS.register("accuracy")
class Accuracy(Metric):
    """The share of rows that are guessed right, 0 to 1."""

    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """One number."""
        return {"": float(np.mean(outcome.truth == outcome.guess))}
