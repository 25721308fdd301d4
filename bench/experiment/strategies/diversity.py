"""Rows of kinds of text of which nothing is labelled yet."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from bench.experiment.strategies.base import STRATEGIES, Candidates, Floats, Needs, RowIndex, Strategy
from bench.systems.encoding import Matrix

_MOST_CLUSTERS = 500
_WHOLE = 10_000


@STRATEGIES.register("diversity")
class Diversity(Strategy):
    """The row nearest to the centre of each k-means cluster that has the fewest labels, the largest cluster first.

    Labelled rows and candidates are clustered together, into as many clusters as there are labels after this step, 500
    at most, as TypiClust does it (Hacohen, Dekel and Weinshall 2022); sparse vectors are reduced by a truncated
    singular value decomposition first.
    """

    kind: Literal["diversity"]

    needs: ClassVar[Needs] = "vectors"

    components: Annotated[int, Field(ge=2, le=1000)] = 50
    """Dimensions that sparse vectors are reduced to, 2 to 1,000."""

    def choose(self, candidates: Candidates, count: int, rng: np.random.Generator) -> RowIndex:
        """Where there are fewer clusters than rows wanted, each gives several."""
        vectors, labelled = candidates.vectors_there
        points = self._reduced(vectors, labelled, rng)
        clusters = min(_MOST_CLUSTERS, labelled.shape[0] + count, len(np.unique(points, axis=0)))
        cluster, distance = _clustered(points, clusters, rng)
        known = np.bincount(cluster[len(candidates) :], minlength=clusters)
        return _in_turn(cluster[: len(candidates)], distance[: len(candidates)], known, count)

    def _reduced(self, vectors: Matrix, labelled: Matrix, rng: np.random.Generator) -> Floats:
        """(candidates and labelled rows, dimensions), each of length 1."""
        import scipy.sparse as sp
        from sklearn.decomposition import TruncatedSVD
        from sklearn.preprocessing import normalize

        if not sp.issparse(vectors):
            dense: Floats = normalize(np.vstack([vectors, labelled]))
            return dense
        both = sp.vstack([vectors, labelled]).tocsr()
        components = min(self.components, *(size - 1 for size in both.shape))
        if components < 1:
            return np.asarray(both.toarray(), dtype=np.float64)
        reduced: Floats = normalize(TruncatedSVD(components, random_state=_state(rng)).fit_transform(both))
        return reduced


def _clustered(points: Floats, clusters: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], Floats]:
    """The cluster of each point, and how far it lies from that cluster's centre."""
    from sklearn.cluster import KMeans, MiniBatchKMeans

    kind = KMeans if len(points) <= _WHOLE else MiniBatchKMeans
    fitted = kind(clusters, n_init=1, random_state=_state(rng)).fit(points)
    distance = np.linalg.norm(points - fitted.cluster_centers_[fitted.labels_], axis=1)
    return fitted.labels_.astype(np.int64), distance


def _in_turn(cluster: NDArray[np.int64], distance: Floats, known: NDArray[np.int64], count: int) -> RowIndex:
    """The rows nearest to centres, from the cluster with the fewest labels, of equals the larger; each adds a label."""
    order = np.argsort(distance, kind="stable")
    waiting = {code: order[cluster[order] == code].tolist()[::-1] for code in np.unique(cluster).tolist()}
    sizes, labels = np.bincount(cluster, minlength=len(known)), known.copy()
    taken: list[int] = []
    while len(taken) < count:
        codes = (code for code, rows in waiting.items() if rows)
        code = min(codes, key=lambda code: (labels[code], -sizes[code], code))
        taken.append(waiting[code].pop())
        labels[code] += 1
    return np.array(taken, dtype=np.intp)


def _state(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
