"""Control: draws classes at random by their shares."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.dummy import DummyClassifier

from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind
from bench.systems.length import Length


@CLASSIFIERS.register("stratified")
class StratifiedSettings(ClassifierSettings):
    """Control: classes drawn by their share of the training rows."""

    score_kind: ClassVar[ScoreKind] = "none"
    fitted_types: ClassVar[tuple[type, ...]] = (DummyClassifier, Length)
    row_order_matters: ClassVar[bool] = True
    control: ClassVar[bool] = True

    kind: Literal["stratified"]

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` starts the draw."""
        return DummyClassifier(**tuned, strategy="stratified", random_state=random_state)

    def own_features(self, *, random_state: int) -> Length:
        """Lengths, which it ignores."""
        del random_state
        return Length()
