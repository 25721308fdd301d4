"""How far a score, or the difference of two, would move with other rows: intervals, tests, equivalence, resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Codes: TypeAlias = "NDArray[np.int64]"

LEVEL = 0.95
POWER = 0.8
WIDENING_ALONE = 1.2
"""On the variance where there is one repeat only, which the luck of its folds moves, too: a finding of the study."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score or a difference, with its variance over data sets of this size drawn anew.

    value: in units of the score; variance: of it, 0 or more; degrees: of freedom, above 0, of Student's t.
    What it estimates is the score of the procedure (features, tuning, classifier) trained on as many rows as one fold
    trains on, classes in the shares seen; not the score of one model fitted on all rows.
    """

    value: float
    variance: float
    degrees: float

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Lower and upper limit, at `level` (0 to 1); measured coverage stands in docs/intervals.md."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.degrees, (1 + level) / 2)) * math.sqrt(self.variance)
        return self.value - reach, self.value + reach

    def p_value(self) -> float:
        """Two-sided, of a true value of 0: of paired differences, that the procedures score the same."""
        from scipy.special import stdtr

        if self.variance == 0:
            return 1.0 if self.value == 0 else 0.0
        return float(2 * stdtr(self.degrees, -abs(self.value) / math.sqrt(self.variance)))

    def probability_within(self, region: float) -> float:
        """Posterior probability, 0 to 1, that the true value lies within -region to region.

        Student's t about the value with this variance, as in the Bayesian correlated t-test (Corani and Benavoli 2015),
        whose variance is that of folds where ours is that of rows.
        """
        from scipy.special import stdtr

        if self.variance == 0:
            return float(abs(self.value) <= region)
        error = math.sqrt(self.variance)
        upper, lower = (region - self.value) / error, (-region - self.value) / error
        return float(stdtr(self.degrees, upper) - stdtr(self.degrees, lower))

    def detectable(self, power: float = POWER, level: float = LEVEL) -> float:
        """The smallest true value, in units of the score, that a test at 1 - level would find with this power."""
        from scipy.special import stdtrit

        quantiles = stdtrit(self.degrees, (1 + level) / 2) + stdtrit(self.degrees, power)
        return float(quantiles) * math.sqrt(self.variance)

    def factor_of_rows(self, power: float = POWER, level: float = LEVEL) -> float:
        """How many times as many rows would show the value seen, were it the true one, with this power; inf for 0."""
        return math.inf if self.value == 0 else (self.detectable(power, level) / abs(self.value)) ** 2


@dataclass(frozen=True, slots=True)
class SmallTraining:
    """Folds that train on fewer rows than they could, each on a subset of its own.

    folds: (repeats, rows) the fold that tested each row. overlap: share of a training set, 0 to 1, that another one
    has, too: training rows over all rows.
    """

    folds: Codes
    overlap: float


def estimate(
    values: Floats,
    influence: Floats,
    labels: Codes,
    *,
    units: Codes | None,
    independent_training: bool = False,
    small_training: SmallTraining | None = None,
) -> Estimate:
    """The mean over repeats of a score, or of a paired difference, and its variance.

    values: (repeats,) in units of the score. influence: (repeats, rows) of each row on them, as `Metric.influence`
    gives it, or the difference of two systems'. labels: (rows,) true classes. units: (rows,) what was drawn by chance,
    numbered from 0, where it was not the rows: groups that no split parts. independent_training: whether repeats were
    trained on sets of their own and tested on the same rows, as by given files.

    In cross-validation the variance is that of a single repeat by the jackknife over rows within their classes (their
    shares are taken as they are), averaged over repeats and not divided by them. Averaging over repeats takes away the
    luck of the folds, but a row-level variance does not see that all training sets overlap; the one about makes up for
    the other, which is a finding of docs/intervals.md, not a theorem. A repeat that is alone is widened. Over groups,
    influences are summed first. With training sets of their own, the variance of the mean over rows and that between
    sets are added, their degrees of freedom joined by Satterthwaite's rule. With small training sets, the variance that
    they bring is taken from how far the folds' means lie apart beyond what their rows explain, and added for as many
    sets as there are folds, of which each pair shares a part.
    Raises ValueError for fewer than two units.
    """
    if independent_training:
        rows = _variance(influence.mean(axis=0), labels, units)
        if len(values) < 2:
            return Estimate(float(values.mean()), rows, _degrees(labels, units))
        sets = float(values.var(ddof=1)) / len(values)
        return _joined(float(values.mean()), (rows, _degrees(labels, units)), (sets, len(values) - 1))
    single = [_variance(repeat, labels, units) for repeat in influence]
    widening = WIDENING_ALONE if len(influence) == 1 else 1.0
    rows = widening * float(np.mean(single))
    if small_training is None:
        return Estimate(float(values.mean()), rows, _degrees(labels, units))
    between, sets = _training_variance(influence, labels, units, small_training.folds)
    training = between * (1 / sets + small_training.overlap)
    return _joined(float(values.mean()), (rows, _degrees(labels, units)), (training, sets - 1))


def with_floor(found: Estimate, rows: int) -> Estimate:
    """An estimate of a score, its variance no smaller than if one row in `rows + 2` were guessed wrong (Laplace).

    All rows guessed right is no proof of a perfect procedure.
    """
    share = 1 / (rows + 2)
    return Estimate(found.value, max(found.variance, share * (1 - share) / rows), found.degrees)


def _joined(value: float, *parts: tuple[float, float]) -> Estimate:
    """The sum of independent variances, each with its degrees of freedom, by Satterthwaite's rule."""
    total = sum(variance for variance, _ in parts)
    below = sum(variance**2 / degrees for variance, degrees in parts)
    return Estimate(value, total, total**2 / below if below else parts[0][1])


