"""A classifier's scores as sums over the columns of its matrix, which makes them explainable by feature."""

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
    only_differences_tell: whether a number added to the scores of all classes changes nothing, so that a share has a
    meaning only relative to those of the other classes.
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

        A binary decision d, which has one row of coefficients, is written as -d, d.
        """
        weights = np.atleast_2d(np.asarray(fitted.coef_, dtype=np.float64))
        intercept = np.broadcast_to(np.asarray(fitted.intercept_, dtype=np.float64), len(weights))
        if len(fitted.classes_) == 2 and len(weights) == 1:
            weights, intercept = np.concatenate([-weights, weights]), np.concatenate([-intercept, intercept])
        return cls(fitted.classes_, weights, intercept, rows)


def linear_scores(fitted: Any) -> ScoreSum | None:
    """The scores of a classifier that decides as scikit-learn's linear ones do, whoever wrote it; None for others.

    Such a one inherits `decision_function` from `LinearClassifierMixin`: rows times coefficients, plus the intercept.
    """
    from_class = next((cls for cls in type(fitted).__mro__ if "decision_function" in vars(cls)), None)
    fitted_linear = all(hasattr(fitted, name) for name in ("coef_", "intercept_", "classes_"))
    if from_class is None or from_class.__name__ != "LinearClassifierMixin" or not fitted_linear:
        return None
    return ScoreSum.of_coefficients(fitted)
