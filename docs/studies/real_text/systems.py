"""Cross-validation of many splits at once by cheap systems, with the predictions that scikit-learn's pipelines give."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, issparse

from bench.systems.ngram_counts import count_character_ngrams
from bench.systems.sklearn_private import liblinear

Array: TypeAlias = "NDArray[Any]"
_SMALL, _LARGE, _NUMBERS_AT_ONCE = 1 << 16, 1 << 20, 1 << 21
"""Numbers of a dense matrix that is worth no sparse one, of counts that are kept sparse, and of all matrices of the
splits of one step."""


@dataclass(frozen=True)
class Counts:
    """Counts of n-grams: those of two texts or more as columns, those of one text as what they come to there.

    shared: (texts, n-grams), dense or sparse. alone: (texts, 3) of the n-grams that stand in no other text: how many
    there are, how often they occur, and the sum of the squares of that. For a linear system the n-grams of one text are
    one column.
    """

    shared: Array | csr_matrix
    alone: Array

    @functools.cached_property
    def present(self) -> Array | csr_matrix:
        """Whether an n-gram stands in a text."""
        return (self.shared > 0).astype(np.float64)

    @functools.cached_property
    def squares(self) -> Array | csr_matrix:
        """Of each count."""
        return self.shared.power(2) if issparse(self.shared) else self.shared**2


def counted(texts: Sequence[str], ngrams: tuple[int, int] = (1, 2)) -> csr_matrix:
    """(texts, n-grams) counts of character n-grams."""
    rows = count_character_ngrams(list(texts), ngrams)
    return csr_matrix((rows.counts, rows.columns, rows.starts), (len(rows), len(rows.terms)))


def compact(counts: csr_matrix) -> Counts:
    """The same, dense where it is small."""
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    single = df[counts.indices] == 1
    often = counts.data[single]
    alone = [np.bincount(row[single], often**power, counts.shape[0]) for power in (0, 1, 2)]
    shared = counts[:, df > 1].astype(np.float64)
    return Counts(shared if np.prod(shared.shape) > _LARGE else shared.toarray(), np.stack(alone, axis=1))


class Fitted:
    """Some splits of the same rows at once: TF-IDF (l2) fitted on the training rows of each, and what systems share.

    train: (splits, rows) whether a row trains; every system predicts all rows.
    """

    def __init__(self, counts: Counts, labels: Array, train: Array) -> None:
        self.train, self.counts, self.labels = train, counts, labels
        sizes = train.sum(axis=1, keepdims=True)
        df = (counts.present.T @ train.T.astype(np.float64)).T
        self.known = df > 0
        self.weights = (np.log((1 + sizes) / (1 + df)) + 1) * self.known
        alone = np.log((1 + sizes) / 2) + 1
        squares = (counts.squares @ (self.weights**2).T).T
        own = train * counts.alone[:, 2] * alone**2
        lengths = np.sqrt(squares + own)
        self.lengths = np.where(lengths == 0, 1.0, lengths)
        self.count_alone = train @ counts.alone[:, 0]
        self.sum_alone = train * counts.alone[:, 1] * alone / self.lengths
        self.square_alone = own / self.lengths**2
        self.one_hot = np.eye(int(labels.max()) + 1)[labels]
        self.of_class = train[:, :, None] * self.one_hot
        self.some = np.flatnonzero(train.any(axis=0))

    @functools.cached_property
    def cosines(self) -> Array:
        """(splits, rows, rows that train), without what n-grams of a single text add to its cosine with itself."""
        if not issparse(self.counts.shared) and self.counts.shared.size < _SMALL:
            rows = self.counts.shared * self.weights[:, None] / self.lengths[:, :, None]
            return rows @ rows[:, self.some].transpose(0, 2, 1)
        shared = csr_matrix(self.counts.shared)
        found = []
        for weights, lengths in zip(self.weights, self.lengths, strict=True):
            rows = csr_matrix(
                (
                    shared.data * weights[shared.indices] / np.repeat(lengths, np.diff(shared.indptr)),
                    shared.indices,
                    shared.indptr,
                ),
                shared.shape,
            )
            found.append((rows @ rows[self.some].T).toarray())
        return np.stack(found)

    def complement_nb(self, alpha: float = 1.0) -> Array:
        """`ComplementNB(alpha=alpha)`."""
        shared, (splits, rows, classes) = self.counts.shared, self.of_class.shape
        scaled = (self.of_class / self.lengths[:, :, None]).transpose(1, 0, 2).reshape(rows, -1)
        sums = (shared.T @ scaled).T.reshape(splits, classes, -1) * self.weights[:, None]
        counts = (sums.sum(axis=1, keepdims=True) + alpha - sums) * self.known[:, None]
        alone = (self.of_class * self.sum_alone[:, :, None]).sum(axis=1)
        totals = counts.sum(axis=2) + alpha * self.count_alone[:, None] + alone.sum(axis=1, keepdims=True) - alone
        shares = np.where(self.known[:, None], counts / totals[:, :, None], 1.0)
        scores = shared @ (-np.log(shares) * self.weights[:, None]).reshape(splits * classes, -1).T
        return scores.reshape(rows, splits, classes).argmax(axis=2).T

    def centroid(self) -> Array:
        """bench's `centroid`: the class whose mean direction is nearest."""
        of_class = self.of_class[:, self.some]
        sums = self.cosines @ of_class
        inner = (of_class.transpose(0, 2, 1) @ sums[:, self.some]).diagonal(axis1=1, axis2=2)
        lengths = np.sqrt(inner + (self.of_class * self.square_alone[:, :, None]).sum(axis=1))
        return (sums / np.where(lengths == 0, 1.0, lengths)[:, None]).argmax(axis=2)

    def knn(self, neighbours: int = 5) -> Array:
        """`KNeighborsClassifier(5, metric="cosine")`; ties of distance by row."""
        near = np.argsort(np.where(self.train[:, None, self.some], -self.cosines, np.inf), axis=2, kind="stable")
        return self.one_hot[self.some[near[:, :, :neighbours]]].sum(axis=2).argmax(axis=2)

    def ridge(self, alpha: float = 1.0) -> Array:
        """`RidgeClassifier(alpha=alpha)`, through the rows' inner products."""
        found = np.empty(self.train.shape, dtype=np.uint8)
        targets = 2 * self.one_hot - 1
        for at, train in enumerate(self.train):
            across = self.cosines[at][:, train[self.some]]
            inner = across[train] + np.diag(self.square_alone[at][train])
            means, level = inner.mean(axis=0), targets[train].mean(axis=0)
            inner += means.mean() - means - means[:, None]
            inner.flat[:: len(inner) + 1] += alpha
            dual = np.linalg.solve(inner, targets[train] - level)
            # The dual sums to 0, so that what is the same for all training rows falls out.
            found[at] = (across @ dual - means @ dual + level).argmax(axis=1)
        return found

    def linear_svm(self) -> Array:
        """`LinearSVC(random_state=0)`, by the solver that it calls; n-grams of one text alone are one column for it."""
        solve = liblinear()
        if solve is None:
            raise RuntimeError("this version of scikit-learn calls LIBLINEAR in another way")
        state = np.random.RandomState(0).randint(np.iinfo("i").max)
        shared = self.counts.shared.toarray() if issparse(self.counts.shared) else self.counts.shared
        found = np.empty(self.train.shape, dtype=np.uint8)
        for at, train in enumerate(self.train):
            rows = shared * self.weights[at] / self.lengths[at][:, None]
            fitted = np.hstack([rows[train], np.diag(np.sqrt(self.square_alone[at]))[train][:, train]])
            codes, ones = self.labels[train].astype(np.float64), np.ones(int(train.sum()))
            classes = np.ones(self.one_hot.shape[1])
            weights, _ = solve(fitted, codes, False, 1, 1e-4, 1.0, 1.0, classes, 1000, state, 0.1, ones)
            scores = rows @ weights[:, : shared.shape[1]].T + weights[:, -1]
            found[at] = scores[:, 0] > 0 if scores.shape[1] == 1 else scores.argmax(axis=1)
        return found


