"""Texts for a chat model, unchanged, together with all that is known before folds are sent out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from bench.systems.chat.answers import Answer
from bench.systems.encoding import Features, RowIndex
from bench.systems.servers.usage import ServerUsage


@dataclass(frozen=True, slots=True)
class ChatRows:
    """Texts, one a row.

    texts: (rows,) of str; counts: (rows, columns) of their characters and pairs of them, None where examples are
    not chosen by nearness.
    classes: names of all classes in the order of their codes; descriptions: of some of them, in words; both empty
    where nobody gave any. answers: by the digest of the request, the answers from before folds were sent out. served:
    what these took.
    """

    texts: NDArray[np.object_]
    counts: csr_matrix | None
    classes: tuple[str, ...] = ()
    descriptions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    served: tuple[ServerUsage, ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows, and 1, as a text is one feature."""
        return len(self.texts), 1

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order."""
        counts = None if self.counts is None else self.counts[index]
        return replace(self, texts=self.texts[index], counts=counts)


class Texts(Features):
    """The texts themselves, for a classifier that reads them. counted: whether it looks for the nearest ones."""

    def __init__(self, counted: bool = False) -> None:
        self.counted = counted

    def encode(self, texts: Sequence[str]) -> ChatRows:
        """The texts, and the counts of their characters where these are asked for."""
        held = np.empty(len(texts), dtype=object)
        held[:] = list(texts)
        return ChatRows(held, _characters().transform(texts) if self.counted else None)

    def fit_rows(self, rows: ChatRows) -> Self:
        """Nothing is learnt."""
        del rows
        return self

    def transform_rows(self, rows: ChatRows) -> Any:
        """The rows themselves: a classifier of texts needs no matrix."""
        return rows

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _characters() -> HashingVectorizer:
    """A vectorizer that looks at each text alone: columns are hashes of characters."""
    return HashingVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False, norm=None, alternate_sign=False)
