"""Control: always predicts the most frequent class."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.dummy import DummyClassifier

from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind
from bench.systems.length import Length


@CLASSIFIERS.register("majority")
class MajoritySettings(ClassifierSettings):
    """Control: always the most frequent class of the training rows."""

    score_kind: ClassVar[ScoreKind] = "none"
    fitted_types: ClassVar[tuple[type, ...]] = (DummyClassifier, Length)
    control: ClassVar[bool] = True
    counts_only: ClassVar[bool] = True

    kind: Literal["majority"]

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return DummyClassifier(**tuned, strategy="most_frequent")

    def own_features(self, *, random_state: int) -> Length:
        """Lengths, which it ignores."""
        del random_state
        return Length()