SYSTEMS: Mapping[str, Any] = {
    "complement-nb": Fitted.complement_nb,
    "centroid": Fitted.centroid,
    "knn": Fitted.knn,
    "ridge": Fitted.ridge,
    "linear-svm": Fitted.linear_svm,
}


def predicted(counts: Counts, labels: Array, train: Array, names: Sequence[str]) -> dict[str, Array]:
    """System to (splits, rows) predictions; train: (splits, rows) whether a row trains."""
    return in_steps(counts, labels, train, {name: SYSTEMS[name] for name in names})


def in_steps(
    counts: Counts, labels: Array, train: Array, systems: Mapping[str, Callable[[Fitted], Array]]
) -> dict[str, Array]:
    """The same of any systems; as many splits at once as memory allows."""
    rows, ngrams = counts.shared.shape
    step = max(1, _NUMBERS_AT_ONCE // (rows * rows + 10 * ngrams if issparse(counts.shared) else rows * ngrams))
    found: dict[str, list[Array]] = {name: [] for name in systems}
    for start in range(0, len(train), step):
        fitted = Fitted(counts, labels, train[start : start + step])
        for name, system in systems.items():
            found[name].append(system(fitted).astype(np.uint8))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def deal(labels: Array, folds: int, rng: np.random.Generator) -> Array:
    """(rows,) the fold that tests each row, dealt to the classes as `StratifiedKFold(shuffle=True)` deals."""
    in_order = np.sort(labels)
    fold = np.empty(len(labels), dtype=np.uint8)
    for code in np.unique(labels):
        hand = np.repeat(np.arange(folds), [np.count_nonzero(in_order[at::folds] == code) for at in range(folds)])
        fold[labels == code] = rng.permutation(hand)
    return fold