def _training_variance(influence: Floats, labels: Codes, units: Codes | None, folds: Codes) -> tuple[float, int]:
    """Variance of a fold's mean that its training set brings, 0 or more, and how many folds there are."""
    means, noise = [], []
    for repeat, fold in zip(influence, folds, strict=True):
        moved = repeat - (np.bincount(labels, repeat) / np.maximum(np.bincount(labels), 1))[labels]
        for number in np.unique(fold):
            inside = np.flatnonzero(fold == number)
            sums = moved[inside] if units is None else _sums(units[inside], moved[inside])
            means.append(float(moved[inside].mean()))
            noise.append(float(len(sums) * np.var(sums, ddof=1)) / len(inside) ** 2 if len(sums) > 1 else 0.0)
    return max(float(np.var(means, ddof=1)) - float(np.mean(noise)), 0.0), len(means)


def _sums(units: Codes, values: Floats) -> Floats:
    counts = np.bincount(np.unique(units, return_inverse=True)[1], values)
    return np.asarray(counts, dtype=np.float64)


def _variance(influence: Floats, labels: Codes, units: Codes | None) -> float:
    counts = np.bincount(labels)
    means = np.bincount(labels, influence) / np.maximum(counts, 1)
    moved: Floats = influence - means[labels]
    sums = moved if units is None else np.bincount(units, moved)
    if len(sums) < 2:
        raise ValueError("a variance needs two units that chance drew")
    return float(len(sums) / (len(sums) - 1) * (sums**2).sum() / len(influence) ** 2)


def _degrees(labels: Codes, units: Codes | None) -> float:
    if units is not None:
        return float(max(int(units.max()), 1))
    return float(max(len(labels) - len(np.unique(labels)), 1))


def holm(p_values: NDArray[Any]) -> Floats:
    """(pairs,) p-values adjusted for the number of pairs (Holm 1979), as statsmodels does it."""
    from statsmodels.stats.multitest import multipletests

    adjusted: Floats = multipletests(p_values, method="holm")[1] if len(p_values) else np.zeros(0)
    return adjusted
