"""Control: predicts the class from the text's length alone."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind
from bench.systems.length import Length


@CLASSIFIERS.register("length")
class LengthSettings(ClassifierSettings):
    """Control: logistic regression on the log of the text's length and its square, which lets middle lengths win."""

    score_kind: ClassVar[ScoreKind] = "probability"
    fitted_types: ClassVar[tuple[type, ...]] = (
        Pipeline,
        StandardScaler,
        PolynomialFeatures,
        LogisticRegression,
        Length,
    )
    control: ClassVar[bool] = True

    kind: Literal["length"]

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        # Centred first: the square of a centred length separates the middle from both ends.
        powers = PolynomialFeatures(2, include_bias=False)
        return make_pipeline(StandardScaler(), powers, LogisticRegression(**tuned, max_iter=1000))

    def own_features(self, *, random_state: int) -> Length:
        """The length, on a log scale."""
        del random_state
        return Length()
