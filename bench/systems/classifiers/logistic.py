"""Multinomial logistic regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, Codes, ScoreKind, Strength, TuningFold
from bench.systems.score_sums import ScoreSum
from bench.systems.solvers.logistic import MOST_ITERATIONS, TOLERANCE, logistic_predictions


@CLASSIFIERS.register("logistic")
class LogisticSettings(ClassifierSettings):
    """Multinomial logistic regression with an L2 penalty (scikit-learn's `LogisticRegression`, lbfgs)."""

    score_kind: ClassVar[ScoreKind] = "probability"
    fitted_types: ClassVar[tuple[type, ...]] = (LogisticRegression,)
    tunable: ClassVar[tuple[str, ...]] = ("C",)

    kind: Literal["logistic"]

    C: Tunable[Strength] = (1.0,)
    """Inverse strength of the penalty, 1e-10 to 1e10: smaller is stronger."""

    class_weight: Literal["balanced"] | None = None
    """`balanced` weighs rows by one over their class's share; null counts each row once."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: lbfgs draws no numbers."""
        del random_state
        return LogisticRegression(**tuned, class_weight=self.class_weight, tol=TOLERANCE, max_iter=MOST_ITERATIONS)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """One weight a column for each class."""
        return ScoreSum.of_coefficients(fitted)

    def predictions(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """All values at once."""
        train, labels, weights = fold.with_names()
        penalties, balanced = [values["C"] for values in candidates], self.class_weight is not None
        found = logistic_predictions(train, labels, fold.test, penalties, balanced=balanced, weights=weights)
        return self.completed(found, candidates, fold, random_state=random_state)
