"""Precision and recall of each class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.experiment.metrics.base import METRICS, ConfusionMetric, Floats, Outcome, ratio


@METRICS.register("precision")
class Precision(ConfusionMetric):
    """Of the rows guessed to be of a class, the share that is, 0 to 1; undefined for a class never guessed."""

    def parts(self, classes: Sequence[str]) -> tuple[str, ...]:
        """One number a class."""
        return tuple(classes)

    def of_confusion(self, confusion: Floats) -> Floats:
        """The diagonal over the sums of the guesses."""
        return ratio(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-2))

    def reason(self, outcome: Outcome, part: str) -> str:
        """Names the class."""
        return f"class {part!r} is never guessed in these rows"


@METRICS.register("recall")
class Recall(ConfusionMetric):
    """Of a class's rows, the share that is guessed to be of it, 0 to 1; undefined for a class without rows."""

    def parts(self, classes: Sequence[str]) -> tuple[str, ...]:
        """One number a class."""
        return tuple(classes)

    def of_confusion(self, confusion: Floats) -> Floats:
        """The diagonal over the sums of the truth."""
        return ratio(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-1))

    def reason(self, outcome: Outcome, part: str) -> str:
        """Names the class."""
        return f"no row of class {part!r}"
