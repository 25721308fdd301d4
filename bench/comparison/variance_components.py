"""The parts that make up the variance of a score: computed once a system, they give the variance of every pair."""

from __future__ import annotations

from dataclasses import dataclass

from bench.comparison.uncertainty import Codes, Floats


@dataclass(frozen=True, slots=True)
class SmallTraining:
    """Folds that train on fewer rows than they could, each on a subset of its own.

    folds: (repeats, rows) the fold that tested each row. overlap: share of a training set, 0 to 1, that another one
    has, too: training rows over all rows.
    """

    folds: Codes
    overlap: float


@dataclass(frozen=True, slots=True)
class Taught:
    """What halves of the rows taught: models of one half predict the other, `halvings` times.

    residuals: (halvings, rows) a row's influence less its mean over halvings. taught, own: (halvings,) by how much the
    first half teaches better than the second, and is predicted better over all halvings; in units of the score.
    """

    residuals: Floats
    taught: Floats
    own: Floats

    def minus(self, other: Taught) -> Taught:
        """Of the difference of two scores on the same halves."""
        return Taught(self.residuals - other.residuals, self.taught - other.taught, self.own - other.own)


@dataclass(frozen=True, slots=True)
class Parts:
    """What of a score's influence its variance is the squares of. Those of a difference are the differences of these.

    rows: (repeats, units) what each unit moves, less the mean of its class or, of groups, of all; a single repeat where
    the training sets are independent. means: (folds,) mean of each fold's test rows; noise: (folds' units,) how far the
    units of each fold lie from their mean; both are empty where training is not small. halves: what halves of the rows
    taught, None where that was not run. rare: variance that classes add which the system hardly ever predicts, in units
    of the score squared; of a difference the larger of the two. learns: whether the system, or one of the two, learns
    from training rows; one that reads only the names of the classes does not.
    """

    rows: Floats
    means: Floats
    noise: Floats
    halves: Taught | None = None
    rare: float = 0.0
    learns: bool = True

    def minus(self, other: Parts) -> Parts:
        """Of the difference of two scores on the same rows."""
        both = None if self.halves is None or other.halves is None else self.halves.minus(other.halves)
        rare, learns = max(self.rare, other.rare), self.learns or other.learns
        return Parts(self.rows - other.rows, self.means - other.means, self.noise - other.noise, both, rare, learns)
