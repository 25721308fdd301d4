"""Nearest neighbours by cosine."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from sklearn.base import ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier

from bench.core.settings import Tunable
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings, ScoreKind


class CappedKNeighbors(KNeighborsClassifier):  # type: ignore[misc]
    """`KNeighborsClassifier` that asks all training rows where there are fewer than `n_neighbors`.

    The vote of a name of a class counts as often as its weight says.
    """

    votes_: NDArray[np.float64] | None = None

    def fit(self, X: Any, y: Any) -> Self:
        """As in scikit-learn."""
        super().fit(X, y)
        self.n_neighbors_ = min(self.n_neighbors, self.n_samples_fit_)
        self.votes_ = None
        return self

    def fit_with_names(self, X: Any, y: Any, weights: NDArray[np.float64], n_rows: int) -> Self:
        """Names are neighbours like any row. weights: (rows,) how often a row's vote counts."""
        del n_rows
        self.fit(X, y)
        self.votes_ = weights
        return self

    def predict_proba(self, X: Any) -> Any:
        """As in scikit-learn: each class's share of the votes."""
        if self.votes_ is None:
            return super().predict_proba(X)
        distances, neighbours = self.kneighbors(X)
        votes = self.votes_[neighbours]
        if self.weights == "distance":
            votes = votes * _by_distance(distances)
        shares = np.zeros((len(votes), len(self.classes_)))
        for column in range(votes.shape[1]):
            shares[np.arange(len(votes)), self._y[neighbours[:, column]]] += votes[:, column]
        return shares / shares.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> Any:
        """As in scikit-learn: the class of the most votes, the first of equals."""
        return super().predict(X) if self.votes_ is None else self.classes_[self.predict_proba(X).argmax(axis=1)]

    def kneighbors(self, X: Any = None, n_neighbors: int | None = None, return_distance: bool = True) -> Any:
        """As in scikit-learn; left out, `n_neighbors` is the capped number."""
        if n_neighbors is None:
            n_neighbors = self.n_neighbors_
        return super().kneighbors(X, n_neighbors, return_distance)


def _by_distance(distances: Any) -> Any:
    """One over the distance; where a row is a neighbour itself, at distance 0, such neighbours alone, as 1."""
    with np.errstate(divide="ignore"):
        inverse = 1.0 / distances
    same = np.isinf(inverse)
    met = same.any(axis=1)
    inverse[met] = same[met]
    return inverse


@CLASSIFIERS.register("knn")
class KNNSettings(ClassifierSettings):
    """Vote of the nearest training rows by cosine (scikit-learn's `KNeighborsClassifier`).

    A name of a class is one more neighbour, whose vote counts as often as its weight says.
    """

    score_kind: ClassVar[ScoreKind] = "probability"
    name_counts_as: ClassVar[str] = "one more neighbour, whose vote counts w times"
    fitted_types: ClassVar[tuple[type, ...]] = (CappedKNeighbors,)
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
