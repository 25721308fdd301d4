"""Complement naive Bayes (Rennie et al. 2003)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.naive_bayes import ComplementNB

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, Codes, ScoreKind, Strength, TuningFold
from bench.systems.score_sums import ScoreSum
from bench.systems.solvers.naive_bayes import complement_predictions


@CLASSIFIERS.register("complement-nb")
class ComplementNBSettings(ClassifierSettings):
    """Complement naive Bayes (Rennie et al. 2003), scikit-learn's `ComplementNB`: estimates a class from all others."""

    score_kind: ClassVar[ScoreKind] = "probability"
    fitted_types: ClassVar[tuple[type, ...]] = (ComplementNB,)
    tunable: ClassVar[tuple[str, ...]] = ("alpha",)
    non_negative_only: ClassVar[bool] = True

    kind: Literal["complement-nb"]

    alpha: Tunable[Strength] = (1.0,)
    """Additive smoothing, 1e-10 to 1e10: larger moves the classes nearer to each other."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return ComplementNB(**tuned)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """The logarithm of how likely the text is under the other classes, with its sign changed."""
        if fitted.norm:
            return None
        none = np.zeros(len(fitted.classes_))
        prior = fitted.class_log_prior_ if len(none) == 1 else none
        return ScoreSum(
            fitted.classes_, fitted.feature_log_prob_, prior, unit="log likelihood", only_differences_tell=True
        )

    def predictions(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """All values at once."""
        train, labels, weights = fold.with_names()
        found = complement_predictions(train, labels, fold.test, [values["alpha"] for values in candidates], weights)
        return self.completed(found, candidates, fold, random_state=random_state)
