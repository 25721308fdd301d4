"""What classes of few rows, or few predictions, add to a score's variance: the definition written out row by row."""

from __future__ import annotations

import numpy as np
import pytest

from bench.comparison.rare_classes import (
    MISSED_WIDENING,
    MORE_HITS,
    MORE_HITS_ALONE,
    PSEUDO_ROWS,
    RARELY,
    UNSEEN_WIDENING,
    UNSEEN_WIDENING_ALONE,
    unseen,
)
from bench.comparison.uncertainty import WIDENING_ALONE
from bench.experiment.metrics.base import Outcome
from bench.experiment.metrics.f1 import F1, F1Macro

CLASSES = tuple("abcd")
NO_CLASS = len(CLASSES)
TRUTH = [0] * 24 + [1] * 12 + [2] * 7 + [3] * 5
PREDICTIONS = {
    "small classes are missed": [0] * 24 + [1] * 8 + [0] * 4 + [2] * 4 + [0] * 3 + [0] * 5,
    "a small class is told of others": [0] * 20 + [3] * 4 + [1] * 9 + [3] * 3 + [2] * 5 + [1, 3] + [3] * 4 + [2],
    "some rows get no class": [0] * 22 + [NO_CLASS] * 2 + [1] * 12 + [2] * 3 + [NO_CLASS] * 4 + [3, 0, 0, 1, NO_CLASS],
}


def _variance(weights, values):
    """Of a value that is drawn with these weights; what has no value is 0."""
    mean = sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
    return sum(weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True)) / sum(weights)


def _by_definition(outcome, hit, told, *, alone, learns):
    """hit, told: how fast the score moves with a right row and with a row that is predicted to be of a class."""
    truth, prediction = outcome.truth.tolist(), outcome.prediction.tolist()
    of_all = (sum(one == other for one, other in zip(truth, prediction, strict=True)) + 1) / (len(truth) + 2)
    added, missed, hits = 0.0, 0.0, 0.0
    for true in range(len(CLASSES)):
        own = [prediction[row] for row in range(len(truth)) if truth[row] == true]
        right = of_all * min(1.0, (prediction.count(true) + 1) / (len(own) + 1))
        others = {each: prediction.count(each) + 1 for each in range(len(CLASSES)) if each != true}
        values = [told[each] + (hit[each] if each == true else 0.0) for each in range(len(CLASSES))] + [0.0]
        seen = [own.count(each) for each in range(len(CLASSES))] + [own.count(NO_CLASS)]
        pseudo = [right if each == true else (1 - right) * others[each] / sum(others.values()) for each in range(4)] + [
            0.0
        ]
        more = [count + PSEUDO_ROWS * share for count, share in zip(seen, pseudo, strict=True)]
        added += len(own) * (1.05 + 3 / len(own)) * (_variance(more, values) - _variance(seen, values))
        predicted = prediction.count(true) / len(own)
        missed += len(own) * max(1 - predicted, 0.0) * _variance(seen, values)
        hits += max(1 - predicted / RARELY, 0.0) * values[true] ** 2
    added *= UNSEEN_WIDENING_ALONE if alone else UNSEEN_WIDENING
    if not learns:
        return max(added, 0.0)
    missed *= MISSED_WIDENING * (WIDENING_ALONE if alone else 1)
    return max(added + missed, 0.0) + hits * (MORE_HITS_ALONE if alone else MORE_HITS)


@pytest.mark.parametrize("metric", [F1Macro(), F1()], ids=["macro", "of each class"])
@pytest.mark.parametrize("predicted", PREDICTIONS.values(), ids=PREDICTIONS)
def test_the_variance_that_is_added_is_that_of_the_definition(metric, predicted):
    outcome = Outcome(CLASSES, np.array(TRUTH), np.array(predicted))
    hits, _, told = metric.slopes(outcome.confusion())
    for repeats, learns in ((2, True), (1, True), (2, False), (1, False)):
        expected = [
            _by_definition(outcome, hits[:, part].tolist(), told[:, part].tolist(), alone=repeats == 1, learns=learns)
            for part in range(hits.shape[1])
        ]
        found = unseen(metric, [outcome] * repeats).of_score(learns=learns)
        assert list(found.values()) == pytest.approx(expected, rel=1e-9)
        assert max(found.values()) > 0
