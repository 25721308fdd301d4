"""The metrics that choose among listed values, computed as by scikit-learn's scorers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.experiment.metrics.base import f1_of_classes

Codes: TypeAlias = "NDArray[np.integer[Any]]"

TuneBy: TypeAlias = Literal[
    "accuracy", "balanced_accuracy", "cohen_kappa", "f1_macro", "f1_micro", "f1_weighted", "matthews_corrcoef"
]
"""A metric of one number, the higher the better, that needs the predicted classes and nothing else."""

USUAL: TuneBy = "f1_macro"
"""The metric for tuning where an experiment names none."""

_FUNCTIONS: Mapping[str, tuple[str, dict[str, str]]] = {
    "accuracy": ("accuracy_score", {}),
    "balanced_accuracy": ("balanced_accuracy_score", {}),
    "cohen_kappa": ("cohen_kappa_score", {}),
    "f1_macro": ("f1_score", {"average": "macro"}),
    "f1_micro": ("f1_score", {"average": "micro"}),
    "f1_weighted": ("f1_score", {"average": "weighted"}),
    "matthews_corrcoef": ("matthews_corrcoef", {}),
}
"""Metric to the function of `sklearn.metrics`, and its keyword arguments."""


def tuning_scores(tune_by: TuneBy, truth: Codes, predictions: Codes, n_classes: int) -> NDArray[np.float64]:
    """(candidates,) scores as scikit-learn's scorer of this metric gives them; NaN where its score is undefined.

    truth: (rows,) codes; predictions: (candidates, rows).
    """
    if tune_by == "f1_macro":
        return _f1_macro(truth, predictions, n_classes)
    if tune_by == "accuracy":
        return np.array([np.average(prediction == truth) for prediction in predictions])
    import sklearn.metrics

    name, options = _FUNCTIONS[tune_by]
    score = getattr(sklearn.metrics, name)
    return np.array([float(score(truth, prediction, **options)) for prediction in predictions])


def scorer_code(tune_by: TuneBy) -> tuple[str, tuple[str, ...]]:
    """What `GridSearchCV` takes as `scoring`, as an expression, and the imports that it needs."""
    if tune_by != "cohen_kappa":  # the one that scikit-learn names no scorer for
        return repr(tune_by), ()
    name, _ = _FUNCTIONS[tune_by]
    return f"make_scorer({name})", (f"from sklearn.metrics import {name}", "from sklearn.metrics import make_scorer")


def _f1_macro(truth: Codes, predictions: Codes, n_classes: int) -> NDArray[np.float64]:
    """`f1_macro` as scikit-learn's scorer has it: over the classes that are true or guessed in these rows."""
    cells = predictions + truth * n_classes + n_classes**2 * np.arange(len(predictions))[:, np.newaxis]
    confusions = np.bincount(cells.ravel(), minlength=len(predictions) * n_classes**2)
    values = f1_of_classes(confusions.reshape(-1, n_classes, n_classes).astype(np.float64))
    missing = np.isnan(values)
    if not missing.any():
        means: NDArray[np.float64] = np.ascontiguousarray(values).mean(
            axis=1
        )  # in the order in which a row's own mean adds up
        return means
    return np.array([np.average(row[~without]) for row, without in zip(values, missing, strict=True)])
