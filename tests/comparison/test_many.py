"""Pairs of many systems, estimated at once: the same answers as one pair after the other, straight from the formulas."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from bench.comparison import compare
from bench.comparison.uncertainty import WIDENING_ALONE
from bench.comparison.variance import Design, SmallTraining

ROUNDING = {"rel": 1e-9, "abs": 1e-15}


def _row_variance(influence, labels, units):
    counts = np.bincount(labels)
    moved = influence - (np.bincount(labels, influence) / np.maximum(counts, 1))[labels]
    sums = moved if units is None else np.bincount(units, moved)
    return len(sums) / (len(sums) - 1) * (sums**2).sum() / len(influence) ** 2


def _joined(rows, training):
    total = rows[0] + training[0]
    below = rows[0] ** 2 / rows[1] + training[0] ** 2 / training[1]
    return total, total**2 / below if below else rows[1]


def _one_pair(influence, values, design):
    """Variance and degrees of freedom of one difference, as docs/intervals.md and `Design` say in words."""
    labels, units = design.labels, design.units
    degrees = len(labels) - len(np.unique(labels)) if units is None else int(units.max())
    if design.independent_training:
        sets = values.var(ddof=1) / len(values)
        return _joined((_row_variance(influence.mean(axis=0), labels, units), degrees), (sets, len(values) - 1))
    rows = np.mean([_row_variance(repeat, labels, units) for repeat in influence])
    rows *= WIDENING_ALONE if len(influence) == 1 else 1.0
    if design.small_training is None:
        return rows, degrees
    means, noise = [], []
    for repeat, folds in zip(influence, design.small_training.folds, strict=True):
        moved = repeat - (np.bincount(labels, repeat) / np.bincount(labels))[labels]
        for number in np.unique(folds):
            inside = np.flatnonzero(folds == number)
            sums = moved[inside]
            if units is not None:
                sums = np.array([moved[inside][units[inside] == unit].sum() for unit in np.unique(units[inside])])
            means.append(moved[inside].mean())
            noise.append(len(sums) * sums.var(ddof=1) / len(inside) ** 2 if len(sums) > 1 else 0.0)
    between = max(np.var(means, ddof=1) - np.mean(noise), 0.0)
    sets = len(means)
    return _joined((rows, degrees), (between * (1 / sets + design.small_training.overlap), sets - 1))


@pytest.mark.parametrize("repeats", [1, 3])
@pytest.mark.parametrize("kind", ["rows", "groups", "independent", "small", "small groups"])
def test_all_pairs_at_once_are_each_pair_by_itself(kind, repeats):
    rng = np.random.default_rng(repeats)
    rows, systems = 60, 9
    if kind == "independent" and repeats == 1:
        repeats = 2
    units = np.arange(rows) // 3 if "groups" in kind else None
    folds = rng.permuted(np.tile(np.arange(rows) % 5, (repeats, 1)), axis=1)
    small = SmallTraining(folds, 0.3) if "small" in kind else None
    design = Design(rng.integers(0, 3, rows), units, kind == "independent", small)
    influence = rng.normal(size=(systems, repeats, rows))
    influence[4] = influence[2]  # guesses alike
    values = rng.random((systems, repeats))
    asked = [(place, range(place + 1, systems)) for place in range(systems - 1)]
    found = design.differences(values, [design.parts(each) for each in influence], asked)
    for estimate, (one, two) in zip(found, itertools.combinations(range(systems), 2), strict=True):
        variance, degrees = _one_pair(influence[one] - influence[two], values[one] - values[two], design)
        assert estimate.value == pytest.approx((values[one] - values[two]).mean(), **ROUNDING)
        assert estimate.variance == pytest.approx(variance, **ROUNDING)
        assert estimate.degrees == pytest.approx(degrees, **ROUNDING)
    alike = list(itertools.combinations(range(systems), 2)).index((2, 4))
    if kind in {"rows", "groups"}:
        assert found.variance[alike] == 0


def test_a_table_of_many_systems_holds_the_tests_holm_and_tiers_of_its_pairs(stored):
    rng = np.random.default_rng(5)
    wrong = [[np.flatnonzero(rng.random(40) < 0.03 * at).tolist() for _ in range(2)] for at in range(12)]
    [comparison] = compare([stored(f"s{at:02}", wrong=each) for at, each in enumerate(wrong)], "accuracy")
    names = [row.system for row in comparison.rows]
    pairs = {(pair.first, pair.second): pair for pair in comparison.pairs}
    assert list(pairs) == list(itertools.combinations(names, 2))
    hits = {f"s{at:02}": np.array([~np.isin(np.arange(40), each) for each in of], float) for at, of in enumerate(wrong)}
    p_values = []
    for (one, two), pair in pairs.items():
        difference = hits[one] - hits[two]
        variance = np.mean([_row_variance(each, np.arange(40) % 2, None) for each in difference])
        value = difference.mean()
        p = 2 * stats.t(38).sf(abs(value) / math.sqrt(variance)) if variance else float(value == 0)
        assert (pair.difference, pair.p_value) == (pytest.approx(value, abs=1e-12), pytest.approx(p, rel=1e-6))
        p_values.append(p)
    adjusted = multipletests(p_values, method="holm")[1]
    assert [pair.adjusted for pair in comparison.pairs] == pytest.approx(adjusted.tolist(), rel=1e-6)
    told = {names for names, p in zip(pairs, adjusted, strict=True) if p < 0.05}
    tier, left = 1, names
    while left:
        same = [name for name in left if (left[0], name) not in told]
        assert {row.tier for row in comparison.rows if row.system in same} == {tier}
        tier, left = tier + 1, [name for name in left if name not in same]
    assert tier > 2


def test_a_pair_is_seen_from_either_side_and_alone(stored):
    [comparison] = compare([stored(name, wrong=([at], range(at))) for at, name in enumerate("abc")], "accuracy")
    one, other = comparison.pairs.between("a", "c"), comparison.pairs.between("c", "a")
    assert (one.difference, one.low, one.high) == (-other.difference, -other.high, -other.low)
    assert comparison.pairs.between("a", "nobody") is None
    some = comparison.pairs.among({"a", "c"})
    assert (list(some), some.family) == ([one], 3)
