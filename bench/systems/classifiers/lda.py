"""Linear discriminant analysis with a shrunken covariance."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind


@CLASSIFIERS.register("lda")
class LDASettings(ClassifierSettings):
    """Linear discriminant analysis, covariance shrunken as Ledoit and Wolf (2004) say; for dense features."""

    score_kind: ClassVar[ScoreKind] = "probability"
    dense_only: ClassVar[bool] = True

    kind: Literal["lda"]

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return LinearDiscriminantAnalysis(**tuned, solver="lsqr", shrinkage="auto")
