"""Multinomial naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.naive_bayes import MultinomialNB

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, Codes, ScoreKind, Strength, TuningFold
from bench.systems.score_sums import ScoreSum
from bench.systems.solvers.naive_bayes import multinomial_predictions


@CLASSIFIERS.register("multinomial-nb")
class MultinomialNBSettings(ClassifierSettings):
    """Multinomial naive Bayes, scikit-learn's `MultinomialNB`: estimates a class from its own counts."""

    score_kind: ClassVar[ScoreKind] = "probability"
    fitted_types: ClassVar[tuple[type, ...]] = (MultinomialNB,)
    tunable: ClassVar[tuple[str, ...]] = ("alpha",)
    non_negative_only: ClassVar[bool] = True

    kind: Literal["multinomial-nb"]

    alpha: Tunable[Strength] = (1.0,)
    """Additive smoothing, 1e-10 to 1e10: larger moves the classes nearer to each other."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return MultinomialNB(**tuned)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """The joint log likelihood: the class's prior, and a logarithm for each time that a feature occurs."""
        prior, weights = fitted.class_log_prior_, fitted.feature_log_prob_
        return ScoreSum(fitted.classes_, weights, prior, unit="log likelihood", only_differences_tell=True)

    def predictions(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """All values at once."""
        train, labels, weights = fold.with_names()
        found = multinomial_predictions(train, labels, fold.test, [values["alpha"] for values in candidates], weights)
        return self.completed(found, candidates, fold, random_state=random_state)
