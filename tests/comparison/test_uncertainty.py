"""Estimates: intervals and tests that behave as their distributions say."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bench.comparison.coverage import measured_coverage, measured_group_coverage
from bench.comparison.rare_classes import unseen
from bench.comparison.uncertainty import (
    FEWEST_GROUPS,
    FEWEST_PURE_GROUPS,
    PAIRED_WIDENING,
    TAUGHT,
    WIDENING_ALONE,
    Estimate,
    of_score,
    score_limits,
    widening,
)
from bench.comparison.variance import Design
from bench.core.multiple_tests import holm
from bench.experiment.metrics.base import Outcome
from bench.experiment.metrics.f1 import F1, F1Macro
from bench.experiment.metrics.probability import LogLoss


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


def test_a_difference_that_hangs_on_few_rows_has_few_degrees_of_freedom():
    labels, values = np.arange(100) % 2, np.full(2, 0.1)

    def degrees(influence):
        return estimate(values, np.tile(influence, (2, 1)), labels).degrees

    few = np.zeros(100)
    few[[0, 1, 2, 3]] = [1, 1, -1, -1]
    assert degrees(few) == pytest.approx(2 / (1 / 4 - 1 / 100))
    assert degrees(np.where(np.arange(100) % 4 < 2, 1.0, -1.0)) == 98  # every row counts alike
    normal = np.random.default_rng(0).normal(size=100)
    assert 50 < degrees(normal) <= 98


def test_two_systems_that_agree_on_every_row_may_differ_on_another():
    design, labels, values = Design(np.arange(100) % 2), np.arange(100) % 2, np.zeros(2)
    found = design.estimate(values, design.parts(np.zeros((2, 100))))
    assert found == Estimate(0.0, pytest.approx(1 / 102 * (1 - 1 / 102) / 100), 98.0)
    assert estimate(values, np.zeros((2, 100)), labels, units=np.arange(100) // 4).variance == 0


def test_a_class_that_is_rarely_predicted_bounds_the_variance_of_a_difference_from_below():
    design, values = Design(np.arange(100) % 2), np.full(2, 0.1)
    influence = np.random.default_rng(0).normal(size=(2, 100))
    alone = design.estimate(values, design.parts(influence)).variance
    assert design.estimate(values, design.parts(influence, alone / 2)).variance == alone
    assert design.estimate(values, design.parts(influence, 2 * alone)).variance == 2 * alone
    assert design.estimate(values, design.parts(np.zeros((2, 100)), 0.25)).variance == 0.25


def test_repeats_do_not_shrink_the_variance_of_a_score():
    influence = np.random.default_rng(0).normal(size=(1, 50))
    design = Design(np.arange(50) % 2)

    def of(repeats):
        return design.score(np.full(repeats, 0.5), design.parts(np.repeat(influence, repeats, axis=0))).variance

    assert of(10) == pytest.approx(of(2))
    assert of(1) == pytest.approx(WIDENING_ALONE * of(2))


def test_a_difference_that_lasts_from_repeat_to_repeat_is_widened_more_than_one_that_luck_makes():
    rng = np.random.default_rng(0)
    labels, values = np.arange(50) % 2, np.full(10, 0.1)
    lasting = np.repeat(rng.normal(size=(1, 50)), 10, axis=0)
    luck = rng.normal(size=(10, 50))
    design = Design(labels)

    def widened(influence):
        parts = design.parts(influence)
        mean = (parts.rows.mean(axis=0) ** 2).sum() / 49 / 50
        return design.estimate(values, parts).variance / mean

    assert widened(lasting) == pytest.approx(PAIRED_WIDENING + TAUGHT)
    assert PAIRED_WIDENING - 1e-9 < widened(luck) < PAIRED_WIDENING + 0.1
    untaught = replace(design.parts(lasting), learns=False)
    assert design.estimate(values, untaught).variance == pytest.approx((untaught.rows[0] ** 2).sum() / 49 / 50)
    assert design.score(values, untaught).variance == pytest.approx((untaught.rows[0] ** 2).sum() / 49 / 50)


def test_class_counts_by_chance_add_what_lies_between_the_classes_means():
    labels = np.repeat([0, 1], [30, 10])
    hits = np.where(np.arange(40) % 10 < np.where(labels == 0, 9, 2), 1.0, 0.0)
    influence, values = np.tile(hits - hits.mean(), (2, 1)), np.full(2, hits.mean())
    fixed, by_chance = Design(labels), Design(labels, class_counts="random")
    within = fixed.score(values, fixed.parts(influence)).variance
    found = by_chance.score(values, by_chance.parts(influence)).variance
    means = np.array([hits[labels == 0].mean(), hits[labels == 1].mean()])
    between = (np.array([30, 10]) * (means - hits.mean()) ** 2).sum() * 40 / 39 / 40**2
    assert found == pytest.approx(within + between)


def test_rows_that_move_together_widen_the_interval_when_their_group_was_drawn():
    labels, groups = np.zeros(40, dtype=int), np.arange(40) // 4
    influence = np.repeat(np.random.default_rng(1).normal(size=10), 4)[None]
    rows = estimate(np.array([0.5]), influence, labels)
    grouped = estimate(np.array([0.5]), influence, labels, units=groups)
    assert grouped.variance > 3 * rows.variance
    assert rows.degrees <= 39
    assert grouped.degrees == 9


def test_training_sets_of_their_own_add_what_lies_between_them():
    influence, labels = np.random.default_rng(2).normal(size=(5, 60)), np.zeros(60, dtype=int)
    values = np.array([0.4, 0.5, 0.6, 0.5, 0.5])
    found = estimate(values, influence, labels, independent_training=True)
    rows = influence.mean(axis=0).var(ddof=1) / 60
    assert found.variance == pytest.approx(rows + values.var(ddof=1) / 5)
    assert 4 <= found.degrees <= 63
    alone = estimate(values[:1], influence[:1], labels, independent_training=True)
    assert alone.degrees == 59


def test_a_score_is_widened_by_the_size_of_its_rows_classes_and_over_groups_it_is_not():
    influence, labels = np.random.default_rng(4).normal(size=(2, 52)), np.repeat([0, 1], [48, 4])
    design = Design(labels)
    parts, values = design.parts(influence), np.array([0.5, 0.5])
    rows = (parts.rows**2).mean(axis=0) * 52 / 51 / 52**2
    factors = widening(np.array([48, 4]))
    assert design.score(values, parts).variance == pytest.approx(
        rows[:48].sum() * factors[0] + rows[48:].sum() * factors[1]
    )
    assert factors.tolist() == pytest.approx([1.05 + 3 / 48, 1.05 + 3 / 4])
    grouped = Design(labels, np.arange(52) // 4)
    parts = grouped.parts(influence)
    assert grouped.score(values, parts) == grouped.estimate(values, parts)


def test_one_unit_has_no_variance():
    with pytest.raises(ValueError, match="two units"):
        estimate(np.array([0.5]), np.zeros((1, 4)), np.zeros(4, dtype=int), units=np.zeros(4, dtype=int))


def test_a_floor_is_laplaces_share_of_wrong_rows():
    assert of_score(Estimate(1.0, 0.0, 9.0), 8, 0.0).variance == pytest.approx(0.1 * 0.9 / 8)
    assert of_score(Estimate(0.5, 0.2, 9.0), 8, 0.1).variance == pytest.approx(0.3)


@given(
    place=st.floats(0, 1), variance=st.floats(1e-6, 0.1), bounds=st.sampled_from([(0.0, 1.0), (-1.0, 1.0), (0.0, 2.0)])
)
def test_limits_hold_the_score_and_stay_within_its_bounds(place, variance, bounds):
    lowest, highest = bounds
    value = lowest + place * (highest - lowest)
    low, high = score_limits(Estimate(value, variance, 40.0), bounds, 50)
    assert lowest <= low <= value <= high <= highest
    mirrored = score_limits(Estimate(lowest + highest - value, variance, 40.0), bounds, 50)
    assert (low, high) == pytest.approx((lowest + highest - mirrored[1], lowest + highest - mirrored[0]))


def test_limits_of_independent_rows_are_wilsons():
    hits, rows = 30, 40
    inside = (hits + 1) / (rows + 2)
    found = score_limits(Estimate(hits / rows, inside * (1 - inside) / rows, 1e9), (0.0, 1.0), rows)
    assert found == pytest.approx(tuple(stats.binomtest(hits, rows).proportion_ci(method="wilson")), abs=1e-6)


def test_limits_of_a_loss_without_bound_are_students_t():
    low, high = score_limits(Estimate(0.5, 0.01, 44.0), (0.0, math.inf), 48)
    assert (low, high) == pytest.approx((0.5 - stats.t(44).ppf(0.975) * 0.1, 0.5 + stats.t(44).ppf(0.975) * 0.1))


def _outcome(hits):
    """Classes of 24, 12, 7 and 5 rows, of which so many are guessed right and all others to be the first class."""
    truth = np.repeat(np.arange(4), [24, 12, 7, 5])
    prediction = np.concatenate(
        [
            np.where(np.arange(rows) < right, at, 0)
            for at, (rows, right) in enumerate(zip([24, 12, 7, 5], hits, strict=True))
        ]
    )
    return Outcome(tuple("abcd"), truth, prediction)


def test_a_small_class_that_is_never_right_is_not_taken_to_be_never_right_for_sure():
    none, some = (unseen(F1Macro(), [_outcome((24, 8, 4, right))]).of_score()[""] for right in (0, 3))
    assert none > 1.5 * some > 0
    assert unseen(F1Macro(), [_outcome((24, 8, 4, 0))]).of_score().keys() == {""}
    assert unseen(F1(), [_outcome((24, 8, 4, 0))]).of_score().keys() == set("abcd")
    assert unseen(LogLoss(), [_outcome((24, 8, 4, 0))]) is None


def test_differences_lack_what_classes_add_that_are_rarely_predicted_and_nothing_of_the_others():
    never, half = (unseen(F1Macro(), [_outcome((24, 8, 4, right))]).of_difference()[""] for right in (0, 3))
    assert never > 0 == half
    repeats = [_outcome((24, 8, 4, 0)), _outcome((24, 8, 4, 2))]
    assert 0 < unseen(F1Macro(), repeats).of_difference()[""] < never


def test_what_is_unseen_fades_with_the_rows_of_a_class():
    def of(times):
        truth, prediction = (
            np.tile(each, times) for each in (_outcome((24, 8, 4, 0)).truth, _outcome((24, 8, 4, 0)).prediction)
        )
        return unseen(F1Macro(), [Outcome(tuple("abcd"), truth, prediction)]).of_score()[""]

    assert of(1) > 10 * of(10) > 0


def test_slopes_are_the_derivatives_of_macro_f1():
    hits, true, predicted = F1Macro().slopes(_outcome((24, 8, 4, 3)).confusion())
    rows, right, told = np.array([24, 12, 7, 5]), np.array([24, 8, 4, 3]), np.array([33, 8, 4, 3])
    assert hits[:, 0] == pytest.approx(2 / (rows + told) / 4, rel=1e-4)
    assert true[:, 0] == pytest.approx(-2 * right / (rows + told) ** 2 / 4, rel=1e-4)
    assert predicted[:, 0] == pytest.approx(true[:, 0], rel=1e-4)


def test_differences_without_variance_are_equal_or_not():
    assert Estimate(0.0, 0.0, 5.0).p_value() == 1.0
    assert Estimate(0.1, 0.0, 5.0).p_value() == 0.0
    assert Estimate(0.0, 0.0, 5.0).probability_within(0.01) == 1.0
    assert math.isinf(Estimate(0.0, 0.1, 5.0).factor_of_rows(0.0))


def test_holm_of_no_pairs_is_empty():
    assert holm(np.zeros(0)).shape == (0,)


def test_measured_coverage_is_of_the_population_most_like_the_data():
    found = measured_coverage("f1_macro", 44, 4, 5, repeats=10)
    assert (found.rows, found.classes, found.smallest) == (48, 4, 5)
    assert 0.9 <= found.low <= found.high <= 1
    assert found.samples >= 100
    large = measured_coverage("f1_macro", 400_000, 4, 50_000, repeats=1)
    assert large.rows > found.rows
    assert measured_coverage("log_loss", 44, 4, 5, repeats=10) is None


@pytest.mark.parametrize("pure", [True, False])
def test_coverage_over_few_groups_is_what_made_them_too_few(pure):
    few = measured_group_coverage("f1_macro", 7, pure=pure, repeats=10)
    assert (few.groups, few.kind) == (8, "pure" if pure else "mixed")
    assert few.low < 0.9
    assert few.bias < -0.05
    fewest = FEWEST_PURE_GROUPS if pure else FEWEST_GROUPS
    assert measured_group_coverage("f1_macro", fewest, pure=pure, repeats=10).low > 0.9
    assert measured_group_coverage("log_loss", 7, pure=pure, repeats=10) is None


@pytest.mark.parametrize(("groups", "size", "too_few"), [(19, 3, True), (20, 3, False), (39, 1, True), (40, 1, False)])
def test_groups_are_too_few_by_their_number_and_by_how_pure_they_are(groups, size, too_few):
    units = np.repeat(np.arange(groups), size)
    labels = np.arange(len(units)) % 2
    assert Design(labels, units).pure == (size == 1)
    assert Design(labels, units).too_few_groups == too_few
    assert not Design(labels).too_few_groups
