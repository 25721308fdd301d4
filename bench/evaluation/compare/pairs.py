"""Paired tests of systems, the tiers that they part, and what the data cannot show."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.evaluation.compare.values import Pair, Resolution
from bench.evaluation.scored import ScoredRun
from bench.evaluation.uncertainty import LEVEL, Estimate, holm


def tested_pairs(
    scored: Sequence[ScoredRun], metric: str, baseline: str | None, region: float | None
) -> tuple[Pair, ...]:
    """Every pair, or those with the baseline; the better one first."""
    asked = [
        pair for pair in itertools.combinations(scored, 2) if baseline is None or baseline in {run.name for run in pair}
    ]
    differences = [(first.name, second.name, first.difference(second, metric)) for first, second in asked]
    found = [(names, value) for *names, value in differences if value is not None]
    adjusted = holm(np.array([value.p_value() for _, value in found]))
    tested = zip(found, adjusted, strict=True)
    return tuple(make_pair((names[0], names[1]), value, float(p), region) for (names, value), p in tested)


def make_pair(names: tuple[str, str], found: Estimate, adjusted: float, region: float | None) -> Pair:
    """A tested difference of two systems, the first one's minus the second's."""
    low, high = found.interval()
    equivalent = None if region is None else found.probability_within(region)
    return Pair(*names, found.value, low, high, found.p_value(), adjusted, equivalent)


def against(pairs: Sequence[Pair], name: str, reference: str | None) -> Pair | None:
    """The pair of a system and the reference, seen from the system."""
    for pair in pairs:
        if (pair.first, pair.second) == (name, reference):
            return pair
        if (pair.second, pair.first) == (name, reference):
            return replace(
                pair, first=name, second=pair.first, difference=-pair.difference, low=-pair.high, high=-pair.low
            )
    return None


def tiers(scored: Sequence[ScoredRun], pairs: Sequence[Pair]) -> dict[str, int]:
    """Systems, best first, to tiers: the best of those left, and all left that no test tells from it, make the next."""
    told = {frozenset((pair.first, pair.second)) for pair in pairs if pair.adjusted < 1 - LEVEL}
    left = [run.name for run in scored]
    found: dict[str, int] = {}
    for tier in itertools.count(1):
        if not left:
            return found
        best = left[0]
        found |= {name: tier for name in left if frozenset((best, name)) not in told}
        left = [name for name in left if name not in found]
    raise AssertionError("unreachable")


def resolution(scored: Sequence[ScoredRun], metric: str) -> Resolution | None:
    """Of the two best; None where they cannot be paired or never disagree."""
    if len(scored) < 2:
        return None
    first, second = scored[:2]
    found = first.difference(second, metric)
    if found is None or found.variance == 0 or first.predictions is None:
        return None
    factor = found.factor_of_rows()
    rows = None if math.isinf(factor) else math.ceil(factor * len(first.predictions.truth))
    return Resolution(first.name, second.name, found.value, found.detectable(), rows)
