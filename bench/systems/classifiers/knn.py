"""Nearest neighbours by cosine."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field
from sklearn.base import ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind


class CappedKNeighbors(KNeighborsClassifier):  # type: ignore[misc]
    """`KNeighborsClassifier` that asks all training rows where there are fewer than `n_neighbors`."""

    def fit(self, X: Any, y: Any) -> Self:
        """As in scikit-learn."""
        super().fit(X, y)
        self.n_neighbors_ = min(self.n_neighbors, self.n_samples_fit_)
        return self

    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """As in scikit-learn; left out, `n_neighbors` is the capped number."""
        if n_neighbors is None:
            n_neighbors = self.n_neighbors_
        return super().kneighbors(X, n_neighbors, return_distance)


@CLASSIFIERS.register("knn")
class KNNSettings(ClassifierSettings):
    """Vote of the nearest training rows by cosine (scikit-learn's `KNeighborsClassifier`)."""

    score_kind: ClassVar[ScoreKind] = "probability"
    tunable: ClassVar[tuple[str, ...]] = ("n_neighbors",)

    kind: Literal["knn"]

    n_neighbors: Tunable[Annotated[int, Field(ge=1, le=1_000_000)]] = (5,)
    """How many rows vote, 1 to 1,000,000; all of them where training rows are fewer."""

    weights: Literal["uniform", "distance"] = "uniform"
    """`distance` weighs a vote by one over its distance."""

    def build(self, *, random_state: int, **tuned: Any) -> ClassifierMixin:
        """`random_state` changes nothing: equals are broken by row order."""
        del random_state
        return CappedKNeighbors(**tuned, weights=self.weights, metric="cosine", algorithm="brute")
