"""Predictions to scores: pooled within a repeat, then averaged over repeats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.core.settings import Settings
from bench.execution.predictions import Predictions
from bench.experiment.metrics.base import (
    METRICS,
    Outcome,
    UndefinedScoreError,
    all_scores,
    applies,
    confusion_matrix,
    f1_of_classes,
)


class Score(Settings):
    """One metric of one system.

    A mean of tiny folds' F1 is biased (Forman and Scholz 2010), so the out-of-fold predictions of a repeat are pooled
    before the metric is taken; `folds` holds the metric of each fold for whoever looks at single fits.
    """

    value: float | None
    """Mean over the repeats; null where it is undefined in one of them."""

    repeats: list[float | None]
    """The metric of each repeat's pooled predictions."""

    folds: list[list[float | None]]
    """By repeat, the metric of each fold's test rows."""

    reason: str | None = None
    """Why a number above is null."""


def score_predictions(predictions: Predictions, *, probabilities: bool) -> dict[str, Score]:
    """Every registered metric, by `metric` or `metric:class`; one that the scores cannot give is there with its reason.

    probabilities: whether the system's scores are.
    """
    outcomes = [predictions.outcome(repeat, probabilities=probabilities) for repeat in range(predictions.repeats)]
    pooled = [all_scores(outcome) for outcome in outcomes]
    folds = [
        _each(predictions.fold_outcomes(repeat, probabilities=probabilities)) for repeat in range(predictions.repeats)
    ]
    given = {name: _score(name, pooled, folds) for name in pooled[0]}
    missing = {
        name: Score(value=None, repeats=[], folds=[], reason=f"the system gives no {metric.needs}")
        for name, metric in METRICS.classes().items()
        if not applies(metric, outcomes[0])
    }
    return dict(sorted({**given, **missing}.items()))


def agreement_scores(annotations: Sequence[tuple[str, str] | None], classes: Sequence[str]) -> dict[str, float]:
    """What one annotator scores against the other, by metric: how well people agree on the labels.

    Rows that were labelled once are left out; empty where none is left. A label that is not among `classes` is wrong
    like any other, and has no F1 of its own in the macro mean.
    """
    pairs = [pair for pair in annotations if pair is not None]
    if not pairs:
        return {}
    names = [*classes, *sorted({name for pair in pairs for name in pair} - set(classes))]
    truth, prediction = (np.array([names.index(pair[side]) for pair in pairs]) for side in (0, 1))
    confusion = confusion_matrix(truth, prediction, len(names))
    values = {"accuracy": float(np.trace(confusion) / confusion.sum())}
    single = dict(zip(names, f1_of_classes(confusion).tolist(), strict=True))
    values |= {f"f1:{name}": single[name] for name in classes}
    values["f1_macro"] = float(np.mean([single[name] for name in classes]))
    return {name: value for name, value in sorted(values.items()) if not np.isnan(value)}


_Values = dict[str, float | UndefinedScoreError]


def _each(outcomes: Sequence[Outcome]) -> list[_Values]:
    return [all_scores(outcome) for outcome in outcomes]


def _score(name: str, pooled: Sequence[_Values], folds: Sequence[Sequence[_Values]]) -> Score:
    values = [scores[name] for scores in pooled]
    of_folds = [[scores[name] for scores in repeat] for repeat in folds]
    every = [*values, *(value for repeat in of_folds for value in repeat)]
    reasons = [value for value in every if isinstance(value, UndefinedScoreError)]
    repeats = [_number(value) for value in values]
    defined = [value for value in repeats if value is not None]
    return Score(
        value=float(np.mean(defined)) if len(defined) == len(repeats) else None,
        repeats=repeats,
        folds=[[_number(value) for value in repeat] for repeat in of_folds],
        reason=str(reasons[0]) if reasons else None,
    )


def _number(value: float | UndefinedScoreError) -> float | None:
    return None if isinstance(value, UndefinedScoreError) else value
