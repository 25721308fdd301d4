"""Counts how often each n-gram occurs in each text, once for all folds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.systems.encoding import RowIndex

Index: TypeAlias = "NDArray[np.int64]"

_WHITESPACE, _UP_TO_BLANK = re.compile(r"\s\s+"), re.compile(r"[\x00- ]")
_CHUNK = 1 << 20  # tokens that are counted at a time, so that intermediate arrays stay small
_KEYS = 1 << 62  # above all keys of an int64
_COLUMNS = 1 << 31  # above all columns that scipy counts in an int32
_ENTRIES = (1 << 31) - 1  # the most that an int32 counts, which is the type that LIBLINEAR takes
_TABLE = 1 << 26  # up to so many possible keys an array finds columns; above, a hash table does
_SPREAD = 64  # a hash table does, too, above so many possible keys for each key that is there


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Distinct n-grams, sorted as Python sorts strings, each as a number until its name is asked for.

    keys: (terms,) ascending. Written to the base len(tokens) + 1, a key has `longest` digits: the ranks of the n-gram's
    tokens, counted from 1, and then zeros. tokens: (tokens,) strings, sorted; joint: what is put between the tokens of
    an n-gram.
    """

    keys: Index
    tokens: NDArray[Any]
    longest: int
    joint: str

    def __len__(self) -> int:
        return len(self.keys)

    def names(self) -> NDArray[Any]:
        """(terms,) the n-grams."""
        base = len(self.tokens) + 1
        named = np.append(np.array([""], dtype=object), self.tokens)
        digits = [self.keys // base ** (self.longest - place) % base for place in range(1, self.longest + 1)]
        names = named[digits[0]] if digits else np.array([], dtype=object)
        for digit in digits[1:]:
            longer = digit > 0
            names[longer] = names[longer] + self.joint + named[digit[longer]]
        return np.asarray(names, dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class NgramCounts:
    """Counts of n-grams, one row a text, as the three arrays of a compressed sparse row matrix.

    counts: (entries,) how often; columns: (entries,) places in `terms`; starts: (texts + 1,) where each row starts.
    """

    counts: NDArray[np.float64]
    columns: NDArray[np.int32]
    starts: NDArray[np.int32]
    terms: Terms

    def __len__(self) -> int:
        return len(self.starts) - 1

    def matrix(self) -> csr_matrix:
        """(texts, terms) counts."""
        return csr_matrix((self.counts, self.columns, self.starts), shape=(len(self), len(self.terms)))


@dataclass(frozen=True, slots=True, eq=False)
class CountRows(NgramCounts):
    """Counts whose columns ascend in each row, and where each n-gram appears in its text.

    first: (entries,) the place of the n-gram's first occurrence among all n-grams of its text, the shortest n-grams
    first.
    """

    first: NDArray[np.int32]

    def take(self, index: RowIndex) -> Self:
        """The rows of `index`, in its order; the terms stay."""
        if len(index) == len(self) and np.array_equal(index, np.arange(len(self))):
            return self  # with many rows a copy takes much memory
        lengths = np.diff(self.starts)[index]
        ends = lengths.cumsum()
        entries = np.repeat(self.starts[index] - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        starts = np.concatenate([[0], ends]).astype(np.int32)
        return type(self)(self.counts[entries], self.columns[entries], starts, self.terms, self.first[entries])

    def in_order_of_appearance(self) -> NgramCounts:
        """The same rows, the entries of each sorted by where their n-gram first appears in all rows, read in order.

        scikit-learn's `CountVectorizer` numbers n-grams in this order while it learns them.
        """
        if not len(self.columns):
            return self
        earliest = np.zeros(len(self.terms), dtype=np.int32)
        # Where several values are assigned to one place, the last one remains; backwards, that is the first row's.
        earliest[self.columns[::-1]] = np.arange(len(self.columns), dtype=np.int32)[::-1]
        row = np.searchsorted(self.starts, earliest, side="right")
        by_number = np.lexsort((self.first[earliest], row)).astype(np.int32)
        number = np.empty(len(self.terms), dtype=np.int32)
        number[by_number] = np.arange(len(self.terms), dtype=np.int32)
        shape = (len(self), len(self.terms))
        numbered = csr_matrix((self.counts.copy(), number[self.columns], self.starts), shape=shape)
        numbered.sort_indices()
        return NgramCounts(numbered.data, by_number[numbered.indices], self.starts, self.terms)


def count_word_ngrams(documents: Sequence[Sequence[str]], ngrams: tuple[int, int]) -> CountRows:
    """n-grams of words, the words of one joined by a blank, as scikit-learn's `analyzer="word"` has them."""
    words = sorted(set(chain.from_iterable(documents)))
    # n-grams sort as their words do where every character of every word sorts after the blank that joins them.
    plain = all(words) and _UP_TO_BLANK.search("".join(words)) is None
    ngrams = _as_long_as(documents, ngrams)
    if not plain or (len(words) + 1) ** ngrams[1] >= _KEYS:
        return _from_terms([[" ".join(gram) for gram in _windows(of_one, ngrams)] for of_one in documents])
    return _counted(_ranks(documents, words), _lengths(documents), ngrams, np.array(words, dtype=object), " ")


def count_character_ngrams(texts: Sequence[str], ngrams: tuple[int, int]) -> CountRows:
    """n-grams of characters, as scikit-learn's `analyzer="char"` has them: each run of whitespace is one blank."""
    joined = "".join(texts)
    if _WHITESPACE.search(joined):
        texts = [_WHITESPACE.sub(" ", text) for text in texts]
        joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    there = np.zeros(points.max(initial=0) + 1, dtype=bool)
    there[points] = True
    alphabet = np.flatnonzero(there)
    ngrams = _as_long_as(texts, ngrams)
    if (len(alphabet) + 1) ** ngrams[1] >= _KEYS:
        return _from_terms([["".join(gram) for gram in _windows(text, ngrams)] for text in texts])
    ranks = there.cumsum(dtype=np.int32)[points].astype(np.int64)
    tokens = np.array(list(map(chr, alphabet.tolist())), dtype=object)
    return _counted(ranks, _lengths(texts), ngrams, tokens, "")


def _as_long_as(documents: Sequence[Sequence[str]], ngrams: tuple[int, int]) -> tuple[int, int]:
    """The shortest and longest n-gram that can occur: none is longer than the longest text."""
    return ngrams[0], min(ngrams[1], max(map(len, documents), default=0))


def _windows(tokens: Sequence[str], ngrams: tuple[int, int]) -> Iterator[tuple[str, ...]]:
    """All n-grams of the tokens, the shortest first; there is none with more tokens than there are."""
    low, high = ngrams
    for n in range(low, min(high, len(tokens)) + 1):
        yield from zip(*(tokens[offset:] for offset in range(n)), strict=False)


def _from_terms(documents: Sequence[Sequence[str]]) -> CountRows:
    """Counts of n-grams that are given as strings, a list for each text: slower, but for any length and characters."""
    terms = sorted(set(chain.from_iterable(documents)))
    return _counted(_ranks(documents, terms), _lengths(documents), (1, 1), np.array(terms, dtype=object), "")


def _ranks(documents: Sequence[Sequence[str]], tokens: Sequence[str]) -> Index:
    rank = {token: at for at, token in enumerate(tokens, start=1)}
    return np.fromiter(map(rank.__getitem__, chain.from_iterable(documents)), np.int64, sum(map(len, documents)))


def _lengths(documents: Sequence[Sequence[str]]) -> Index:
    return np.array(list(map(len, documents)), dtype=np.int64)


def _counted(ranks: Index, lengths: Index, ngrams: tuple[int, int], tokens: NDArray[Any], joint: str) -> CountRows:
    """Counts of the n-grams of texts. ranks: (tokens of all texts,) from 1, text after text; lengths: (texts,)."""
    ends = lengths.cumsum()
    base, high = len(tokens) + 1, ngrams[1]
    ranks = ranks.astype(np.int32 if base**high < _COLUMNS else np.int64)
    parts = []
    start = 0
    while start < len(lengths):
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _CHUNK, side="right")), start + 1)
        parts.append(_of_chunk(ranks[before : ends[stop - 1]], lengths[start:stop], ngrams, base))
        start = stop
    counts = np.concatenate([part.data for part in parts]) if parts else np.zeros(0)
    first = np.concatenate([part.first for part in parts]) if parts else np.zeros(0, dtype=np.int32)
    if len(counts) > _ENTRIES:
        raise ValueError(f"{len(counts)} counts of n-grams, and matrices hold {_ENTRIES} at most: take fewer texts")
    sizes = np.concatenate([[0], *(np.diff(part.indptr) for part in parts)])
    keys = np.concatenate([part.keys for part in parts]) if parts else np.zeros(0, dtype=np.int64)
    del parts
    distinct, columns = _places(keys, base**high)
    return CountRows(counts, columns, sizes.cumsum().astype(np.int32), Terms(distinct, tokens, high, joint), first)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Counts of some texts. keys: (entries,) of n-grams, ascending in a text; data, indptr: as in scipy.

    first: (entries,) as in `CountRows`.
    """

    keys: NDArray[np.integer[Any]]
    data: NDArray[np.float64]
    first: NDArray[np.int32]
    indptr: NDArray[np.int32]


def _of_chunk(ranks: NDArray[np.integer[Any]], lengths: Index, ngrams: tuple[int, int], base: int) -> _Chunk:
    low, high = ngrams
    to_end = np.repeat(lengths.cumsum(), lengths) - np.arange(len(ranks))
    # Entry (token, n) is the n-gram that starts with the token; in this order all n-grams of a text are together.
    grid = np.zeros((len(ranks), max(high - low + 1, 0)), dtype=ranks.dtype)
    there = np.zeros(grid.shape, dtype=bool)
    key = np.zeros(len(ranks), dtype=ranks.dtype)
    # The place of each n-gram among those of its text, the shortest n-grams first.
    occurrence = np.zeros(grid.shape, dtype=np.int32)
    place = (np.repeat(lengths, lengths) - to_end).astype(np.int32)
    for n in range(1, min(high, len(ranks)) + 1):
        key[: len(ranks) - n + 1] += ranks[n - 1 :] * ranks.dtype.type(base ** (high - n))
        if n >= low:
            grid[:, n - low] = key
            there[:, n - low] = to_end >= n
            occurrence[:, n - low] = place
            place += np.repeat(np.maximum(lengths - n + 1, 0), lengths).astype(np.int32)
    of_text = np.zeros(len(lengths), dtype=np.int64)
    for n in range(low, high + 1):
        of_text += np.maximum(lengths - n + 1, 0)
    keys, occurrences = grid[there], occurrence[there]
    starts = np.concatenate([[0], of_text.cumsum()]).astype(np.int32)
    if base**high < _COLUMNS:
        distinct, columns, width = None, keys, base**high
    else:
        distinct, columns = _places(keys, base**high)
        width = len(distinct)
    matrix = csr_matrix((occurrences, columns, starts), shape=(len(lengths), width))
    matrix.sort_indices()
    # Where another n-gram or another text begins.
    begins = np.ones(len(columns), dtype=bool)
    np.not_equal(matrix.indices[1:], matrix.indices[:-1], out=begins[1:])
    begins[starts[:-1][np.diff(starts) > 0]] = True
    at = np.flatnonzero(begins)
    counts = np.diff(at, append=len(columns)).astype(np.float64)
    first = np.minimum.reduceat(matrix.data, at) if at.size else matrix.data
    ends = np.concatenate([[0], begins.cumsum(dtype=np.int32)])[starts]
    found = matrix.indices[at]
    return _Chunk(found if distinct is None else distinct[found], counts, first, ends)


def _places(keys: NDArray[np.integer[Any]], size: int) -> tuple[Index, NDArray[np.int32]]:
    """The distinct keys, ascending, and the place of each key among them. size: all keys are below it."""
    if size > min(_TABLE, _SPREAD * len(keys)):
        import pyarrow as pa

        coded = pa.array(keys).dictionary_encode()
        found = coded.dictionary.to_numpy(zero_copy_only=False)
        order = np.argsort(found)
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order))
        return found[order], place[coded.indices.to_numpy(zero_copy_only=False)]
    there = np.zeros(size, dtype=bool)
    there[keys] = True
    distinct = np.flatnonzero(there)
    place = np.empty(size, dtype=np.int32)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[keys]
