"""Complement naive Bayes (Rennie et al. 2003)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.naive_bayes import ComplementNB

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, Codes, ScoreKind, Strength, TuningFold
from bench.systems.solvers.naive_bayes import complement_predictions


@CLASSIFIERS.register("complement-nb")
class ComplementNBSettings(ClassifierSettings):
    """Complement naive Bayes (Rennie et al. 2003), scikit-learn's `ComplementNB`: a class told by the others."""

    score_kind: ClassVar[ScoreKind] = "probability"
    tunable: ClassVar[tuple[str, ...]] = ("alpha",)
    non_negative_only: ClassVar[bool] = True

    kind: Literal["complement-nb"]

    alpha: Tunable[Strength] = (1.0,)
    """Additive smoothing, 1e-10 to 1e10: larger moves the classes nearer to each other."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: nothing is drawn."""
        del random_state
        return ComplementNB(**tuned)

    def predictions(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """All values at once."""
        found = complement_predictions(fold.train, fold.labels, fold.test, [values["alpha"] for values in candidates])
        return self.completed(found, candidates, fold, random_state=random_state)
