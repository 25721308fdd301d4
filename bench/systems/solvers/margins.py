"""Predictions from the scores of many values; where rounding could decide, scikit-learn computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Codes: TypeAlias = "NDArray[np.int64]"
Floats: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class Training:
    """Labels of training rows. classes: (classes,) sorted, as in `labels`; codes: (rows,) into them.

    weights: (rows,) what each row counts for, above 0.
    """

    classes: NDArray[Any]
    codes: NDArray[np.intp]
    weights: Floats

    @classmethod
    def of(cls, labels: NDArray[Any], weights: Floats | None = None) -> Training:
        """From one label for each row. weights: None where every row counts for 1."""
        classes, codes = np.unique(labels, return_inverse=True)
        return cls(classes, codes, np.ones(len(codes)) if weights is None else weights)

    def counts(self) -> Floats:
        """(classes,) the summed weight of the rows of each."""
        return np.bincount(self.codes, weights=self.weights, minlength=len(self.classes)).astype(np.float64)

    def class_weights(self, balanced: bool) -> Floats:
        """(classes,) as scikit-learn's `compute_class_weight` has them: 1, or rows / (classes * rows of the class).

        For rows that count for 1 each.
        """
        if not balanced:
            return np.ones(len(self.classes))
        weights: Floats = len(self.codes) / (len(self.classes) * self.counts())
        return weights


def predictions(
    scores: Floats, classes: NDArray[Any], margin: float, *, level: NDArray[np.bool_] | None = None
) -> list[Codes | None]:
    """What each listed value predicts for each row: the class of the highest score.

    scores: (values, rows, classes), or (values, rows, 1) for two classes, above 0 for the second.
    None is given for a value of which a row's two best scores are nearer than `margin`, relative to the scores' size:
    there rounding could decide, and only scikit-learn's own fit says what it would predict.
    level: (rows,) rows whose scores are free of rounding, so that the first of equals is scikit-learn's, too.
    """
    if scores.shape[2] == 1:
        apart = np.abs(scores[:, :, 0])
        best = (scores[:, :, 0] > 0).astype(np.intp)
    else:
        best = scores.argmax(axis=2)
        two = np.partition(scores, -2, axis=2)[:, :, -2:]
        apart = two[:, :, 1] - two[:, :, 0]
    size = np.maximum(np.abs(scores).max(axis=2), 1.0)
    sure = apart > margin * size
    if level is not None:
        sure |= level
    sure = sure.all(axis=1)
    return [classes[row] if fine else None for row, fine in zip(best, sure, strict=True)]
