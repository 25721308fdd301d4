"""Precision and recall of each class."""

from __future__ import annotations

from collections.abc import Sequence

from bench.experiment.metrics.base import METRICS, Floats, MarginMetric, Outcome, ratio


@METRICS.register("precision")
class Precision(MarginMetric):
    """Of the rows predicted to be of a class, the share that is, 0 to 1; undefined for a class never predicted."""

    def parts(self, classes: Sequence[str]) -> tuple[str, ...]:
        """One number a class."""
        return tuple(classes)

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """The diagonal over the sums of the predictions."""
        return ratio(hits, predicted)

    def reason(self, outcome: Outcome, part: str) -> str:
        """Names the class."""
        return f"class {part!r} is never guessed in these rows"


@METRICS.register("recall")
class Recall(MarginMetric):
    """Of a class's rows, the share that is predicted to be of it, 0 to 1; undefined for a class without rows."""

    def parts(self, classes: Sequence[str]) -> tuple[str, ...]:
        """One number a class."""
        return tuple(classes)

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """The diagonal over the sums of the truth."""
        return ratio(hits, true)

    def reason(self, outcome: Outcome, part: str) -> str:
        """Names the class."""
        return f"no row of class {part!r}"
