"""Tests against chance: equal to scikit-learn and scipy, and no louder on shuffled labels than they say."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats.contingency import association, crosstab
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict, permutation_test_score
from sklearn.naive_bayes import CategoricalNB

from bench.core.multiple_tests import holm
from bench.data.audit.permutation import binned, coded, cramers_v, permutation_test, sample

AUDITS = 200
LEVEL = 0.05


def _column(rng, rows, values, classes, strength):
    labels = rng.integers(0, classes, rows)
    column = np.where(rng.random(rows) < strength, labels % values, rng.integers(0, values, rows))
    return coded(column), coded(labels)


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("random_state", range(3))
def test_the_score_is_that_of_naive_bayes_in_scikit_learns_folds(strength, random_state):
    column, labels = _column(np.random.default_rng(random_state), 97, 7, 3, strength)
    found = permutation_test(column, labels, permutations=9, random_state=random_state)
    bayes = CategoricalNB(alpha=1, fit_prior=False, min_categories=int(column.max()) + 1)
    folds = StratifiedKFold(5, shuffle=True, random_state=random_state)
    prediction = cross_val_predict(bayes, column[:, None], labels, cv=folds)
    assert found.score == pytest.approx(balanced_accuracy_score(labels, prediction))


def test_the_p_value_is_near_that_of_scikit_learns_permutation_test():
    column, labels = _column(np.random.default_rng(3), 60, 4, 2, 0.2)
    found = permutation_test(column, labels, permutations=999, random_state=0)
    bayes = CategoricalNB(alpha=1, fit_prior=False, min_categories=4)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    _, _, theirs = permutation_test_score(
        bayes, column[:, None], labels, cv=folds, n_permutations=120, scoring="balanced_accuracy", random_state=0
    )
    assert 0.005 < found.p_value < 0.5
    assert found.p_value == pytest.approx(theirs, abs=0.06)


def test_cramers_v_is_that_of_scipy_where_the_correction_vanishes():
    column, labels = _column(np.random.default_rng(1), 200_000, 5, 4, 0.4)
    plain = association(crosstab(column, labels).count, method="cramer")
    assert cramers_v(column, labels) == pytest.approx(plain, abs=1e-3)


@pytest.mark.parametrize(("first", "second"), [([0] * 9, [0, 1, 2] * 3), ([0, 1, 2] * 3, [0] * 9)])
def test_cramers_v_of_one_value_is_undefined(first, second):
    assert cramers_v(np.array(first), np.array(second)) is None


@given(
    pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=2, max_size=40),
)
@settings(deadline=None)
def test_cramers_v_lies_between_0_and_1_or_is_undefined(pairs):
    first, second = map(coded, zip(*pairs, strict=True))
    value = cramers_v(first, second)
    assert value is None or 0 <= value <= 1


@given(values=st.lists(st.integers(0, 1000), min_size=10, max_size=200))
@settings(deadline=None)
def test_bins_keep_the_order_of_numbers_and_are_ten_at_most(values):
    bins = binned(values)
    assert bins.max() < 10
    order = np.argsort(values, kind="stable")
    assert (np.diff(bins[order]) >= 0).all()


def test_a_sample_is_all_rows_or_as_many_as_asked_each_once():
    assert sample(5, 10, 0).tolist() == [0, 1, 2, 3, 4]
    drawn = sample(1000, 10, 0)
    assert len(set(drawn.tolist())) == 10
    assert drawn.tolist() == sorted(drawn.tolist()) == sample(1000, 10, 0).tolist()


@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=20))
@settings(deadline=None, max_examples=30)
def test_adjusted_p_values_are_those_of_statsmodels(p_values):
    from statsmodels.stats.multitest import multipletests

    with patch("gc.collect"):  # which it calls each time
        theirs = multipletests(p_values, method="holm")[1]
    assert holm(p_values).tolist() == pytest.approx(theirs.tolist())
    assert holm([]).tolist() == []


@pytest.mark.parametrize("kind", ["confounding", "boilerplate"])
def test_shuffled_labels_give_a_finding_no_more_often_than_the_level_says(corpus, kind):
    """Labels of the real page are shuffled over its real texts, articles and positions."""
    from dataclasses import replace

    from bench.data.audit.base import CHECKS, AuditSettings

    rng = np.random.default_rng(2026)
    loud = 0
    for _ in range(AUDITS):
        labels = tuple(rng.permutation(corpus.rows.labels).tolist())
        data = replace(corpus, rows=replace(corpus.rows, labels=labels))
        loud += bool(CHECKS[kind]().findings(data, AuditSettings(permutations=199, level=LEVEL)))
    # Three standard deviations above the level: a sound check fails here once in a thousand.
    assert loud / AUDITS <= LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / AUDITS)


def test_p_values_of_columns_that_tell_nothing_are_spread_evenly():
    rng = np.random.default_rng(5)
    p_values = []
    for _ in range(300):
        column, labels = _column(rng, 60, 12, 3, 0.0)
        p_values.append(permutation_test(column, labels, permutations=99, random_state=0).p_value)
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.mean(np.array(p_values) <= level) <= level + 3 * np.sqrt(level * (1 - level) / 300)
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.08)
