"""A classifier's scores written as sums over the columns of its matrix: what makes them explainable by feature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def _as_they_are(matrix: Any) -> Any:
    return matrix


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """The scores of a fitted classifier: `rows(matrix) @ weights.T + intercept`.

    classes: (classes,) those that it was trained on, sorted. weights: (classes, columns); intercept: (classes,).
    rows: what is weighed, made of the matrix that the classifier gets. unit: what a score is.
    only_differences_tell: whether a number added to the scores of all classes changes nothing, so that a share means
    something only beside those of the other classes.
    """

    classes: NDArray[Any]
    weights: Floats
    intercept: Floats
    rows: Callable[[Any], Any] = _as_they_are
    unit: Literal["decision value", "log likelihood", "cosine"] = "decision value"
    only_differences_tell: bool = False

    @classmethod
    def of_coefficients(cls, fitted: Any, rows: Callable[[Any], Any] = _as_they_are) -> Self:
        """Of a linear model with `classes_`, `coef_` and `intercept_`, as scikit-learn's have them.

        A binary decision d, which has one row of coefficients, stands as -d, d.
        """
        weights = np.atleast_2d(np.asarray(fitted.coef_, dtype=np.float64))
        intercept = np.broadcast_to(np.asarray(fitted.intercept_, dtype=np.float64), len(weights))
        if len(fitted.classes_) == 2 and len(weights) == 1:
            weights, intercept = np.concatenate([-weights, weights]), np.concatenate([-intercept, intercept])
        return cls(fitted.classes_, weights, intercept, rows)
