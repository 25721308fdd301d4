"""What every metric is: a number taken from pooled predictions, or the reason why there is none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError, suggest
from bench.core.registry import Registry

Codes: TypeAlias = "NDArray[np.integer[Any]]"


class UndefinedScoreError(ValueError):
    """A score that cannot be computed; the message is the reason that a table shows in its place."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """True and guessed classes of some rows, as indices into `classes`; at least one row.

    truth, guess: (rows,).
    """

    classes: Sequence[str]
    truth: Codes
    guess: Codes

    def __post_init__(self) -> None:
        if self.truth.shape != self.guess.shape or self.truth.ndim != 1 or not self.truth.size:
            raise ValueError(f"one truth and one guess a row, got shapes {self.truth.shape} and {self.guess.shape}")


class Metric(ABC):
    """A score of predictions, registered under its name; one number, or one for each class."""

    @abstractmethod
    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """Part's name to its value: `""` for a metric of one number, the class for a metric of one number a class.

        A part that cannot be computed holds the error that says why. The parts depend on `outcome.classes` alone.
        """


METRICS: Registry[Metric] = Registry("metric", package="bench.experiment.metrics", group="banmian.metrics")


def all_scores(outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
    """Every registered metric's values, by `metric` or `metric:class`, sorted by metric."""
    return {
        f"{name}:{part}" if part else name: value
        for name, metric in METRICS.classes().items()
        for part, value in metric().scores(outcome).items()
    }


def check_metric(name: str) -> None:
    """Raises BenchError for a metric that is not registered; `f1:<class>` names a part."""
    if name.partition(":")[0] not in METRICS.classes():
        raise BenchError(f"unknown metric {name!r}{suggest(name, METRICS.classes())}")


def f1_of_classes(truth: Codes, guess: Codes, n_classes: int) -> NDArray[np.float64]:
    """(n_classes,) F1 = 2 TP / (true rows + guessed rows) of each class; NaN for one neither true nor guessed.

    >>> f1_of_classes(np.array([0, 0, 1]), np.array([0, 1, 1]), 3).round(3).tolist()
    [0.667, 0.667, nan]
    """
    hits = np.bincount(truth[truth == guess], minlength=n_classes)
    either = np.bincount(truth, minlength=n_classes) + np.bincount(guess, minlength=n_classes)
    values = np.full(n_classes, np.nan)
    np.divide(2.0 * hits, either, out=values, where=either > 0)
    return values
