"""Extrapolates learning curves: fits families of curves to scores at several sizes, with bands for larger sizes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"

LEAST_SIZES = 4
"""The fewest sizes from which a curve is extrapolated: three parameters fit any three points."""

FARTHEST = 8
"""A curve is extrapolated to so many times its largest size: beyond that, no coverage was measured."""

PER_DOUBLING = 0.03
"""What the form of a curve is off for each doubling of the rows beyond its noise, a standard deviation in units of the
score: the smallest with which bands held 95 % of known later scores (docs/labelling.md)."""

_DRAWS = 200
_GRID = 48
_LIMIT = 1.959964  # of a normal distribution, for 95 %


@dataclass(frozen=True, slots=True)
class Curve:
    """Scores at rising numbers of training rows. sizes, scores: (sizes,); covariance: (sizes, sizes) of the scores.

    Scores of one system at several sizes share their test rows, so that their errors go together.
    """

    sizes: Floats
    scores: Floats
    covariance: Floats

    def first(self, count: int) -> Curve:
        """The curve of its smallest sizes alone."""
        return Curve(self.sizes[:count], self.scores[:count], self.covariance[:count, :count])


@dataclass(frozen=True, slots=True)
class Family:
    """Curves `a - b * fall(n, c)` with b of 0 or more and an asymptote a of at most 1; c: (values,) that are tried."""

    name: str
    fall: Callable[[Floats, Floats], Floats]
    values: Callable[[Floats], Floats]


def _per_size(low: float, high: float) -> Callable[[Floats], Floats]:
    """Values of c that are numbers of rows, from `low` times the smallest size to `high` times the largest."""
    return lambda sizes: np.geomspace(low * sizes[0], high * sizes[-1], _GRID)


def _weibull(slope: float) -> Callable[[Floats, Floats], Floats]:
    return lambda n, c: np.exp(-((n / c) ** slope))


def _hill(slope: float) -> Callable[[Floats, Floats], Floats]:
    return lambda n, c: 1 / (1 + (n / c) ** slope)


FAMILIES = (
    Family("power law", lambda n, c: n**-c, lambda _: np.geomspace(0.05, 3, _GRID)),
    Family("inverse logarithm", lambda n, c: 1 / np.log(n + c), lambda _: np.array([1.0])),
    Family("exponential", _weibull(1), _per_size(0.3, 10)),
    Family("Weibull, slope 1/2", _weibull(0.5), _per_size(0.1, 10)),
    Family("Weibull, slope 2", _weibull(2), _per_size(0.3, 10)),
    Family("Morgan-Mercer-Flodin, slope 1/2", _hill(0.5), _per_size(0.1, 10)),
    Family("Morgan-Mercer-Flodin, slope 1", _hill(1), _per_size(0.1, 10)),
    Family("Morgan-Mercer-Flodin, slope 2", _hill(2), _per_size(0.3, 10)),
)
"""pow3, ilog2, exp3, and wbl4 and mmf4 at some slopes, in the names of Viering and Loog (2023), as scores that rise.

