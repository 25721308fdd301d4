"""What classes of few rows could still do to a score: the variance that the rows seen do not show."""

from __future__ import annotations

import numpy as np

from bench.comparison.uncertainty import Floats, widening
from bench.experiment.metrics.base import MarginMetric, Metric, Outcome, margins

PSEUDO_ROWS = 2.0
"""Rows that each class is given beyond its own, as in the interval of Agresti and Coull (1998)."""


def unseen_variance(metric: Metric, outcome: Outcome) -> dict[str, float]:
    """Part's name to the variance of its score, in its units squared, that pseudo rows of each class add; 0 or more.

    Where none of a class's five rows is predicted right, their influences do not vary, though others of the class might
    be. So each class's predictions are taken to be drawn from its own shares and those of `PSEUDO_ROWS` more: right as
    often as rows of all classes are, less often where the class is predicted for fewer rows than it has, else spread as
    all predictions are. The variance of the score's linear part under these shares, less that under the rows' own, is
    what is added, each class's widened as `widening` says.
    Empty for a metric that is no function of the confusion matrix's sums.
    """
    if not isinstance(metric, MarginMetric):
        return {}
    confusion = outcome.confusion()
    hits_seen, rows, predicted = margins(confusion)
    overall = (hits_seen.sum() + 1) / (rows.sum() + 2)
    right = overall * np.minimum(1.0, (predicted + 1) / (rows + 1))
    wrong = np.where(np.eye(len(rows)) == 1, 0.0, predicted + 1)
    wrong *= ((1 - right) / np.maximum(wrong.sum(axis=1), 1))[:, np.newaxis]
    more = confusion.copy()
    more[:, : len(confusion)] += PSEUDO_ROWS * (wrong + np.diag(right))  # behind: predictions of no class
    hits, _, predictions = metric.slopes(outcome)
    weights = rows * widening(rows.astype(np.int64))
    added = _within(more, weights, hits, predictions) - _within(confusion, weights, hits, predictions)
    values = np.maximum(np.nan_to_num(added), 0.0)
    return dict(zip(metric.parts(outcome.classes), values.tolist(), strict=True))


def _within(counts: Floats, weights: Floats, hits: Floats, predictions: Floats) -> Floats:
    """(parts,) the sum over classes of `weights` times a row's slope's variance, predictions drawn as `counts` are."""
    # A prediction of no class moves no class's sum of predictions.
    shares = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0))[:, : len(counts)]
    own = np.diagonal(shares)[:, np.newaxis]
    means = shares @ predictions + own * hits
    squares = shares @ predictions**2 + own * (hits**2 + 2 * hits * predictions)
    found: Floats = weights @ (squares - means**2)
    return found
