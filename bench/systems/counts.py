"""How often each n-gram stands in each text, counted once for all folds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.systems.reading import RowIndex

Index: TypeAlias = "NDArray[np.int64]"

_BITS = 21  # of a code point plus one; three of them fit 64 bits
_LONGEST_PACKED = 3
_WHITESPACE = re.compile(r"\s\s+")


@dataclass(frozen=True, slots=True)
class CountRows:
    """Counts of n-grams, one row a text.

    counts: (texts, terms), sorted columns; terms: (terms,) the n-grams, sorted as Python sorts strings.
    """

    counts: csr_matrix
    terms: NDArray[Any]

    def __len__(self) -> int:
        return int(self.counts.shape[0])

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order; the terms stay."""
        return replace(self, counts=self.counts[index])


def count_word_ngrams(documents: Sequence[Sequence[str]], ngrams: tuple[int, int]) -> CountRows:
    """n-grams of words, the words of one joined by a blank, as scikit-learn's `analyzer="word"` has them."""
    return _from_terms([[" ".join(gram) for gram in _windows(words, ngrams)] for words in documents])


def count_character_ngrams(texts: Sequence[str], ngrams: tuple[int, int]) -> CountRows:
    """n-grams of characters, as scikit-learn's `analyzer="char"` has them: each run of whitespace is one blank."""
    texts = [_WHITESPACE.sub(" ", text) for text in texts]
    if ngrams[1] <= _LONGEST_PACKED:
        return _packed(texts, ngrams)
    return _from_terms([["".join(gram) for gram in _windows(text, ngrams)] for text in texts])


def _windows(tokens: Sequence[str], ngrams: tuple[int, int]) -> Iterator[tuple[str, ...]]:
    """All runs of neighbouring tokens, the shortest first; a run longer than all of them is nowhere."""
    low, high = ngrams
    for n in range(low, min(high, len(tokens)) + 1):
        yield from zip(*(tokens[offset:] for offset in range(n)), strict=False)


def _from_terms(documents: Sequence[Sequence[str]]) -> CountRows:
    """Counts of n-grams that are given one by one, a list a text."""
    code: dict[str, int] = {}
    columns = np.array([code.setdefault(term, len(code)) for terms in documents for term in terms], dtype=np.int64)
    lengths = np.array([len(terms) for terms in documents], dtype=np.int64)
    terms = sorted(code)
    rank = np.empty(len(terms), dtype=np.int64)
    rank[[code[term] for term in terms]] = np.arange(len(terms))
    rows = np.repeat(np.arange(len(documents)), lengths)
    return CountRows(_counted(rows, rank[columns], (len(documents), len(terms))), np.array(terms, dtype=object))


def _packed(texts: Sequence[str], ngrams: tuple[int, int]) -> CountRows:
    """Every n-gram as one integer, its code points plus one side by side, zeros behind: they sort as strings do."""
    low, high = ngrams
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64) + 1
    row_of = np.repeat(np.arange(len(texts)), lengths)
    to_end = np.repeat(lengths.cumsum(), lengths) - np.arange(len(points))
    keys, rows = [], []
    for n in range(low, high + 1):
        starts = np.flatnonzero(to_end >= n)
        packed = np.zeros(len(starts), dtype=np.int64)
        for offset in range(n):
            packed |= points[starts + offset] << (_BITS * (high - 1 - offset))
        keys.append(packed)
        rows.append(row_of[starts])
    distinct, columns = np.unique(np.concatenate(keys), return_inverse=True)
    terms = _unpacked(distinct, high)
    return CountRows(_counted(np.concatenate(rows), columns, (len(texts), len(terms))), terms)


def _unpacked(keys: Index, high: int) -> NDArray[Any]:
    """(keys,) the n-grams that integers of up to `high` characters stand for."""
    shifts = _BITS * np.arange(high - 1, -1, -1)
    points = (keys[:, np.newaxis] >> shifts) & (2**_BITS - 1)
    # One string of them all is decoded at once and cut up: a numpy string would lose a NUL at its end.
    joined = (points[points > 0] - 1).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    ends = (points > 0).sum(axis=1).cumsum().tolist()
    return np.array([joined[start:end] for start, end in pairwise([0, *ends])], dtype=object)


def _counted(rows: Index, columns: Index, shape: tuple[int, int]) -> csr_matrix:
    cells, counts = np.unique(rows * max(shape[1], 1) + columns, return_counts=True)
    row, column = np.divmod(cells, max(shape[1], 1))
    starts = np.concatenate([[0], np.bincount(row, minlength=shape[0]).cumsum()])
    return csr_matrix((counts.astype(np.float64), column.astype(np.int32), starts.astype(np.int32)), shape=shape)
