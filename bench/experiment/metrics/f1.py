"""F1 of each class, and their means: macro, micro, weighted by the classes' rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.experiment.metrics.base import METRICS, Floats, MarginMetric, Outcome, f1_of_classes, f1_of_margins, ratio

_NEITHER = "class {!r} is neither true nor guessed in these rows"


@METRICS.register("f1")
class F1(MarginMetric):
    """F1 of each class, 0 to 1: the harmonic mean of its precision and recall."""

    def parts(self, classes: Sequence[str]) -> tuple[str, ...]:
        """One number a class."""
        return tuple(classes)

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """NaN for a class that is neither true nor predicted."""
        return f1_of_margins(hits, true, predicted)

    def reason(self, outcome: Outcome, part: str) -> str:
        """Names the class."""
        return _NEITHER.format(part)


@METRICS.register("f1_macro")
class F1Macro(MarginMetric):
    """Macro-F1, 0 to 1: the mean of the classes' F1, each class counting the same."""

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """NaN where the F1 of a class is."""
        values: Floats = f1_of_margins(hits, true, predicted).mean(axis=-1, keepdims=True)
        return values

    def reason(self, outcome: Outcome, part: str) -> str:
        """The first class without an F1."""
        missing = np.isnan(f1_of_classes(outcome.confusion()))
        return _NEITHER.format(outcome.classes[int(missing.argmax())])


@METRICS.register("f1_micro")
class F1Micro(MarginMetric):
    """Micro-F1, 0 to 1: F1 of all classes' counts together, which for one label a row is the accuracy."""

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """2 TP / (true rows + predicted rows), each summed over the classes."""
        return ratio(2.0 * hits.sum(axis=-1), 2.0 * true.sum(axis=-1))[..., np.newaxis]


@METRICS.register("f1_weighted")
class F1Weighted(MarginMetric):
    """Weighted F1, 0 to 1: the mean of the classes' F1, each weighted with the class's rows."""

    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """A class without rows weighs nothing."""
        weighted = np.where(true > 0, f1_of_margins(hits, true, predicted), 0.0) * true
        return ratio(weighted.sum(axis=-1), true.sum(axis=-1))[..., np.newaxis]
