"""Laws that every metric holds, and equality with scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from bench.core.errors import BenchError
from bench.experiment.metrics.base import METRICS, Outcome, UndefinedScoreError, all_scores, check_metric

CLASSES = ("甲", "乙", "丙")
codes = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=30)


def _outcome(pairs):
    truth, guess = np.array(pairs).T
    return Outcome(CLASSES, truth, guess)


def _plain(scores):
    return {name: None if isinstance(value, UndefinedScoreError) else value for name, value in scores.items()}


@pytest.mark.parametrize("name", METRICS.classes())
@given(pairs=codes, order=st.randoms())
def test_shuffling_the_rows_moves_no_score(name, pairs, order):
    shuffled = order.sample(pairs, len(pairs))
    metric = METRICS[name]()
    assert _plain(metric.scores(_outcome(pairs))) == _plain(metric.scores(_outcome(shuffled)))


@pytest.mark.parametrize("name", METRICS.classes())
@given(pairs=codes)
def test_a_score_lies_between_0_and_1_or_says_why_it_is_undefined(name, pairs):
    for value in METRICS[name]().scores(_outcome(pairs)).values():
        assert str(value) if isinstance(value, UndefinedScoreError) else 0 <= value <= 1


@pytest.mark.parametrize("name", METRICS.classes())
def test_perfect_guesses_score_1_and_a_part_depends_on_the_classes_alone(name):
    perfect = METRICS[name]().scores(_outcome([(0, 0), (1, 1), (2, 2)]))
    assert set(perfect.values()) == {1.0}
    assert list(METRICS[name]().scores(_outcome([(0, 1)]))) == list(perfect)


@given(pairs=codes)
def test_defined_scores_are_those_of_scikit_learn(pairs):
    outcome = _outcome(pairs)
    scores = _plain(all_scores(outcome))
    assert scores["accuracy"] == accuracy_score(outcome.truth, outcome.guess)
    theirs = f1_score(outcome.truth, outcome.guess, labels=[0, 1, 2], average=None, zero_division=np.nan)
    for name, value in zip(CLASSES, theirs, strict=True):
        if scores[f"f1:{name}"] is not None:
            assert scores[f"f1:{name}"] == pytest.approx(value)
    if scores["f1_macro"] is not None:
        assert scores["f1_macro"] == pytest.approx(f1_score(outcome.truth, outcome.guess, average="macro"))


def test_a_class_that_is_nowhere_makes_its_score_and_the_mean_undefined():
    scores = all_scores(_outcome([(0, 0), (1, 0)]))
    assert "'丙' is neither true nor guessed" in str(scores["f1:丙"])
    assert isinstance(scores["f1_macro"], UndefinedScoreError)
    assert scores["f1:乙"] == 0.0


def test_an_outcome_has_rows_and_one_guess_each():
    with pytest.raises(ValueError, match="one truth and one guess"):
        Outcome(CLASSES, np.array([0]), np.array([0, 1]))
    with pytest.raises(ValueError, match="one truth and one guess"):
        Outcome(CLASSES, np.array([], dtype=int), np.array([], dtype=int))


def test_an_unknown_metric_is_told_with_the_known_ones():
    check_metric("f1:anything")
    with pytest.raises(BenchError, match="unknown metric 'acuracy'; did you mean 'accuracy'"):
        check_metric("acuracy")
