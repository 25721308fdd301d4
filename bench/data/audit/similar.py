"""Equal texts, and all pairs of similar ones: the exact Jaccard join of character 3-grams."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Index: TypeAlias = "NDArray[np.int64]"
Matrix: TypeAlias = Any  # scipy ships no types

SHINGLE = 3
"""Characters of a shingle. Three Unicode code points of 21 bits fill one 64-bit key, so that no two share a key."""

_CANDIDATES = 4_000_000
_SLACK = 1e-9  # float products such as 0.7 * 10 may lie just above the whole number meant


def bare(text: str) -> str:
    """What is compared: NFKC, lower case, letters and digits alone.

    >>> bare("《ＧＩＳ》, 与 GPS")
    'gis与gps'
    """
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def groups_of_equal_texts(texts: Sequence[str]) -> list[list[int]]:
    """Rows of texts that are equal once bare, two or more a group, in data order; marks alone count as they are."""
    groups: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        groups.setdefault(bare(text) or text, []).append(row)
    return [rows for rows in groups.values() if len(rows) > 1]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of texts, `first` before `second`, with their Jaccard similarity; arrays of one length."""

    first: Index
    second: Index
    similarity: NDArray[np.float64]


def similar_pairs(texts: Sequence[str], threshold: float) -> Iterator[Pairs]:
    """Every pair of texts whose sets of character 3-grams have a Jaccard similarity of `threshold` or more, in parts.

    texts: distinct, as `bare` gives them; one of fewer than 3 characters has no 3-gram and is in no pair.
    threshold: above 0 to 1.

    Exact, with no hashing and no chance: two sets that are so similar share a 3-gram among the rarest
    size - ceil(threshold * size) + 1 of each (prefix filtering: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and
    Srikant 2007). A sparse product of these few finds all candidates; the similarity of each is then counted in full.
    Work grows with the candidates: rows of one template, n of them, are n * n / 2 pairs.
    """
    shingles = _shingles(texts)
    sizes = np.diff(shingles.indptr).astype(np.int64)
    prefixes = _prefixes(shingles, sizes, threshold)
    bounds = _Bounds(sizes, prefixes, threshold)
    columns = prefixes.T.tocsr()
    for start, end in _parts(prefixes, columns):
        candidates = (prefixes[start:end] @ columns).tocoo()
        first, second = candidates.row.astype(np.int64) + start, candidates.col.astype(np.int64)
        kept = (first < second) & bounds.allow(first, second, candidates.data)
        first, second = first[kept], second[kept]
        if len(first):
            shared = np.asarray(shingles[first].multiply(shingles[second]).sum(axis=1)).ravel()
            similarity = shared / (sizes[first] + sizes[second] - shared)
            kept = similarity >= threshold - _SLACK
            yield Pairs(first[kept], second[kept], similarity[kept])


class _Bounds:
    """Bounds on the similarity of two texts from their sizes and the 3-grams that their prefixes share."""

    def __init__(self, sizes: Index, prefixes: Matrix, threshold: float) -> None:
        lengths = np.diff(prefixes.indptr)
        self.sizes = sizes
        self.threshold = threshold
        self.rest = sizes - lengths
        self.last = np.full(len(sizes), -1, dtype=np.int64)
        self.last[lengths > 0] = prefixes.indices[prefixes.indptr[1:][lengths > 0] - 1]

    def allow(self, first: Index, second: Index, shared: Index) -> NDArray[np.bool_]:
        """Whether pairs whose prefixes share so many 3-grams can be similar.

        Of the prefix that ends at the rarer 3-gram, all that the other text holds is shared already; of that text's
        other 3-grams, at most all are.
        """
        own, other = self.sizes[first], self.sizes[second]
        ends_first = self.last[first] <= self.last[second]
        most = shared + np.where(ends_first, self.rest[first], self.rest[second])
        of_size = np.minimum(own, other) >= self.threshold * np.maximum(own, other) - _SLACK
        needed = self.threshold / (1 + self.threshold) * (own + other)
        return np.asarray(of_size & (most >= needed - _SLACK))


def _shingles(texts: Sequence[str]) -> Matrix:
    """(texts, distinct 3-grams) matrix of ones, columns from the rarest 3-gram to the most frequent."""
    import scipy.sparse as sp

    characters = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    counts = np.maximum(lengths - SHINGLE + 1, 0)
    row = np.repeat(np.arange(len(texts), dtype=np.int64), counts)
    within = np.arange(counts.sum(), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    start = within + np.repeat(np.cumsum(lengths) - lengths, counts)
    key = np.zeros(len(start), dtype=np.uint64)
    for offset in range(SHINGLE):
        key = (key << np.uint64(21)) | characters[start + offset]
    found, column, frequency = np.unique(key, return_inverse=True, return_counts=True)
    rank = np.empty(len(found), dtype=np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(len(found))
    ones = np.ones(len(row), dtype=np.int32)
    matrix = sp.csr_matrix((ones, (row, rank[column])), shape=(len(texts), max(1, len(found))))
    matrix.data[:] = 1  # a 3-gram that appears twice in a text was summed
    matrix.sort_indices()
    return matrix


def _prefixes(shingles: Matrix, sizes: Index, threshold: float) -> Matrix:
    """The rarest 3-grams of each text: so many that a similar text must have at least one of them."""
    import scipy.sparse as sp

    wanted = np.where(sizes > 0, sizes - np.ceil(threshold * sizes - _SLACK).astype(np.int64) + 1, 0)
    place = np.arange(shingles.nnz) - np.repeat(shingles.indptr[:-1], sizes)
    kept = place < np.repeat(wanted, sizes)
    ends = np.concatenate([[0], np.cumsum(wanted)])
    return sp.csr_matrix((shingles.data[kept], shingles.indices[kept], ends), shape=shingles.shape)


def _parts(prefixes: Matrix, columns: Matrix) -> Iterator[tuple[int, int]]:
    """Ranges of texts whose candidates fit into memory."""
    frequency = np.diff(columns.indptr).astype(np.int64)
    cost = np.concatenate([[0], np.cumsum(frequency[prefixes.indices])])[prefixes.indptr]
    start, texts = 0, prefixes.shape[0]
    while start < texts:
        end = max(start + 1, int(np.searchsorted(cost, cost[start] + _CANDIDATES, side="right")) - 1)
        yield start, end
        start = end
