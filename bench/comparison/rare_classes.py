"""What classes of few rows could still do to a score: the variance that the rows seen do not show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.comparison.uncertainty import WIDENING_ALONE, Floats, widening
from bench.experiment.metrics.base import MarginMetric, Metric, Outcome, margins

PSEUDO_ROWS = 2.0
"""Rows that each class is given beyond its own, as in the interval of Agresti and Coull (1998)."""

UNSEEN_WIDENING, UNSEEN_WIDENING_ALONE = 1.25, 2.0
"""On what pseudo rows add to the variance of a score; the second where there is one repeat: a finding of the study."""

MISSED_WIDENING = 0.75
"""A factor on the variance of a class's rows, in full where the class is never predicted, falling to 0 as its
predictions come to as many as its rows: whether its rows are predicted right depends on the training set. A finding of
the study, too."""

MORE_HITS, MORE_HITS_ALONE = 0.25, 1.5
"""Variance, in rows, of the right predictions that chance may add to a class that is never predicted; the second where
there is one repeat."""

_NUMBERS_AT_ONCE = 1 << 20

RARELY = 0.5
"""A class is rarely predicted where its predictions are fewer than this share of its rows."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """What pseudo rows of each class add to the variance of a score, the mean over repeats.

    parts: names of the metric's parts. added: (classes, parts) in units of the score squared; below 0 where a class's
    rows vary more than pseudo rows would. own, hit: (classes, parts) what the classes' rows vary by themselves, and the
    square of what a row predicted to be of its class adds to the score. rows, predicted: (classes,) rows that are
    tested, and rows predicted to be. repeats: of how many; that of a single one is widened.
    """

    parts: tuple[str, ...]
    added: Floats
    own: Floats
    hit: Floats
    rows: Floats
    predicted: Floats
    repeats: int

    def of_score(self, *, learns: bool = True) -> dict[str, float]:
        """Part's name to what a single score's variance lacks, 0 or more: its class's share is widened.

        learns: whether training rows change what is predicted. Then a class that is predicted for fewer rows than it
        has adds a share of its rows' own variance, and one below `RARELY` of its rows the luck of a hit more or less.
        """
        alone = self.repeats == 1
        wider = UNSEEN_WIDENING_ALONE if alone else UNSEEN_WIDENING
        found = wider * widening(self.rows.astype(np.int64)) @ self.added
        if learns:
            missed = np.clip(1 - self._predicted, 0, 1)
            found = found + (WIDENING_ALONE if alone else 1.0) * MISSED_WIDENING * missed @ self.own
            hits = (MORE_HITS_ALONE if alone else MORE_HITS) * self._rarely @ self.hit
            return self._named(np.maximum(found, 0.0) + hits)
        return self._named(found)

    def of_difference(self) -> dict[str, float]:
        """Part's name to what the variance of its differences lacks, 0 or more: of rarely predicted classes alone.

        Two systems that both miss a class agree on its rows, which does not mean that they would agree on others. A
        class counts in full where it is never predicted, and less the nearer its predictions come to `RARELY` of its
        rows.
        """
        return self._named(self._rarely @ np.maximum(self.added, 0.0))

    @property
    def _rarely(self) -> Floats:
        """(classes,) 1 for classes that are never predicted, 0 from `RARELY` of their rows on."""
        found: Floats = np.clip(1 - self._predicted / RARELY, 0, 1)
        return found

    @property
    def _predicted(self) -> Floats:
        """(classes,) predictions of each class over its rows."""
        found: Floats = self.predicted / np.maximum(self.rows, 1)
        return found

    def _named(self, values: Floats) -> dict[str, float]:
        return dict(zip(self.parts, np.maximum(values, 0.0).tolist(), strict=True))


def unseen(metric: Metric, outcomes: Sequence[Outcome]) -> Unseen | None:
    """Of the repeats of one run; None for a metric that is no function of the confusion matrix's sums.

    Where none of a class's five rows is predicted right, their influences do not vary, though others of the class might
    be. So each class's predictions are taken to be drawn from its own shares and those of `PSEUDO_ROWS` more: right as
    often as rows of all classes are, less often where the class is predicted for fewer rows than it has, else spread as
    all predictions are. What is added is the variance of the score's linear part under these shares, less that under
    the rows' own.
    """
    if not isinstance(metric, MarginMetric):
        return None
    confusions = np.stack([outcome.confusion() for outcome in outcomes])
    step = max(1, _NUMBERS_AT_ONCE // confusions[0].size)
    steps = [_of_repeats(metric, confusions[start : start + step]) for start in range(0, len(confusions), step)]
    added, own, hit, rows, predicted = (np.concatenate(each).mean(axis=0) for each in zip(*steps, strict=True))
    return Unseen(tuple(metric.parts(outcomes[0].classes)), added, own, hit, rows, predicted, len(outcomes))


def _of_repeats(metric: MarginMetric, confusion: Floats) -> tuple[Floats, ...]:
    """What `Unseen` has, (repeats, ...) of each. confusion: (repeats, classes, classes + 1)."""
    classes = confusion.shape[-2]
    hits_seen, rows, predicted = margins(confusion)
    overall = (hits_seen.sum(axis=-1, keepdims=True) + 1) / (rows.sum(axis=-1, keepdims=True) + 2)
    right = overall * np.minimum(1.0, (predicted + 1) / (rows + 1))
    wrong = np.where(np.eye(classes) == 1, 0.0, predicted[:, np.newaxis] + 1)
    wrong *= ((1 - right) / np.maximum(wrong.sum(axis=-1), 1))[..., np.newaxis]
    more = confusion.copy()  # behind the classes' columns: predictions of no class
    more[..., :classes] += PSEUDO_ROWS * (wrong + right[..., np.newaxis] * np.eye(classes))
    hits, _, predictions = metric.slopes(confusion)
    own = _row_variance(confusion, hits, predictions)
    added = _row_variance(more, hits, predictions) - own
    of_classes = rows[..., np.newaxis]
    found = (of_classes * added, of_classes * own, (hits + predictions) ** 2)
    return *map(np.nan_to_num, found), rows, predicted


def _row_variance(counts: Floats, hits: Floats, predictions: Floats) -> Floats:
    """(..., classes, parts) the variance of the slope of a row of each class, its predictions drawn as `counts` are."""
    # A prediction of no class moves no class's sum of predictions.
    shares = (counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1.0))[..., : counts.shape[-2]]
    own = np.diagonal(shares, axis1=-2, axis2=-1)[..., np.newaxis]
    means = shares @ predictions + own * hits
    squares = shares @ predictions**2 + own * (hits**2 + 2 * hits * predictions)
    found: Floats = squares - means**2
    return found
