"""Pairs of many systems, estimated at once: the same answers as one pair after the other, straight from the formulas."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from bench.comparison import compare
from bench.comparison.uncertainty import GROUP_WIDENING, PAIRED_WIDENING, TAUGHT, WIDENING_ALONE
from bench.comparison.variance import Design, SmallTraining

ROUNDING = {"rel": 1e-9, "abs": 1e-15}


def _centred(influence, labels, units):
    if units is not None:
        return influence - influence.mean()
    return influence - (np.bincount(labels, influence) / np.maximum(np.bincount(labels), 1))[labels]


def _row_variance(influence, labels, units):
    moved = _centred(influence, labels, units)
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
    if units is None and design.small_training is None:
        if not influence.any():
            return _of_one_row(len(labels)), degrees
        degrees = _degrees(influence, labels)
        return (_of_repeats(influence, labels) if len(influence) > 1 else WIDENING_ALONE * rows), degrees
    rows *= WIDENING_ALONE if len(influence) == 1 else 1.0
    rows *= 1.0 if units is None else GROUP_WIDENING
    if design.small_training is None:
        return rows, degrees
    means, noise = [], []
    for repeat, folds in zip(influence, design.small_training.folds, strict=True):
        moved = _centred(repeat, labels, units)
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


def _of_one_row(rows):
    """As if one row in `rows + 2` told the two apart that agree on all of these."""
    return (1 / (rows + 2)) * (1 - 1 / (rows + 2)) / rows


def _of_repeats(influence, labels):
    """The mean over repeats, widened, and a share of what of it lasts from repeat to repeat."""
    repeats, alone = len(influence), np.mean([_row_variance(repeat, labels, None) for repeat in influence])
    mean = _row_variance(influence.mean(axis=0), labels, None)
    lasting = max((repeats * mean - alone) / (repeats - 1), 0.0)
    return PAIRED_WIDENING * mean + TAUGHT * lasting


def _degrees(influence, labels):
    """Fewer, the fewer rows the difference hangs on: as for a variance of squares of this kurtosis."""
    moved = _centred(influence.mean(axis=0), labels, None)
    most, rows = len(labels) - len(np.unique(labels)), len(moved)
    kurtosis = rows * (moved**4).sum() / (moved**2).sum() ** 2 if moved.any() else rows
    return min(2 * rows / (kurtosis - 1), most) if kurtosis > 1 else most


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
    if kind == "groups":
        assert found.variance[alike] == 0


def test_with_halves_all_pairs_at_once_are_each_pair_straight_from_the_formula():
    rng = np.random.default_rng(8)
    rows, systems, halvings = 40, 5, 6
    labels = rng.integers(0, 3, rows)
    sides = rng.permuted(np.tile(np.arange(rows) % 2, (halvings, 1)), axis=1)
    influence, halved = rng.normal(size=(systems, 2, rows)), rng.normal(size=(systems, halvings, rows))
    influence[3], halved[3] = influence[1], halved[1]  # guesses alike
    values = rng.random((systems, 2))
    design = Design(labels)
    parts = [
        replace(design.parts(one), halves=design.taught(half, sides))
        for one, half in zip(influence, halved, strict=True)
    ]
    found = design.differences(values, parts, [(place, range(place + 1, systems)) for place in range(systems - 1)])
    for estimate, (one, two) in zip(found, itertools.combinations(range(systems), 2), strict=True):
        rowwise = _row_variance((influence[one] - influence[two]).mean(axis=0), labels, None)
        centred = np.stack([_centred(each, labels, None) for each in halved[one] - halved[two]])
        usual, training = centred.mean(axis=0), []
        for side, left in zip(
            sides, (centred - centred.mean(axis=0)) * math.sqrt(halvings / (halvings - 1)), strict=True
        ):
            teaches = (left[side == 1].sum() - left[side == 0].sum()) / rows
            predicted = (usual[side == 0].sum() - usual[side == 1].sum()) / rows
            training.append(2 * teaches * predicted + teaches**2 - (left**2).sum() / rows**2)
        assert estimate.value == pytest.approx((values[one] - values[two]).mean(), **ROUNDING)
        expected = rowwise + max(np.mean(training), 0.0) if rowwise else _of_one_row(rows)
        assert estimate.variance == pytest.approx(expected, **ROUNDING)
        alone = design.estimate(values[one] - values[two], parts[one].minus(parts[two]))
        assert (alone.value, alone.variance) == pytest.approx((estimate.value, estimate.variance), **ROUNDING)


def test_halves_tell_the_variance_of_an_average_that_rows_teach_and_are_guessed_by():
    """Rows whose influence as guessed and as teaching is known: the variance is that of their sum."""
    rng = np.random.default_rng(11)
    rows, halvings, taught = 200, 40, []
    labels = np.zeros(rows, dtype=int)
    for _ in range(60):
        own, teaches = rng.normal(size=(2, rows)) @ np.eye(rows)
        teaches += 0.8 * own
        sides = rng.permuted(np.tile(np.arange(rows) % 2, (halvings, 1)), axis=1)
        effect = np.stack([np.where(side == 0, teaches[side == 1].mean(), teaches[side == 0].mean()) for side in sides])
        influence = own + effect + rng.normal(size=(halvings, rows))
        design = Design(labels)
        parts = replace(design.parts(own[np.newaxis]), halves=design.taught(influence, sides))
        taught.append(design.estimate(np.array([0.5]), parts).variance * rows)
    expected = 1 + 1.64 + 2 * 0.8  # of own + teaches: 1, 1 + .8², twice their covariance
    assert np.mean(taught) == pytest.approx(expected, rel=0.1)


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
        variance = _of_repeats(difference, np.arange(40) % 2)
        value = difference.mean()
        t = stats.t(_degrees(difference, np.arange(40) % 2))
        p = 2 * t.sf(abs(value) / math.sqrt(variance)) if variance else float(value == 0)
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
