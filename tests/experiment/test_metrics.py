"""Laws that every metric holds, and equality with scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as theirs

from bench.core.errors import BenchError
from bench.experiment.metrics.base import METRICS, Outcome, UndefinedScoreError, all_scores, applies, metric_of

CLASSES = ("丁", "丙", "乙", "甲")
NAMES = sorted(METRICS.classes())


@st.composite
def outcomes(draw, min_size=1, max_size=30):
    """Rows with guesses that are the class of the highest probability."""
    rows = draw(st.integers(min_size, max_size))
    truth = draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    weights = draw(st.lists(st.tuples(*[st.integers(0, 6)] * 4).filter(any), min_size=rows, max_size=rows))
    scores = np.array(weights, dtype=float)
    scores /= scores.sum(axis=1, keepdims=True)
    return Outcome(CLASSES, np.array(truth), scores.argmax(axis=1), scores, probabilities=True)


def _plain(scores):
    return {name: None if isinstance(value, UndefinedScoreError) else value for name, value in scores.items()}


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(outcome=outcomes(), order=st.randoms())
def test_shuffling_the_rows_moves_no_score(name, outcome, order):
    metric = METRICS[name]()
    rows = np.array(order.sample(range(len(outcome.truth)), len(outcome.truth)))
    assert _plain(metric.scores(outcome)) == _plain(metric.scores(outcome.take(rows)))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(outcome=outcomes())
def test_a_score_lies_in_its_bounds_or_says_why_it_is_undefined(name, outcome):
    low, high = METRICS[name].bounds
    for value in METRICS[name]().scores(outcome).values():
        assert str(value) if isinstance(value, UndefinedScoreError) else low <= value <= high + 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_perfect_guesses_score_best_and_parts_depend_on_the_classes_alone(name):
    truth = np.tile(np.arange(4), 3)
    perfect = METRICS[name]().scores(Outcome(CLASSES, truth, truth, np.eye(4)[truth], probabilities=True))
    best = METRICS[name].bounds[1 if METRICS[name].higher_is_better else 0]
    assert list(perfect.values()) == pytest.approx([best] * len(perfect))
    one = Outcome(CLASSES, truth[:1], truth[1:2], np.eye(4)[truth[1:2]], probabilities=True)
    assert list(METRICS[name]().scores(one)) == list(perfect)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=30)
@given(outcome=outcomes(min_size=2))
def test_influence_is_the_jackknife_of_the_score(name, outcome):
    metric = METRICS[name]()
    whole = _plain(metric.scores(outcome))
    rows = len(outcome.truth)
    without = [_plain(metric.scores(outcome.take(np.delete(np.arange(rows), row)))) for row in range(rows)]
    for part, influence in metric.influence(outcome).items():
        for row in range(rows):
            if whole[part] is None or without[row][part] is None:
                assert np.isnan(influence[row])
            else:
                expected = (rows - 1) * (whole[part] - without[row][part])
                assert influence[row] == pytest.approx(expected, abs=1e-9)


@given(outcome=outcomes())
def test_defined_scores_are_those_of_scikit_learn(outcome):
    truth, prediction, every = outcome.truth, outcome.prediction, range(4)
    scores = _plain(all_scores(outcome))
    options = {"labels": list(every), "zero_division": np.nan}
    expected = {
        "accuracy": theirs.accuracy_score(truth, prediction),
        "f1_micro": theirs.f1_score(truth, prediction, average="micro", labels=list(every)),
        "f1_weighted": theirs.f1_score(truth, prediction, average="weighted", zero_division=0),
        "f1_macro": theirs.f1_score(truth, prediction, average="macro", **options),
        "matthews_corrcoef": theirs.matthews_corrcoef(truth, prediction) if len({*truth, *prediction}) > 1 else None,
        "cohen_kappa": theirs.cohen_kappa_score(truth, prediction) if len({*truth, *prediction}) > 1 else None,
        "log_loss": theirs.log_loss(truth, outcome.scores, labels=every),
        "brier_score": float(np.mean(((outcome.scores - np.eye(4)[truth]) ** 2).sum(axis=1))),
        "top_k_accuracy:2": theirs.top_k_accuracy_score(truth, outcome.scores, k=2, labels=every),
    }
    if len(set(truth)) == 4:
        expected["balanced_accuracy"] = theirs.balanced_accuracy_score(truth, prediction)
    for part, average in (
        ("f1", theirs.f1_score),
        ("precision", theirs.precision_score),
        ("recall", theirs.recall_score),
    ):
        values = average(truth, prediction, average=None, **options)
        expected |= {f"{part}:{name}": value for name, value in zip(CLASSES, values, strict=True)}
    for name, value in expected.items():
        if scores[name] is not None:
            assert scores[name] == pytest.approx(value, abs=1e-9), name


def test_calibration_error_is_the_gap_between_confidence_and_hits():
    scores = np.array([[0.8, 0.2]] * 10)
    outcome = Outcome(("a", "b"), np.array([0] * 6 + [1] * 4), np.zeros(10, dtype=int), scores, probabilities=True)
    assert METRICS["expected_calibration_error"]().scores(outcome)[""] == pytest.approx(0.2)


def test_a_metric_is_asked_only_of_what_it_needs():
    bare = Outcome(CLASSES, np.array([0]), np.array([0]))
    decisions = Outcome(CLASSES, np.array([0]), np.array([0]), np.zeros((1, 4)))
    assert not applies(METRICS["top_k_accuracy"], bare)
    assert applies(METRICS["top_k_accuracy"], decisions)
    assert not applies(METRICS["log_loss"], decisions)
    assert "log_loss" not in all_scores(decisions)


@pytest.mark.parametrize(
    ("truth", "prediction", "scores"),
    [([0], [0, 1], None), ([], [], None), ([0], [0], np.zeros((1, 3)))],
)
def test_an_outcome_has_one_truth_one_guess_and_maybe_one_score_a_class_for_each_row(truth, prediction, scores):
    with pytest.raises(ValueError, match=r"one truth|one score"):
        Outcome(CLASSES, np.array(truth, dtype=int), np.array(prediction, dtype=int), scores)


def test_an_unknown_metric_is_refused_with_the_nearest():
    assert metric_of("f1:anything") is METRICS["f1"]
    with pytest.raises(BenchError, match="unknown metric 'acuracy'; did you mean 'accuracy'"):
        metric_of("acuracy")