Those of slope 2 begin flat, as macro-F1 does while a system predictions the largest classes alone.
"""


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """An extrapolated curve. family: the one that best predicted held-back sizes; farthest: its last number of rows.

    missed: how far it was off at the largest size when that was held back, in units of the score.
    """

    curve: Curve
    family: str
    missed: float
    farthest: int
    _draws: Floats
    _fit: tuple[int, float, float, float]

    def at(self, rows: Floats) -> tuple[Floats, Floats, Floats]:
        """Score and 95 % limits at rising numbers of training rows. Raises ValueError beyond `farthest`.

        No family's score falls with more rows: beyond the largest size, a lower limit also holds for more rows.
        """
        if rows.max() > self.farthest:
            raise ValueError(f"carried on to {self.farthest} rows, asked for {rows.max():g}")
        value, low, high = self._limits(np.append(self.curve.sizes[-1], rows))
        beyond = np.maximum.accumulate(np.where(rows >= self.curve.sizes[-1], low[1:], -np.inf))
        return value[1:], np.where(rows >= self.curve.sizes[-1], np.maximum(beyond, low[0]), low[1:]), high[1:]

    def _limits(self, rows: Floats) -> tuple[Floats, Floats, Floats]:
        """Score and limits at each number of rows alone."""
        number, a, b, c = self._fit
        value = _values(number, np.array([a]), np.array([b]), np.array([c]), rows)[0]
        family, a_drawn, b_drawn, c_drawn = self._draws.T
        drawn = np.empty((len(family), len(rows)))
        for number in range(len(FAMILIES)):
            mine = family == number
            drawn[mine] = _values(number, a_drawn[mine], b_drawn[mine], c_drawn[mine], rows)
        doublings = np.maximum(np.log2(rows / self.curve.sizes[-1]), 0)
        reach = _LIMIT * np.sqrt(drawn.var(axis=0) + (PER_DOUBLING * doublings) ** 2)
        return value, np.clip(value - reach, 0, 1), np.clip(value + reach, 0, 1)

    def rows_to(self, score: float) -> tuple[int | None, int | None]:
        """How few and how many training rows reach a score, by the band; None for what cannot be said.

        The first is None where even the upper limit stays below the score as far as the curve is extrapolated.
        """
        rows = np.unique(np.geomspace(self.curve.sizes[0], self.farthest, 400).round())
        _, low, high = self.at(rows)
        least, most = (np.flatnonzero(limit >= score) for limit in (high, low))
        return (int(rows[least[0]]) if len(least) else None), (int(rows[most[0]]) if len(most) else None)


def extrapolate(curve: Curve, random_state: int = 0) -> Extrapolation:
    """Extrapolate a curve by the family that best predicted its largest sizes from the others, refitted to all.

    Fits are least squares weighted by the inverse covariance; the band comes from fits, families chosen anew, to scores
    drawn about those seen (a parametric bootstrap), and from how far such forms were off where the later scores are
    known. Equal arguments give equal bands.
    Raises ValueError for fewer than four sizes.
    """
    if len(curve.sizes) < LEAST_SIZES:
        raise ValueError(f"a curve to be carried on has {LEAST_SIZES} sizes or more, got {len(curve.sizes)}")
    rng = np.random.default_rng(random_state)
    root = np.linalg.cholesky(_regular(curve.covariance))
    noise = rng.standard_normal((_DRAWS, len(curve.sizes))) @ root.T
    scores = np.vstack([curve.scores, curve.scores + noise])
    chosen = _best_families(curve, scores)
    fits = np.empty((len(scores), 4))
    for number in range(len(FAMILIES)):
        mine = np.flatnonzero(chosen == number)
        if len(mine):
            fits[mine, 0] = number
            fits[mine, 1:] = np.column_stack(_fitted(number, curve, scores[mine]))
    own = int(chosen[0])
    exact = (own, *_refined(own, curve, float(fits[0, 3])))
    held = curve.first(len(curve.sizes) - 1)
    before = _values(own, *_fitted(own, held, curve.scores[np.newaxis, :-1]), curve.sizes[-1:])[0, 0]
    missed = abs(float(before - curve.scores[-1]))
    return Extrapolation(curve, FAMILIES[own].name, missed, int(FARTHEST * curve.sizes[-1]), fits[1:], exact)


def _best_families(curve: Curve, scores: Floats) -> NDArray[np.int64]:
    """(draws,) the family that predicts what is held back best: the largest size, the two largest of five or more."""
    kept = len(curve.sizes) - (2 if len(curve.sizes) > LEAST_SIZES else 1)
    held = curve.first(kept)
    weight = 1 / np.maximum(np.diag(curve.covariance)[kept:], 1e-12)
    errors = [
        (
            weight
            * (_values(number, *_fitted(number, held, scores[:, :kept]), curve.sizes[kept:]) - scores[:, kept:]) ** 2
        ).sum(axis=1)
        for number in range(len(FAMILIES))
    ]
    best: NDArray[np.int64] = np.argmin(np.stack(errors), axis=0)
    return best


def _fitted(number: int, curve: Curve, scores: Floats) -> tuple[Floats, Floats, Floats]:
    """a, b and c of each of (draws, sizes) scores, c the best of those that are tried."""
    family = FAMILIES[number]
    values = family.values(curve.sizes)
    whiten = np.linalg.inv(np.linalg.cholesky(_regular(curve.covariance)))
    found = [_linear(whiten, family.fall(curve.sizes, value), scores) for value in values]
    error = np.stack([each[2] for each in found])
    best = error.argmin(axis=0)
    rows = np.arange(len(scores))
    a, b = (np.stack([each[place] for each in found])[best, rows] for place in (0, 1))
    return a, b, values[best]


def _linear(whiten: Floats, fall: Floats, scores: Floats) -> tuple[Floats, Floats, Floats]:
    """a, b and the weighted squared error for one c: least squares within b >= 0 and a <= 1."""
    one, down, y = whiten @ np.ones(len(fall)), -(whiten @ fall), scores @ whiten.T
    design = np.column_stack([one, down])
    free, *_ = np.linalg.lstsq(design, y.T, rcond=None)
    a, b = free
    flat = b < 0
    a = np.where(flat, y @ one / (one @ one), a)
    b = np.where(flat, 0.0, b)
    high = a > 1
    a = np.where(high, 1.0, a)
    b = np.where(high, np.maximum((y - one) @ down / max(float(down @ down), 1e-300), 0.0), b)
    error = ((y - np.outer(a, one) - np.outer(b, down)) ** 2).sum(axis=1)
    return a, b, error


def _refined(number: int, curve: Curve, start: float) -> tuple[float, float, float]:
    """a, b and c of the scores themselves, c found by scipy between its neighbours among those that were tried."""
    from scipy.optimize import minimize_scalar

    family = FAMILIES[number]
    whiten = np.linalg.inv(np.linalg.cholesky(_regular(curve.covariance)))

    def at(value: float) -> tuple[Floats, Floats, Floats]:
        return _linear(whiten, family.fall(curve.sizes, np.array(value)), curve.scores[np.newaxis])

    tried = family.values(curve.sizes)
    if len(tried) > 1:
        step = math.log(tried[1] / tried[0])
        bounds = (math.log(start) - step, math.log(start) + step)
        found = minimize_scalar(lambda log: float(at(math.exp(log))[2][0]), bounds=bounds, method="bounded")
        start = math.exp(float(found.x))
    a, b, _ = at(start)
    return float(a[0]), float(b[0]), start


def _values(number: int, a: Floats, b: Floats, c: Floats, rows: Floats) -> Floats:
    """(draws, rows) of curves of one family."""
    return a[:, np.newaxis] - b[:, np.newaxis] * FAMILIES[number].fall(rows, c[:, np.newaxis])


def _regular(covariance: Floats) -> Floats:
    """A covariance that can be inverted: with a little independent noise where scores are perfectly correlated."""
    return covariance + np.eye(len(covariance)) * max(1e-8, 0.02 * float(np.diag(covariance).mean()))
