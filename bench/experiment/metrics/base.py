"""Base classes of metrics: each computes a number from pooled predictions, or the reason why there is none."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError, suggest
from bench.core.registry import Registry

Codes: TypeAlias = "NDArray[np.integer[Any]]"
Floats: TypeAlias = "NDArray[np.float64]"

_NUMBERS_AT_ONCE = 1 << 20
_STEP = 1e-6
"""The part of a row that `slopes` adds: small enough that scores are linear there, too large for rounding to show."""


class UndefinedScoreError(ValueError):
    """A score that cannot be computed; the message is the reason that a table shows in its place."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """True and predicted classes of some rows, as indices into `classes`; at least one row.

    truth, prediction: (rows,). A prediction whose index lies past the last class is of no class, as where a chat model
    names no label; it is always wrong. scores: (rows, classes), or None for a system that gives none.
    probabilities: whether the scores are probabilities.
    """

    classes: Sequence[str]
    truth: Codes
    prediction: Codes
    scores: Floats | None = None
    probabilities: bool = False

    def __post_init__(self) -> None:
        if self.truth.shape != self.prediction.shape or self.truth.ndim != 1 or not self.truth.size:
            raise ValueError(
                f"one truth and one prediction a row, got shapes {self.truth.shape} and {self.prediction.shape}"
            )
        if self.scores is not None and self.scores.shape != (len(self.truth), len(self.classes)):
            raise ValueError(f"one score a row and class, got shape {self.scores.shape}")

    def take(self, rows: NDArray[np.intp]) -> Outcome:
        """The outcome of some of the rows."""
        scores = None if self.scores is None else self.scores[rows]
        return Outcome(self.classes, self.truth[rows], self.prediction[rows], scores, self.probabilities)

    def confusion(self) -> Floats:
        """(classes, classes) rows by true class (first axis) and predicted class; a last column for no class."""
        return confusion_matrix(self.truth, self.prediction, len(self.classes))


class Metric(ABC):
    """A score of predictions, registered under its name; one number, or one for each class."""

    higher_is_better: ClassVar[bool] = True
    """False for a loss."""

    bounds: ClassVar[tuple[float, float]] = (0.0, 1.0)
    """The lowest and the highest value that it can take."""

    needs: ClassVar[Literal["prediction", "scores", "probabilities"]] = "prediction"
    """What of a prediction it reads; where a system does not give that, the metric is missing."""

    @abstractmethod
    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """The value of each part, by name: `""` for a metric of one number, else the class for one number a class.

        A part that cannot be computed holds the error that says why. Which parts there are depends on `outcome.classes`
        alone.
        Called only where the outcome has what the metric `needs`.
        """

    def influence(self, outcome: Outcome) -> dict[str, Floats]:
        """The influence of each row on the score: part's name to (rows,), in units of the score; the sum is about 0.

        Row i's influence is (rows - 1) times what the score loses when the row is left out, the jackknife's empirical
        influence function (Efron and Tibshirani 1993, ch. 11). NaN where the score without a row is undefined. A
        metric that is no smooth function of the rows' frequencies gives no part, and gets no interval.
        """
        return {}


class ConfusionMetric(Metric):
    """A metric that is a function of the confusion matrix alone."""

    @abstractmethod
    def of_confusion(self, confusion: Floats) -> Floats:
        """(..., classes, classes) counts to (..., parts) values, NaN where undefined.

        Where rows were predicted to be of no class, the last axis has one more column, which counts these rows.
        """

    def parts(self, classes: Sequence[str]) -> tuple[str, ...]:
        """The names of the parts, in the order of `of_confusion`."""
        return ("",)

    def reason(self, outcome: Outcome, part: str) -> str:
        """Why a part is undefined."""
        return f"undefined for the confusion matrix of these {len(outcome.truth)} rows"

    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """The parts of the rows' confusion matrix."""
        values = self.of_confusion(outcome.confusion())
        return {
            part: UndefinedScoreError(self.reason(outcome, part)) if np.isnan(value) else float(value)
            for part, value in zip(self.parts(outcome.classes), values, strict=True)
        }

    def influence(self, outcome: Outcome) -> dict[str, Floats]:
        """The influence of each row, computed once for each cell of the confusion matrix that is not empty.

        All rows of a cell have the same influence.
        """
        confusion = outcome.confusion()
        cells, cell_of_row = np.unique(outcome.truth * confusion.shape[1] + outcome.prediction, return_inverse=True)
        full = self.of_confusion(confusion)
        step = max(1, _NUMBERS_AT_ONCE // self._size(confusion))
        without = np.concatenate(
            [self._without_one(confusion, cells[start : start + step]) for start in range(0, len(cells), step)]
        )
        influence = ((len(outcome.truth) - 1) * (full - without))[cell_of_row]
        return dict(zip(self.parts(outcome.classes), influence.T, strict=True))

    def _size(self, confusion: Floats) -> int:
        """How many numbers `_without_one` holds for each cell."""
        return confusion.size

    def _without_one(self, confusion: Floats, cells: NDArray[np.intp]) -> Floats:
        """(cells, parts) values where a row of each cell is left out. cells: places in the flattened matrix."""
        copies = np.repeat(confusion[np.newaxis], len(cells), axis=0)
        copies.reshape(len(cells), -1)[np.arange(len(cells)), cells] -= 1
        return self.of_confusion(copies)


class MarginMetric(ConfusionMetric):
    """A metric that is a function of the confusion matrix's diagonal and its sums: cheap for a thousand classes."""

    @abstractmethod
    def of_margins(self, hits: Floats, true: Floats, predicted: Floats) -> Floats:
        """(..., parts) values from three counts of rows for each class; NaN where undefined.

        hits, true, predicted: (..., classes) rows of the class that are predicted right, all rows of the class, and all
        rows that are predicted to be of the class. The sum of `predicted` is less than that of `true` where some rows
        are predicted to be of no class.
        """

    def of_confusion(self, confusion: Floats) -> Floats:
        """The values from the diagonal and the sums of the confusion matrix."""
        return self.of_margins(*margins(confusion))

    def slopes(self, confusion: Floats) -> tuple[Floats, Floats, Floats]:
        """How fast the parts change with a class's right, true and predicted rows: (..., classes, parts) for each.

        confusion: (..., classes, classes + 1). A slope is in units of the score per row, while the other counts stay
        the same; NaN where a part is undefined.
        """
        sums = [each[..., np.newaxis, :] for each in margins(confusion)]
        full = self.of_margins(*margins(confusion))[..., np.newaxis, :]
        more = np.eye(confusion.shape[-2]) * _STEP

        def slope(which: int) -> Floats:
            moved = [each + more if at == which else each for at, each in enumerate(sums)]
            found: Floats = (self.of_margins(*np.broadcast_arrays(*moved)) - full) / _STEP
            return found

        return slope(0), slope(1), slope(2)

    def _size(self, confusion: Floats) -> int:
        return 3 * len(confusion)

    def _without_one(self, confusion: Floats, cells: NDArray[np.intp]) -> Floats:
        hits, true, predicted = (np.repeat(each[np.newaxis], len(cells), axis=0) for each in margins(confusion))
        place, (truth, prediction) = np.arange(len(cells)), np.divmod(cells, confusion.shape[1])
        hits[place, truth] -= truth == prediction
        true[place, truth] -= 1
        named = prediction < len(confusion)
        predicted[place[named], prediction[named]] -= 1
        return self.of_margins(hits, true, predicted)


class RowMetric(Metric):
    """A metric that is the mean of one number a row."""

    @abstractmethod
    def of_rows(self, outcome: Outcome) -> dict[str, Floats]:
        """Part's name to (rows,) values."""

    def scores(self, outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
        """The mean of each part over the rows."""
        # fsum makes sure that the order of the rows does not change even the last bit.
        return {part: math.fsum(values) / len(values) for part, values in self.of_rows(outcome).items()}

    def influence(self, outcome: Outcome) -> dict[str, Floats]:
        """How far each row lies above the mean."""
        return {part: values - np.mean(values) for part, values in self.of_rows(outcome).items()}


METRICS: Registry[Metric] = Registry("metric", package="bench.experiment.metrics", group="banmian.metrics")


def all_scores(outcome: Outcome) -> dict[str, float | UndefinedScoreError]:
    """Every registered metric that the outcome has enough for, by `metric` or `metric:class`, sorted by metric."""
    return {
        part_name(name, part): value
        for name, metric in METRICS.classes().items()
        if applies(metric, outcome)
        for part, value in metric().scores(outcome).items()
    }


def applies(metric: type[Metric], outcome: Outcome) -> bool:
    """Whether the outcome has what the metric needs."""
    return (
        metric.needs == "prediction"
        or (outcome.scores is not None and metric.needs == "scores")
        or (outcome.scores is not None and outcome.probabilities)
    )


def part_name(metric: str, part: str) -> str:
    """How a part is named in records and tables: `metric`, or `metric:class`."""
    return f"{metric}:{part}" if part else metric


def metric_of(name: str) -> type[Metric]:
    """The metric that `metric` or `metric:class` names. Raises BenchError for one that is not registered."""
    metric = name.partition(":")[0]
    if metric not in METRICS.classes():
        raise BenchError(f"unknown metric {name!r}{suggest(name, METRICS.classes())}")
    return METRICS[metric]


def confusion_matrix(truth: Codes, prediction: Codes, n_classes: int) -> Floats:
    """(n_classes, n_classes) rows by true class (first axis) and predicted class.

    Where a prediction is `n_classes`, which is none of them, there is one more column for such predictions.

    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 2, 1]), 2).tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    width = n_classes + int((prediction == n_classes).any())
    cells = np.bincount(truth * width + prediction, minlength=n_classes * width)
    return cells.reshape(n_classes, width).astype(np.float64)


def f1_of_classes(confusion: Floats) -> Floats:
    """(..., classes) F1 = 2 TP / (true rows + predicted rows) of each class; NaN for one neither true nor predicted.

    >>> f1_of_classes(np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 0]])).round(3).tolist()
    [0.667, 0.667, nan]
    """
    return f1_of_margins(*margins(confusion))


def f1_of_margins(hits: Floats, true: Floats, predicted: Floats) -> Floats:
    """F1 of each class, as `f1_of_classes` gives it, from what `margins` gives."""
    return ratio(2.0 * hits, true + predicted)


def ratio(above: Floats, below: Floats) -> Floats:
    """`above / below`, NaN where `below` is 0."""
    values = np.full(np.broadcast_shapes(np.shape(above), np.shape(below)), np.nan)
    np.divide(above, below, out=values, where=np.asarray(below) != 0)
    return values


def margins(confusion: Floats) -> tuple[Floats, Floats, Floats]:
    """(..., classes) the diagonal, the rows of each true class, and those of each predicted one."""
    hits: Floats = np.diagonal(confusion, axis1=-2, axis2=-1)
    return hits, confusion.sum(axis=-1), confusion.sum(axis=-2)[..., : confusion.shape[-2]]
