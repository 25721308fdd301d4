"""Multinomial logistic regression."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind


@CLASSIFIERS.register("logistic")
class LogisticSettings(ClassifierSettings):
    """Multinomial logistic regression with an L2 penalty (scikit-learn's `LogisticRegression`, lbfgs)."""

    score_kind: ClassVar[ScoreKind] = "probability"
    tunable: ClassVar[tuple[str, ...]] = ("C",)

    kind: Literal["logistic"]

    C: Tunable[Annotated[float, Field(gt=0)]] = (1.0,)
    """Inverse strength of the penalty, above 0: smaller is stronger."""

    class_weight: Literal["balanced"] | None = None
    """`balanced` weighs rows by one over their class's share; null counts each row once."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: lbfgs draws no numbers."""
        del random_state
        return LogisticRegression(**tuned, class_weight=self.class_weight, tol=1e-4, max_iter=1000)
