"""F1 of each class, and their plain mean."""

from __future__ import annotations

import numpy as np

from bench.experiment.metrics.base import METRICS, Metric, Outcome, UndefinedScoreError, f1_of_classes

_NEITHER = "class {!r} is neither true nor guessed in these rows"


@METRICS.register("f1")
class F1(Metric):
    """F1 of each class, 0 to 1: the harmonic mean of its precision and recall."""

    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """One number a class."""
        values = f1_of_classes(outcome.truth, outcome.guess, len(outcome.classes))
        return {
            name: UndefinedScoreError(_NEITHER.format(name)) if np.isnan(value) else float(value)
            for name, value in zip(outcome.classes, values, strict=True)
        }


@METRICS.register("f1_macro")
class F1Macro(Metric):
    """Macro-F1, 0 to 1: the mean of the classes' F1, each class counting the same."""

    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """One number; undefined where the F1 of a class is."""
        values = f1_of_classes(outcome.truth, outcome.guess, len(outcome.classes))
        missing = [name for name, value in zip(outcome.classes, values, strict=True) if np.isnan(value)]
        return {"": UndefinedScoreError(_NEITHER.format(missing[0])) if missing else float(np.average(values))}
