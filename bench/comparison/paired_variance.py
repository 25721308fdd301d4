"""The variance of paired differences of scores, from how each row's influence on them varies from split to split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.comparison.uncertainty import PAIRED_WIDENING, TAUGHT, Estimates, Floats


@dataclass(frozen=True, slots=True)
class PairedRows:
    """Differences of two systems each; their number is the first axis of each array.

    value: (differences,) in units of the score. rows: (differences, rows) influence of each row, the mean over repeats.
    squares: (differences,) sum over rows of the squared influences in `times` repeats or, where models were also run on
    halves of the rows, of the squared residuals of `times` halvings. halves: `taught` and `own` as `Taught` has them,
    (differences, halvings) of each; None without halves. rare, learns: (differences,) as `Parts` has them.
    """

    value: Floats
    rows: Floats
    squares: Floats
    times: int
    halves: tuple[Floats, Floats] | None
    rare: Floats
    learns: Floats

    def estimates(self, most: float) -> Estimates:
        """With variances and degrees of freedom, at most `most`.

        The variance over the rows' means leaves out what the rows teach. Repeats show that by the part of the variance
        that stays the same from repeat to repeat, whatever the folds are. Halves show it by the contrast of their two
        sides: let i be what a row changes as a test row, and t as a training row, then the variance is the sum of
        (i + t)² over rows; 2it and t² come from the contrast, minus the part of t² that is the luck of single
        predictions. The variance is never less than that of the test rows, or than what rare classes bring. Where two
        systems agree on every row, it is that of one row in `rows + 2` that tells them apart, as `of_score` has it.
        """
        count = self.rows.shape[-1]
        mean = (self.rows * self.rows).sum(axis=-1) / (count - 1) / count
        if self.halves is None:
            lasting = np.maximum(self.times * mean - self.squares / self.times / (count - 1) / count, 0.0)
            training = (PAIRED_WIDENING - 1) * mean + TAUGHT * lasting / max(self.times - 1, 1)
        else:
            taught, own = self.halves
            training = (2 * taught * own + taught * taught).mean(axis=-1) - self.squares / self.times / count**2
        variance = mean + self.learns * np.maximum(training, 0.0)
        alike = ~self.rows.any(axis=-1)
        share = 1 / (count + 2)
        least = np.where(alike, np.maximum(self.rare, share * (1 - share) / count), self.rare)
        degrees = np.where(alike, most, few_degrees(self.rows, most))
        return Estimates(self.value, np.maximum(variance, least), degrees)


def few_degrees(rows: Floats, most: float) -> Floats:
    """(differences,) degrees of freedom of the variance over rows: few where it depends on few rows.

    rows: (differences, rows) influences. A sum of n squares has a variance, too, and so has a multiple of chi-squared:
    they agree at 2 / (1 / k - 1 / n) degrees of freedom, where k = (sum of squares)² / (sum of fourth powers) is n if
    all rows differ alike, and 1 if one row alone does (Shoemaker 2003, "Fixing the F test for equal variances").
    Never more than `most`, nor fewer than 2.
    """
    squares = rows * rows
    sums, fourth = squares.sum(axis=-1), (squares * squares).sum(axis=-1)
    above = np.divide(fourth, sums * sums, out=np.ones_like(sums), where=fourth > 0) - 1 / rows.shape[-1]
    found: Floats = np.minimum(2 / np.maximum(above, 1e-12), most)
    return found


def squares_apart(numbers: Floats) -> Floats:
    """(systems, systems) the sum of squared differences of each two rows of (systems, numbers), by inner products."""
    inner = numbers @ numbers.T
    own = inner.diagonal()
    apart: Floats = np.maximum(own[:, np.newaxis] + own - 2 * inner, 0.0)
    return apart
