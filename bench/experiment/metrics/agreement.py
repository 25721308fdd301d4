"""Agreement of predictions and truth beyond chance: Matthews' correlation and Cohen's kappa."""

from __future__ import annotations

import numpy as np

from bench.experiment.metrics.base import METRICS, Floats, MarginMetric, Outcome, ratio

_CONSTANT = "all rows are of one class, or all are guessed to be"


@METRICS.register("matthews_corrcoef")
class MatthewsCorrelation(MarginMetric):
    """Matthews' correlation of truth and prediction, -1 to 1, for any number of classes (Gorodkin 2004)."""

    bounds = (-1.0, 1.0)

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """Covariance over the root of the product of the variances; NaN where one of them is 0."""
        rows = true.sum(axis=-1)
        covariance = hits.sum(axis=-1) * rows - (true * predicted).sum(axis=-1)
        unnamed = rows - predicted.sum(axis=-1)  # predicted to be of no class, which correlates as one more class would
        variances = (rows**2 - (true**2).sum(axis=-1)) * (rows**2 - (predicted**2).sum(axis=-1) - unnamed**2)
        return ratio(covariance, np.sqrt(variances))[..., np.newaxis]

    def reason(self, outcome: Outcome, part: str) -> str:
        """No variance, no correlation."""
        return _CONSTANT


@METRICS.register("cohen_kappa")
class CohenKappa(MarginMetric):
    """Cohen's kappa of truth and prediction, -1 to 1: agreement beyond what the classes' shares alone would give."""

    bounds = (-1.0, 1.0)

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """(observed - expected) / (1 - expected); NaN where all agreement is expected."""
        rows = true.sum(axis=-1)
        expected = (true * predicted).sum(axis=-1)
        return ratio(hits.sum(axis=-1) * rows - expected, rows**2 - expected)[..., np.newaxis]

    def reason(self, outcome: Outcome, part: str) -> str:
        """All of one class, all predicted so."""
        return _CONSTANT
