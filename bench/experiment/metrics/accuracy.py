"""Accuracy: the share of rows that are predicted right, and the mean of that share over the classes."""

from __future__ import annotations

import numpy as np

from bench.experiment.metrics.base import METRICS, Floats, MarginMetric, Outcome, ratio


@METRICS.register("accuracy")
class Accuracy(MarginMetric):
    """The share of rows that are predicted right, 0 to 1."""

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """The diagonal's share."""
        return ratio(hits.sum(axis=-1), true.sum(axis=-1))[..., np.newaxis]


@METRICS.register("balanced_accuracy")
class BalancedAccuracy(MarginMetric):
    """The mean recall of the classes, 0 to 1: accuracy with each class counting the same."""

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """The mean over rows of the diagonal's share."""
        recall = ratio(hits, true)
        values: Floats = recall.mean(axis=-1, keepdims=True)
        return values

    def reason(self, outcome: Outcome, part: str) -> str:
        """The first class without rows."""
        rows = outcome.confusion().sum(axis=1)
        return f"no row of class {outcome.classes[int(rows.argmin())]!r}"
