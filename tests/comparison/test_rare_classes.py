"""What pseudo rows add to a score's variance, against the definition written out row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.comparison.rare_classes import PSEUDO_ROWS, UNSEEN_WIDENING, UNSEEN_WIDENING_ALONE, unseen
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


def _by_definition(outcome, hit, told):
    """hit, told: how fast the score moves with a right row and with a row that is predicted to be of a class."""
    truth, prediction = outcome.truth.tolist(), outcome.prediction.tolist()
    of_all = (sum(one == other for one, other in zip(truth, prediction, strict=True)) + 1) / (len(truth) + 2)
    added = 0.0
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
        added += len(own) * (1.3 + 0.5 / math.sqrt(len(own))) * (_variance(more, values) - _variance(seen, values))
    return UNSEEN_WIDENING * max(added, 0.0)


@pytest.mark.parametrize("metric", [F1Macro(), F1()], ids=["macro", "of each class"])
@pytest.mark.parametrize("predicted", PREDICTIONS.values(), ids=PREDICTIONS)
def test_the_variance_that_is_added_is_that_of_the_definition(metric, predicted):
    outcome = Outcome(CLASSES, np.array(TRUTH), np.array(predicted))
    hits, _, told = metric.slopes(outcome.confusion())
    expected = [
        _by_definition(outcome, hits[:, part].tolist(), told[:, part].tolist()) for part in range(hits.shape[1])
    ]
    found = unseen(metric, [outcome, outcome]).of_score()
    assert list(found.values()) == pytest.approx(expected, rel=1e-9)
    assert max(found.values()) > 0
    alone = unseen(metric, [outcome]).of_score()
    wider = UNSEEN_WIDENING_ALONE / UNSEEN_WIDENING
    assert list(alone.values()) == pytest.approx([wider * each for each in found.values()], rel=1e-9)
