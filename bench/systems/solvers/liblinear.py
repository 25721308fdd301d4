"""LIBLINEAR's dual solver for many penalties: scikit-learn's `LinearSVC` without repeated input checks."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.exceptions import ConvergenceWarning

from bench.systems.encoding import Matrix
from bench.systems.sklearn_private import liblinear
from bench.systems.solvers.change_of_basis import distinct_rows, merge_features, suits, triangle
from bench.systems.solvers.margins import Codes, Floats, Training, predictions

_L2_SQUARED_HINGE_DUAL = 1
_TOLERANCE, _BIAS, _MOST_ITERATIONS, _UNUSED = 1e-4, 1.0, 1000, 0.1
_MARGIN = 1e-9
_FEW, _MARGIN_OF_FEW = 100, 1e-3
"""Among few rows the solver may meet numbers that are 0 but for rounding, and stop a step sooner or later."""

_MOSTLY = 0.75


def squared_hinge_predictions(
    train: Matrix,
    labels: NDArray[Any],
    test: Matrix,
    penalties: Sequence[float],
    *,
    balanced: bool,
    random_state: int,
    weights: Floats | None = None,
) -> list[Codes | None] | None:
    """For each C what `LinearSVC(C=C, random_state=random_state)`, fitted on `train`, predicts for `test`.

    weights: (training rows,) what each counts for, its `sample_weight`; None for 1.
    None for a value that rounding could decide; None in place of the list where this does not apply: as many rows as
    features (scikit-learn then takes the primal solver), one class, weights beside `balanced`, another version of
    scikit-learn.
    """
    found = squared_hinge_decisions(
        train, labels, test, penalties, balanced=balanced, random_state=random_state, weights=weights
    )
    return None if found is None else predictions(*found, margin=_MARGIN_OF_FEW if train.shape[0] < _FEW else _MARGIN)


def squared_hinge_decisions(
    train: Matrix,
    labels: NDArray[Any],
    test: Matrix,
    penalties: Sequence[float],
    *,
    balanced: bool,
    random_state: int,
    weights: Floats | None = None,
) -> tuple[Floats, NDArray[Any]] | None:
    """(values, test rows, classes) decision values, one column for two classes; and the classes.

    Where many of the training rows are equal, or share no feature with any other, the solver compares numbers that are
    0 except for rounding; a change of basis could change its path then, and is not made.
    """
    train_wrap = liblinear()
    training = Training.of(labels, weights)
    if train_wrap is None or len(training.classes) < 2 or not suits(train) or (balanced and weights is not None):
        return None
    rows, tested = train, test
    if not issparse(train):
        rows, tested = triangle(train, test)
    elif distinct_rows(train) >= _MOSTLY * train.shape[0]:
        merged = merge_features(train, test)
        rows, tested = merged.train, merged.test
    targets = training.codes.astype(np.float64)
    class_weights = training.class_weights(balanced)
    # scikit-learn draws LIBLINEAR's own random state so.
    state = np.random.RandomState(random_state).randint(np.iinfo("i").max)
    fitted = []
    for penalty in penalties:
        coefficients, iterations = train_wrap(
            rows,
            targets,
            issparse(rows),
            _L2_SQUARED_HINGE_DUAL,
            _TOLERANCE,
            _BIAS,
            penalty,
            class_weights,
            _MOST_ITERATIONS,
            state,
            _UNUSED,
            training.weights,
        )
        if max(iterations) >= _MOST_ITERATIONS:
            text = "Liblinear failed to converge, increase the number of iterations."
            warnings.warn(text, ConvergenceWarning, stacklevel=2)
        fitted.append(coefficients)
    stacked = np.concatenate(fitted)
    decisions = np.asarray(tested @ np.ascontiguousarray(stacked[:, :-1].T)) + stacked[:, -1]
    return decisions.reshape(len(decisions), len(penalties), -1).swapaxes(0, 1), training.classes
