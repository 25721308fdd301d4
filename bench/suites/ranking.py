"""Tests over data sets by ranks, exact or by permutation, because few data sets fit no asymptotic distribution."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]

LEVEL = 0.05
_MOST_ENUMERATED = 200_000
_DRAWS = 20_000
_EPSILON = 1e-9


@dataclass(frozen=True, slots=True)
class NullDistribution:
    """What mean ranks would do if systems did not differ: every order of a data set's ranks as likely as any other.

    squares: of mean ranks about their middle, summed, which orders outcomes as Friedman's statistic does. ranges: the
    largest less the smallest mean rank. exact: whether these are of all orders, else of random ones.
    """

    squares: Floats
    ranges: Floats
    exact: bool

    def p_of_squares(self, value: float) -> float:
        """How probable it is that the mean ranks lie apart as far as this, or farther."""
        return self._share(self.squares, value)

    def p_of_range(self, value: float) -> float:
        """How probable it is that any two mean ranks lie so far apart: Nemenyi's test of a pair among all pairs."""
        return self._share(self.ranges, value)

    def critical_difference(self, level: float = LEVEL) -> float | None:
        """The smallest difference of mean ranks that `p_of_range` shows at `level`; None where none can be shown."""
        values = np.unique(np.round(self.ranges, 9))
        reached = len(self.ranges) - np.searchsorted(np.sort(self.ranges), values - _EPSILON)
        shares = reached / len(self.ranges) if self.exact else (reached + 1) / (len(self.ranges) + 1)
        shown = values[shares <= level]
        return float(shown.min()) if len(shown) else None

    def _share(self, found: Floats, value: float) -> float:
        reached = int((found >= value - _EPSILON).sum())
        # A random sample without the outcome itself would give a p of 0.
        return reached / len(found) if self.exact else (reached + 1) / (len(found) + 1)


def ranks(scores: Floats) -> Floats:
    """(data sets, systems) ranks, 1 for the best; equal scores share the mean of theirs. scores: higher is better."""
    return np.asarray(rankdata(-np.round(scores, 12), axis=1), dtype=np.float64)


def friedman(ranked: Floats) -> float:
    """Friedman's (1937) chi-square with its correction for ties; 0 where every data set ranks all systems equal."""
    sets, systems = ranked.shape
    ties = sum(
        float((counts**3 - counts).sum()) for row in ranked for counts in [np.unique(row, return_counts=True)[1]]
    )
    correction = 1 - ties / (sets * systems * (systems**2 - 1))
    if correction <= _EPSILON:
        return 0.0
    return float(12 * sets / (systems * (systems + 1)) * _squares(ranked.mean(axis=0)) / correction)


def _squares(means: Floats) -> Floats:
    return np.asarray(((means - means.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1), dtype=np.float64)


def null_of(ranked: Floats, *, random_state: int = 0) -> NullDistribution:
    """What mean ranks do when each data set's ranks are dealt out anew: all ways where they are few, else 20,000.

    ranked: (data sets, systems). One data set's order may stay as it is, since only orders beside each other count.
    """
    sets, systems = ranked.shape
    ways = math.factorial(systems) ** (sets - 1)
    if ways <= _MOST_ENUMERATED:
        orders = np.array(list(itertools.permutations(range(systems))))
        sums = ranked[:1]
        for row in ranked[1:]:
            sums = (sums[:, None, :] + row[orders][None, :, :]).reshape(-1, systems)
        return _null(sums / sets, exact=True)
    rng = np.random.default_rng(random_state)
    sums = np.zeros((_DRAWS, systems))
    for row in ranked:
        sums += rng.permuted(np.broadcast_to(row, sums.shape), axis=1)
    return _null(sums / sets, exact=False)


def _null(means: Floats, *, exact: bool) -> NullDistribution:
    return NullDistribution(_squares(means), np.ptp(means, axis=1), exact)


def signed_rank(differences: Floats) -> float:
    """Two-sided p of Wilcoxon's (1945) signed-rank test, exact with ties: every sign as likely as the other.

    differences: (data sets,) of two systems' scores; those of 0 tell nothing and are left out. 1 where all are 0.
    """
    kept = differences[np.abs(differences) > _EPSILON]
    if not len(kept):
        return 1.0
    # Twice the ranks are whole numbers, ties or not: their sums can be counted.
    doubled = np.round(2 * rankdata(np.round(np.abs(kept), 12))).astype(int)
    counts = np.zeros(doubled.sum() + 1)
    counts[0] = 1.0
    for rank in doubled:
        counts[rank:] = counts[rank:] + counts[: len(counts) - rank].copy()
    observed = int(doubled[kept > 0].sum())
    shares = counts / counts.sum()
    return float(min(1.0, 2 * min(shares[: observed + 1].sum(), shares[observed:].sum())))


def smallest_p(sets: int) -> float:
    """What `signed_rank` gives at the least, where one system is better on every one of so many data sets."""
    return float(2.0 ** (1 - sets)) if sets else 1.0
