"""Logistic regression for many penalties: the steps of scikit-learn's L-BFGS, in fewer columns."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack, issparse
from sklearn.exceptions import ConvergenceWarning

from bench.systems.encoding import Matrix
from bench.systems.solvers.change_of_basis import merge_features, suits
from bench.systems.solvers.margins import Codes, Floats, Training, predictions

TOLERANCE, MOST_ITERATIONS = 1e-4, 1000
"""scikit-learn's `tol` and `max_iter`, as the kind `logistic` sets them."""

_LINE_SEARCH_STEPS, _LEAST_GAIN = 50, 64 * np.finfo(float).eps
_MARGIN = 1e-4
_MOST_REPEATABLE = 60
"""Steps up to which rounding moved no decision by more than 1e-7, in 2,400 fits of random texts; it grows with each."""
_NEAR = 1e-5
"""How near to the tolerance, relative to it, a gradient lets rounding decide whether L-BFGS stops."""
_DENSE_CELLS = 200_000
"""Up to so many cells a sparse matrix is faster to multiply as a dense one."""


def logistic_predictions(
    train: Matrix,
    labels: NDArray[Any],
    test: Matrix,
    penalties: Sequence[float],
    *,
    balanced: bool,
    weights: Floats | None = None,
) -> list[Codes | None] | None:
    """For each C what `LogisticRegression(C=C, max_iter=1000)`, fitted on `train`, predicts for `test`.

    weights: (training rows,) what each counts for, its `sample_weight`; None for 1.
    None for a value that rounding could decide; None in place of the list where this does not apply: one class, weights
    beside `balanced`, as many rows as features (then there is little to gain).
    """
    found = logistic_decisions(train, labels, test, penalties, balanced=balanced, weights=weights)
    return None if found is None else predictions(*found, margin=_MARGIN)


def logistic_decisions(
    train: Matrix,
    labels: NDArray[Any],
    test: Matrix,
    penalties: Sequence[float],
    *,
    balanced: bool,
    weights: Floats | None = None,
) -> tuple[Floats, NDArray[Any]] | None:
    """(values, test rows, classes) decision values, one column for two classes; and the classes.

    NaN for a value of which rounding could decide where L-BFGS stops. L-BFGS from 0 takes the same steps in any
    orthonormal basis, but for rounding, and stops where scikit-learn's does: the largest entry of the gradient by
    features is what is tested, not that of the gradient by columns.
    """
    training = Training.of(labels, weights)
    if len(training.classes) < 2 or not suits(train) or (balanced and weights is not None):
        return None
    rows, tested, steepest = train, test, np.ones(train.shape[1])
    if issparse(train):
        merged = merge_features(train, test)
        rows, tested, steepest = merged.train, merged.test, merged.steepest
    problem = _Problem.of(rows, training, balanced)
    steepest = np.append(steepest, 1.0)[:, np.newaxis]
    fitted = np.stack([_fit(problem, penalty, steepest) for penalty in penalties])
    coefficients, intercepts = fitted[:, :-1], fitted[:, -1]
    stacked = np.ascontiguousarray(coefficients.swapaxes(0, 1).reshape(coefficients.shape[1], -1))
    decisions = np.asarray(tested @ stacked).reshape(tested.shape[0], len(penalties), -1) + intercepts
    return decisions.swapaxes(0, 1), training.classes


@dataclass(frozen=True, slots=True)
class _Problem:
    """Mean loss of weighted rows. rows: (rows, columns + 1), the last all ones; across: the same, transposed.

    targets: (rows, outputs) the share of each class; shares: (rows, 1) of the rows in the mean; weight: of all rows.
    outputs: as many as classes, one for two.
    """

    rows: Matrix
    across: Matrix
    targets: Floats
    shares: Floats
    weight: float

    @classmethod
    def of(cls, matrix: Any, training: Training, balanced: bool) -> _Problem:
        ones = np.ones((matrix.shape[0], 1))
        if issparse(matrix) and matrix.shape[0] * matrix.shape[1] > _DENSE_CELLS:
            rows: Matrix = hstack([matrix, ones], format="csr")
            across: Matrix = csr_matrix(rows.T)
        else:
            rows = np.hstack([matrix.toarray() if issparse(matrix) else matrix, ones])
            across = np.ascontiguousarray(rows.T)
        targets = np.zeros((matrix.shape[0], len(training.classes)))
        targets[np.arange(len(targets)), training.codes] = 1.0
        weights = training.weights * training.class_weights(balanced)[training.codes]
        total = float(weights.sum())
        outputs = targets[:, 1:] if len(training.classes) == 2 else targets
        return cls(rows, across, outputs, weights[:, np.newaxis] / total, total)

    def loss_and_slope(self, raw: Floats) -> tuple[float, Floats]:
        """Mean loss, and its derivative by (rows, outputs) raw scores, which are overwritten."""
        if self.targets.shape[1] == 1:
            probable = 1.0 / (1.0 + np.exp(-raw))
            losses = np.logaddexp(0.0, raw) - self.targets * raw
            return float((losses * self.shares).sum()), (probable - self.targets) * self.shares
        raw -= raw.max(axis=1, keepdims=True)
        right = np.einsum("ij,ij->i", raw, self.targets)[:, np.newaxis]
        np.exp(raw, out=raw)
        total = raw.sum(axis=1, keepdims=True)
        loss = float(((np.log(total) - right) * self.shares).sum())
        raw /= total
        raw -= self.targets
        raw *= self.shares
        return loss, raw


def _fit(problem: _Problem, penalty: float, steepest: Floats) -> Floats:
    """(columns + 1, outputs) weights, the intercepts last; all NaN where rounding could decide where it stops."""
    shape = (problem.rows.shape[1], problem.targets.shape[1])
    strength = 1.0 / (penalty * problem.weight)
    slope = np.zeros(shape)

    def objective(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        loss, by_raw = problem.loss_and_slope(np.asarray(problem.rows @ weights))
        slope[:] = problem.across @ by_raw
        penalised = weights[:-1]
        slope[:-1] += strength * penalised
        return loss + 0.5 * strength * float(np.vdot(penalised, penalised)), slope.ravel().copy()

    sure = True

    def flat() -> bool:
        """Whether the gradient by features is within the tolerance."""
        nonlocal sure
        largest = float(np.abs(slope * steepest).max())
        sure &= abs(largest / TOLERANCE - 1) > _NEAR
        return largest <= TOLERANCE

    start = np.zeros(shape[0] * shape[1])
    objective(start)
    if flat():
        return start.reshape(shape) if sure else np.full(shape, np.nan)
    done = minimize(
        objective,
        start,
        method="L-BFGS-B",
        jac=True,
        # The solver accepts the last point that it tried, so `slope` is the gradient there.
        callback=_stop_when(flat),
        options={"maxiter": MOST_ITERATIONS, "maxls": _LINE_SEARCH_STEPS, "gtol": 0.0, "ftol": _LEAST_GAIN},
    )
    if done.status not in {0, _STOPPED}:
        warnings.warn(f"lbfgs failed to converge: {done.message}", ConvergenceWarning, stacklevel=2)
    fitted: Floats = done.x.reshape(shape)
    return fitted if sure and done.nit <= _MOST_REPEATABLE else np.full(shape, np.nan)


_STOPPED = 99  # scipy's status for a callback that raised StopIteration


def _stop_when(done: Callable[[], bool]) -> Callable[[Floats], None]:
    def callback(_: Floats) -> None:
        if done():
            raise StopIteration

    return callback
