"""Ridge classification: least squares on the classes' indicators."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.linear_model import RidgeClassifier
from sklearn.preprocessing import LabelBinarizer

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind, Strength
from bench.systems.score_sums import ScoreSum


@CLASSIFIERS.register("ridge")
class RidgeSettings(ClassifierSettings):
    """Least squares on the classes' indicators with an L2 penalty (scikit-learn's `RidgeClassifier`)."""

    score_kind: ClassVar[ScoreKind] = "decision"
    fitted_types: ClassVar[tuple[type, ...]] = (RidgeClassifier, LabelBinarizer)
    tunable: ClassVar[tuple[str, ...]] = ("alpha",)

    kind: Literal["ridge"]

    alpha: Tunable[Strength] = (1.0,)
    """Strength of the penalty, 1e-10 to 1e10: larger is stronger."""

    class_weight: Literal["balanced"] | None = None
    """`balanced` weighs rows by one over their class's share; null counts each row once."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` is for solvers that scikit-learn does not choose by itself."""
        return RidgeClassifier(**tuned, class_weight=self.class_weight, random_state=random_state)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """One weight a column for each class."""
        return ScoreSum.of_coefficients(fitted)
