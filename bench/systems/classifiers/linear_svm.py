"""Linear support vector machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sklearn.base import ClassifierMixin
from sklearn.svm import LinearSVC

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, Codes, ScoreKind, Strength, TuningFold
from bench.systems.score_sums import ScoreSum
from bench.systems.solvers.liblinear import squared_hinge_predictions


@CLASSIFIERS.register("linear-svm")
class LinearSVMSettings(ClassifierSettings):
    """One-vs-rest linear support vector machine with squared hinge loss (scikit-learn's `LinearSVC`)."""

    score_kind: ClassVar[ScoreKind] = "decision"
    fitted_types: ClassVar[tuple[type, ...]] = (LinearSVC,)
    row_order_matters: ClassVar[bool] = True
    tunable: ClassVar[tuple[str, ...]] = ("C",)

    kind: Literal["linear-svm"]

    C: Tunable[Strength] = (1.0,)
    """Inverse strength of the penalty, 1e-10 to 1e10: smaller is stronger."""

    class_weight: Literal["balanced"] | None = None
    """`balanced` weighs rows by one over their class's share; null counts each row once."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` orders the coordinates that the dual solver visits."""
        return LinearSVC(**tuned, class_weight=self.class_weight, random_state=random_state)

    @classmethod
    def score_sum(cls, fitted: Any) -> ScoreSum | None:
        """One weight a column for each class."""
        return ScoreSum.of_coefficients(fitted)

    def predictions(
        self, candidates: Sequence[Mapping[str, Any]], fold: TuningFold, *, random_state: int
    ) -> list[Codes | Exception]:
        """All values at once."""
        train, labels, weights = fold.with_names()
        found = squared_hinge_predictions(
            train,
            labels,
            fold.test,
            [values["C"] for values in candidates],
            balanced=self.class_weight is not None,
            random_state=random_state,
            weights=weights,
        )
        return self.completed(found, candidates, fold, random_state=random_state)
