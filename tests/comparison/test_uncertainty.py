"""Estimates: intervals and tests that behave as their distributions say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.comparison.coverage import measured_coverage
from bench.comparison.uncertainty import WIDENING_ALONE, Estimate, holm, with_floor
from bench.comparison.variance import Design


def estimate(values, influence, labels, **design):
    found = Design(labels, **design)
    return found.estimate(values, found.parts(influence))


estimates = st.builds(Estimate, st.floats(-1, 1), st.floats(1e-6, 1), st.integers(1, 200).map(float))


@given(found=estimates)
def test_an_interval_leaves_out_0_just_where_the_test_finds_a_difference(found):
    low, high = found.interval()
    assert (low > 0 or high < 0) == (found.p_value() < 0.05) or found.p_value() == pytest.approx(0.05)


@given(found=estimates)
def test_p_value_and_equivalence_are_those_of_students_t(found):
    posterior = stats.t(found.degrees, found.value, math.sqrt(found.variance))
    assert found.p_value() == pytest.approx(2 * min(posterior.cdf(0), posterior.sf(0)), abs=1e-9)
    assert found.probability_within(0.1) == pytest.approx(posterior.cdf(0.1) - posterior.cdf(-0.1), abs=1e-9)


@given(found=estimates)
def test_so_many_times_the_rows_would_detect_the_difference_seen(found):
    if abs(found.value) > 1e-6:
        again = Estimate(found.value, found.variance / found.factor_of_rows(found.value), found.degrees)
        assert again.detectable() == pytest.approx(abs(found.value))


def test_a_variance_is_the_binomial_one_for_accuracy_within_one_class():
    hits = np.array([1.0] * 30 + [0.0] * 10)
    found = estimate(np.array([0.75]), (hits - 0.75)[None], np.zeros(40, dtype=int))
    assert found.variance == pytest.approx(WIDENING_ALONE * hits.var(ddof=1) / 40)
    assert found.degrees == 39


def test_repeats_do_not_shrink_a_variance():
    influence = np.random.default_rng(0).normal(size=(1, 50))
    labels = np.arange(50) % 2
    twice = estimate(np.full(2, 0.5), np.repeat(influence, 2, axis=0), labels)
    often = estimate(np.full(10, 0.5), np.repeat(influence, 10, axis=0), labels)
    assert often.variance == pytest.approx(twice.variance)
    alone = estimate(np.array([0.5]), influence, labels)
    assert alone.variance == pytest.approx(WIDENING_ALONE * twice.variance)


def test_rows_that_move_together_widen_the_interval_when_their_group_was_drawn():
    labels, groups = np.zeros(40, dtype=int), np.arange(40) // 4
    influence = np.repeat(np.random.default_rng(1).normal(size=10), 4)[None]
    rows = estimate(np.array([0.5]), influence, labels)
    grouped = estimate(np.array([0.5]), influence, labels, units=groups)
    assert grouped.variance > 3 * rows.variance
    assert (rows.degrees, grouped.degrees) == (39, 9)


def test_training_sets_of_their_own_add_what_lies_between_them():
    influence, labels = np.random.default_rng(2).normal(size=(5, 60)), np.zeros(60, dtype=int)
    values = np.array([0.4, 0.5, 0.6, 0.5, 0.5])
    found = estimate(values, influence, labels, independent_training=True)
    rows = influence.mean(axis=0).var(ddof=1) / 60
    assert found.variance == pytest.approx(rows + values.var(ddof=1) / 5)
    assert 4 <= found.degrees <= 63
    alone = estimate(values[:1], influence[:1], labels, independent_training=True)
    assert alone.degrees == 59


def test_one_unit_has_no_variance():
    with pytest.raises(ValueError, match="two units"):
        estimate(np.array([0.5]), np.zeros((1, 4)), np.zeros(4, dtype=int), units=np.zeros(4, dtype=int))


def test_a_floor_is_laplaces_share_of_wrong_rows():
    assert with_floor(Estimate(1.0, 0.0, 9.0), 8).variance == pytest.approx(0.1 * 0.9 / 8)
    assert with_floor(Estimate(0.5, 0.2, 9.0), 8).variance == 0.2


def test_differences_without_variance_are_equal_or_not():
    assert Estimate(0.0, 0.0, 5.0).p_value() == 1.0
    assert Estimate(0.1, 0.0, 5.0).p_value() == 0.0
    assert Estimate(0.0, 0.0, 5.0).probability_within(0.01) == 1.0
    assert math.isinf(Estimate(0.0, 0.1, 5.0).factor_of_rows(0.0))


def test_holm_of_no_pairs_is_empty():
    assert holm(np.zeros(0)).shape == (0,)


@pytest.mark.parametrize("clustered", [True, False])
def test_measured_coverage_is_of_the_nearest_size_studied(clustered):
    found = measured_coverage("f1_macro", 44, clustered=clustered, repeats=10)
    assert found.rows == 50
    assert 0.85 < found.low <= found.high <= 1
    assert measured_coverage("f1_macro", 400_000, clustered=clustered, repeats=1).rows == 1000
    assert measured_coverage("log_loss", 44, clustered=clustered, repeats=10) is None
