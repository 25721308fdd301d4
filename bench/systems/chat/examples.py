"""Which labelled texts a chat model is shown: taken from training rows only, the nearest or at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer

from bench.systems.chat.rows import ChatRows

_ROWS_AT_ONCE = 256


def nearest(train: ChatRows, test: ChatRows, count: int) -> NDArray[np.intp]:
    """(test rows, examples) places of the training rows nearest by the cosine of their characters, the nearest last.

    Characters and pairs of them are weighed by TF-IDF, learnt from the training rows alone. Of equally near ones the
    earlier row is nearer. `count` of them, or all there are.
    """
    if train.counts is None or test.counts is None:
        raise ValueError("rows without counts have no nearest ones")
    if not len(test):
        return np.zeros((0, min(count, len(train))), dtype=np.intp)
    weights = TfidfTransformer(sublinear_tf=True).fit(train.counts)
    known, asked = weights.transform(train.counts), weights.transform(test.counts)
    found = []
    for start in range(0, len(test), _ROWS_AT_ONCE):
        cosines = (asked[start : start + _ROWS_AT_ONCE] @ known.T).toarray()
        found.append(np.argsort(-cosines, axis=1, kind="stable")[:, :count][:, ::-1])
    return np.concatenate(found)


def at_random(labels: NDArray[np.integer], count: int, random_state: int) -> NDArray[np.intp]:
    """(examples,) places of training rows, drawn class by class in turn, so that no class is shown twice before all.

    labels: (training rows,). `count` of them, or all there are.

    >>> labels = np.array([0, 0, 0, 0, 1, 2])
    >>> sorted(labels[at_random(labels, 3, random_state=0)].tolist())
    [0, 1, 2]
    """
    shuffled = np.random.default_rng(random_state).permutation(len(labels))
    turn = np.empty(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        of_label = shuffled[labels[shuffled] == label]
        turn[of_label] = np.arange(len(of_label))
    return shuffled[np.argsort(turn[shuffled], kind="stable")][:count]
