"""Zero-shot: predicts the class whose name is nearest; learns from names alone."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin

from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind
from bench.systems.classifiers.centroid import CosineCentroid


@CLASSIFIERS.register("zero-shot")
class ZeroShotSettings(ClassifierSettings):
    """The class whose names are nearest by cosine: no training row is read, features are fitted on the names."""

    score_kind: ClassVar[ScoreKind] = "similarity"
    name_counts_as: ClassVar[str] = "all there is: no training row is read, and features are fitted on the names"
    fitted_types: ClassVar[tuple[type, ...]] = (CosineCentroid,)
    names_only: ClassVar[bool] = True

    kind: Literal["zero-shot"]

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return CosineCentroid(**tuned)
