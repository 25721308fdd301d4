"""Top-k accuracy: the share of rows whose true class is among the k of the highest scores."""

from __future__ import annotations

import numpy as np

from bench.experiment.metrics.base import METRICS, Floats, Outcome, RowMetric

_SIZES = (2, 3, 5)


@METRICS.register("top_k_accuracy")
class TopKAccuracy(RowMetric):
    """The share of rows whose true class is among the k classes of the highest scores, 0 to 1, for k of 2, 3 and 5.

    Part `k` is there for more than k classes only. Of equal scores the later class comes first, as in scikit-learn.
    """

    needs = "scores"

    def of_rows(self, outcome: Outcome) -> dict[str, Floats]:
        """1 for a row whose class is among them, else 0."""
        if outcome.scores is None:
            raise ValueError("a metric of scores was asked of an outcome without scores")
        order = np.argsort(outcome.scores, axis=1, kind="stable")[:, ::-1]
        hit = order == np.asarray(outcome.truth)[:, np.newaxis]
        sizes = [size for size in _SIZES if size < len(outcome.classes)]
        return {str(size): hit[:, :size].any(axis=1).astype(np.float64) for size in sizes}
