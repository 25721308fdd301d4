"""How good probabilities are: log loss, Brier score, expected calibration error."""

from __future__ import annotations

import math

import numpy as np

from bench.experiment.metrics.base import METRICS, Floats, Metric, Outcome, RowMetric, UndefinedScoreError

_BINS = 10


@METRICS.register("log_loss")
class LogLoss(RowMetric):
    """Mean of minus the natural logarithm of the probability of the true class, 0 or more, clipped as scikit-learn's.

    A probability of 0 for the true class counts as the smallest step from 1 of a double, a loss of 36.04.
    """

    higher_is_better = False
    bounds = (0.0, math.inf)
    needs = "probabilities"

    def of_rows(self, outcome: Outcome) -> dict[str, Floats]:
        """One loss a row."""
        tiny = np.finfo(np.float64).eps
        return {"": -np.log(np.clip(_of_truth(outcome), tiny, 1 - tiny))}


@METRICS.register("brier_score")
class BrierScore(RowMetric):
    """Mean squared distance of the probabilities from the truth, summed over the classes, 0 to 2 (Brier 1950)."""

    higher_is_better = False
    bounds = (0.0, 2.0)
    needs = "probabilities"

    def of_rows(self, outcome: Outcome) -> dict[str, Floats]:
        """One distance a row."""
        scores = _scores(outcome)
        truth = np.eye(len(outcome.classes))[outcome.truth]
        return {"": ((scores - truth) ** 2).sum(axis=1)}


@METRICS.register("expected_calibration_error")
class ExpectedCalibrationError(Metric):
    """How far the prediction's probability lies from how often it is right, 0 to 1, in bins of about equally many rows.

    At most 10 adaptive bins over the largest probability of each row (Nguyen and O'Connor 2015); rows of equal
    probability share a bin. Biased upwards on few rows, and no smooth function of them: it gets no interval.
    """

    higher_is_better = False
    needs = "probabilities"

    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """The mean over rows of their bins' distances; undefined for fewer rows than bins."""
        if len(outcome.truth) < _BINS:
            return {"": UndefinedScoreError(f"fewer rows than its {_BINS} bins")}
        confidence = _scores(outcome).max(axis=1)
        edges = np.unique(np.quantile(confidence, np.arange(1, _BINS) / _BINS, method="lower"))
        bin_of_row = np.searchsorted(edges, confidence, side="left")
        surplus = confidence - (outcome.truth == outcome.prediction)
        # fsum: the order of the rows must not reach even the last bit.
        gaps = [abs(math.fsum(surplus[bin_of_row == number])) for number in range(len(edges) + 1)]
        return {"": math.fsum(gaps) / len(confidence)}


def _scores(outcome: Outcome) -> Floats:
    if outcome.scores is None:
        raise ValueError("a metric of probabilities was asked of an outcome without scores")
    return outcome.scores


def _of_truth(outcome: Outcome) -> Floats:
    return np.take_along_axis(_scores(outcome), np.asarray(outcome.truth)[:, np.newaxis], axis=1)[:, 0]
