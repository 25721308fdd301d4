"""How often each n-gram stands in each text, counted once for all folds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    code: dict[str, int] = {}
    rows, columns = [], []
    for row, words in enumerate(documents):
        found = [code.setdefault(term, len(code)) for term in _word_ngrams(words, ngrams)]
        rows.append(np.full(len(found), row))
        columns.append(np.array(found, dtype=np.int64))
    return _sorted_rows(code, np.concatenate(rows), np.concatenate(columns), len(documents))


def _word_ngrams(words: Sequence[str], ngrams: tuple[int, int]) -> list[str]:
    low, high = ngrams
    return [" ".join(words[at : at + n]) for n in range(low, high + 1) for at in range(len(words) - n + 1)]


def count_character_ngrams(texts: Sequence[str], ngrams: tuple[int, int]) -> CountRows:
    """n-grams of characters, as scikit-learn's `analyzer="char"` has them: each run of whitespace is one blank."""
    texts = [_WHITESPACE.sub(" ", text) for text in texts]
    if ngrams[1] <= _LONGEST_PACKED:
        return _packed(texts, ngrams)
    code: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        low, high = ngrams
        terms = [text[at : at + n] for n in range(low, high + 1) for at in range(len(text) - n + 1)]
        rows.append(np.full(len(terms), row))
        columns.append(np.array([code.setdefault(term, len(code)) for term in terms], dtype=np.int64))
    return _sorted_rows(code, np.concatenate(rows), np.concatenate(columns), len(texts))


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
    terms = np.array([_unpacked(int(key), high) for key in distinct], dtype=object)
    return CountRows(_counted(np.concatenate(rows), columns, (len(texts), len(terms))), terms)


def _unpacked(key: int, high: int) -> str:
    points = [(key >> (_BITS * (high - 1 - offset))) & (2**_BITS - 1) for offset in range(high)]
    return "".join(chr(point - 1) for point in points if point)


def _sorted_rows(code: dict[str, int], rows: Index, columns: Index, n_texts: int) -> CountRows:
    terms = sorted(code)
    rank = np.empty(len(terms), dtype=np.int64)
    rank[[code[term] for term in terms]] = np.arange(len(terms))
    counts = _counted(rows, rank[columns], (n_texts, len(terms)))
    return CountRows(counts, np.array(terms, dtype=object))


def _counted(rows: Index, columns: Index, shape: tuple[int, int]) -> csr_matrix:
    cells, counts = np.unique(rows * max(shape[1], 1) + columns, return_counts=True)
    row, column = np.divmod(cells, max(shape[1], 1))
    starts = np.concatenate([[0], np.bincount(row, minlength=shape[0]).cumsum()])
    return csr_matrix((counts.astype(np.float64), column.astype(np.int32), starts.astype(np.int32)), shape=shape)
