"""How far a score, or the difference of two, would move with other rows: intervals, tests, equivalence, resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Codes: TypeAlias = "NDArray[np.int64]"

LEVEL = 0.95
POWER = 0.8
WIDENING_ALONE = 1.2
"""On the variance where there is one repeat only, which the luck of its folds moves, too: a finding of the study."""

PAIRED_WIDENING, TAUGHT = 1.2, 0.3
"""In a paired difference: on the variance of the rows' means over repeats, and on the part of it that lasts from repeat
to repeat, which is added once more. A finding of the study."""

GROUP_WIDENING = 2.25
"""On the variance over whole groups: groups that resemble each other teach alike. A finding of the study, too."""
FEWEST_GROUPS, FEWEST_PURE_GROUPS = 20, 40
"""Below so many groups no interval holds often enough to be printed; the second where each group is of one class."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Scores or differences, (n,) of each: values, variances and degrees of freedom, as an `Estimate` has them."""

    value: Floats
    variance: Floats
    degrees: Floats

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, at: int) -> Estimate:
        return Estimate(float(self.value[at]), float(self.variance[at]), float(self.degrees[at]))

    def interval(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper limits, at `level` (0 to 1); docs/intervals.md gives the measured coverage."""
        from scipy.special import stdtrit

        reach = stdtrit(self.degrees, (1 + level) / 2) * np.sqrt(self.variance)
        return self.value - reach, self.value + reach

    def p_value(self) -> Floats:
        """Two-sided, of a true value of 0: of paired differences, that the procedures score the same."""
        from scipy.special import stdtr

        error = np.where(self.variance == 0, 1.0, np.sqrt(self.variance))
        found: Floats = 2 * stdtr(self.degrees, -np.abs(self.value) / error)
        return np.where(self.variance == 0, np.where(self.value == 0, 1.0, 0.0), found)

    def probability_within(self, region: float) -> Floats:
        """Posterior probability, 0 to 1, that the true value lies within -region to region.

        Student's t about the value with this variance, as in the Bayesian correlated t-test (Corani and Benavoli 2015),
        whose variance is that of folds where ours is that of rows.
        """
        from scipy.special import stdtr

        error = np.where(self.variance == 0, 1.0, np.sqrt(self.variance))
        upper, lower = (region - self.value) / error, (-region - self.value) / error
        found: Floats = stdtr(self.degrees, upper) - stdtr(self.degrees, lower)
        return np.where(self.variance == 0, (np.abs(self.value) <= region).astype(np.float64), found)


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
        """As `Estimates.interval`."""
        low, high = self._alone().interval(level)
        return float(low[0]), float(high[0])

    def p_value(self) -> float:
        """As `Estimates.p_value`."""
        return float(self._alone().p_value()[0])

    def probability_within(self, region: float) -> float:
        """As `Estimates.probability_within`."""
        return float(self._alone().probability_within(region)[0])

    def _alone(self) -> Estimates:
        return Estimates(*(np.array([each]) for each in (self.value, self.variance, self.degrees)))

    def detectable(self, power: float = POWER, level: float = LEVEL) -> float:
        """The smallest true value, in units of the score, that a test at 1 - level would find with this power."""
        from scipy.special import stdtrit

        quantiles = stdtrit(self.degrees, (1 + level) / 2) + stdtrit(self.degrees, power)
        return float(quantiles) * math.sqrt(self.variance)

    def factor_of_rows(self, true_value: float, power: float = POWER, level: float = LEVEL) -> float:
        """How many times as many rows would show a true value with this power; inf for 0.

        The variance is taken to fall with the number of rows, and the true value to stay; more rows also train better.
        """
        return math.inf if true_value == 0 else (self.detectable(power, level) / abs(true_value)) ** 2


def widening(class_rows: Codes) -> Floats:
    """1.05 + 3 / rows: factors on the variance of a score by cross-validation, by the rows of classes of these sizes.

    Rows that resemble each other are predicted, and teach, alike, which no row shows by itself; the fewer rows a class
    has, the more each of them teaches. That it takes this much is a finding of the study on real text
    (docs/intervals.md), not a theorem. What `rare_classes` adds for classes that are predicted too rarely comes on top.
    """
    factors: Floats = 1.05 + 3.0 / np.maximum(class_rows, 1)
    return factors


def of_score(found: Estimate, rows: int, unseen: float) -> Estimate:
    """The estimate of a single score, from that of its rows alone.

    unseen: variance that classes of few rows may add. The variance is no smaller than if one row in `rows + 2` were
    predicted wrong (Laplace): all rows predicted right is no proof of a perfect procedure.
    """
    share = 1 / (rows + 2)
    return Estimate(found.value, max(found.variance + unseen, share * (1 - share) / rows), found.degrees)


def score_limits(found: Estimate, bounds: tuple[float, float], rows: int, level: float = LEVEL) -> tuple[float, float]:
    """Limits of a score that lies within `bounds`, in its units: Wilson's (1927), with the quantile of Student's t.

    They are those of a share of as many independent rows as would have this variance, as Korn and Graubard (1998) do
    for surveys: they stay within the bounds, and reach farther towards the middle. On the plain scale where a bound is
    infinite. rows: how many were tested.
    """
    lowest, highest = bounds
    if not (math.isfinite(lowest) and math.isfinite(highest)):
        low, high = found.interval(level)
        return max(low, lowest), min(high, highest)
    from scipy.special import stdtrit

    width = highest - lowest
    share = (found.value - lowest) / width
    # At a bound the variance would be 0: one row of each kind is added.
    inside = (share * rows + 1) / (rows + 2)
    squared = float(stdtrit(found.degrees, (1 + level) / 2)) ** 2 * found.variance / width**2 / (inside * (1 - inside))
    middle = (share + squared / 2) / (1 + squared)
    reach = math.sqrt(squared * (share * (1 - share) + squared / 4)) / (1 + squared)
    low, high = lowest + width * (middle - reach), lowest + width * (middle + reach)
    return min(max(low, lowest), found.value), max(min(high, highest), found.value)
