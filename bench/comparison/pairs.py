"""Paired tests of systems, the tiers that they part, and what the data cannot show."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.comparison.scored_runs import ScoredRun
from bench.comparison.selection_bias import luck_of_the_best
from bench.comparison.tested_pairs import Pair, Pairs
from bench.comparison.uncertainty import LEVEL, Estimate, score_limits
from bench.comparison.values import Resolution, Selected
from bench.core.multiple_tests import holm
from bench.experiment.metrics.base import metric_of


def tested_pairs(scored: Sequence[ScoredRun], metric: str, baseline: str | None, region: float | None) -> Pairs:
    """Every pair, or those with the baseline; the better one first. scored: best first."""
    found = [(run.name, run.design, run.scores[metric].values, run.scores[metric].parts) for run in scored]
    testable = [(name, design, values, parts) for name, design, values, parts in found if parts is not None and design]
    names = tuple(name for name, *_ in testable)
    asked = _asked(names, baseline)
    if not asked:
        return Pairs.none(names)
    design = testable[0][1]
    values = np.stack([values for _, _, values, _ in testable])
    estimates = design.differences(values, [parts for *_, parts in testable], asked)
    first = np.concatenate([np.full(len(others), place) for place, others in asked])
    second = np.concatenate([np.asarray(others) for _, others in asked])
    low, high = estimates.interval()
    p_values = estimates.p_value()
    equivalent = None if region is None else estimates.probability_within(region)
    tests = (estimates.value, low, high, p_values, holm(p_values))
    return Pairs(names, first, second, *tests, equivalent, len(first), estimates.variance)


def _asked(names: Sequence[str], baseline: str | None) -> list[tuple[int, range]]:
    """The position of a first system, and the positions of those that it is paired with."""
    count = len(names)
    if baseline is None:
        return [(place, range(place + 1, count)) for place in range(count - 1)]
    if baseline not in names:
        return []
    at = names.index(baseline)
    after = [(at, range(at + 1, count))] if at + 1 < count else []
    return [*((place, range(at, at + 1)) for place in range(at)), *after]


def make_pair(names: tuple[str, str], found: Estimate, adjusted: float, region: float | None) -> Pair:
    """A tested difference of two systems, the first one's minus the second's."""
    low, high = found.interval()
    equivalent = None if region is None else found.probability_within(region)
    return Pair(*names, found.value, low, high, found.p_value(), adjusted, equivalent)


def tiers(scored: Sequence[ScoredRun], pairs: Pairs) -> dict[str, int]:
    """Systems, best first, to tiers: each tier is the best system left and all that no test separates from it."""
    left = [run.name for run in scored]
    found: dict[str, int] = {}
    for tier in itertools.count(1):
        if not left:
            return found
        apart = pairs.apart_from(left[0])
        found |= {name: tier for name in left if name not in apart}
        left = [name for name in left if name in apart]
    raise AssertionError("unreachable")


def may_be_best(pairs: Pairs, *, higher_is_better: bool) -> tuple[str, ...]:
    """The systems of which no other is shown to be better: at 95 %, the truly best one is among them.

    One-sided tests of a system against each of the others, corrected for their number (Bonferroni), as the best system
    is lost only where one of these errs (Hsu 1984). pairs: all of the systems' pairs; empty for none.
    """
    if not len(pairs):
        return ()
    first_better = (pairs.difference > 0) == higher_is_better
    worse = np.where(first_better, pairs.second, pairs.first)
    told = pairs.p_value / 2 * (len(pairs.names) - 1) < 1 - LEVEL
    beaten = set(worse[told & (pairs.difference != 0)].tolist())
    return tuple(name for place, name in enumerate(pairs.names) if place not in beaten)


def selected(scored: Sequence[ScoredRun], pairs: Pairs, metric: str) -> Selected | None:
    """The best score without what it owes to having been chosen. pairs: of all tested systems; scored: best first.

    None for fewer than two such systems, and where scores have no variance.
    """
    names = pairs.names
    if len(names) < 2 or pairs.variance is None or scored[0].name != names[0]:
        return None
    best = scored[0].scores[metric]
    if best.estimate is None or scored[0].design is None:
        return None
    variances = np.zeros((len(names), len(names)))
    variances[pairs.first, pairs.second] = pairs.variance
    sign = 1 if metric_of(metric).higher_is_better else -1
    values = np.array([run.scores[metric].values.mean() for run in scored if run.name in set(names)])
    luck = sign * luck_of_the_best(sign * values, variances + variances.T)
    bounds = metric_of(metric).bounds
    value = min(max(best.estimate.value - luck, bounds[0]), bounds[1])
    low, high = score_limits(replace(best.estimate, value=value), bounds, len(scored[0].design.labels))
    return Selected(names[0], len(names), luck, value, low, high)


def resolution(scored: Sequence[ScoredRun], metric: str) -> Resolution | None:
    """The resolution of the two best systems; None where they cannot be paired or never disagree."""
    if len(scored) < 2:
        return None
    first, second = scored[:2]
    found = first.difference(second, metric)
    parts = [run.scores[metric].parts for run in (first, second)]
    if found is None or first.design is None or parts[0] is None or parts[1] is None:
        return None
    if found.variance == 0 or np.array_equal(parts[0].rows, parts[1].rows):
        return None
    low, high = found.interval()
    nearest, farthest = sorted((abs(low), abs(high)))
    rows = len(first.design.labels)
    most = None if low <= 0 <= high else math.ceil(found.factor_of_rows(nearest) * rows)
    least = math.ceil(found.factor_of_rows(farthest) * rows)
    return Resolution(first.name, second.name, found.value, low, high, found.detectable(), least, most)
