"""Vectors of many texts: looked up in the store; missing ones are embedded in chunks and stored at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from bench.core.cache import VectorStore
from bench.core.digests import digest
from bench.systems.embedders.base import EmbedderSettings


class Vectors:
    """What is known of many texts' vectors: the store, and what `keep` was given where the store cannot hold it.

    A back end that has failed raises its failure again when its vectors are requested.
    """

    def __init__(self) -> None:
        self._store = VectorStore()
        self._held: dict[str, NDArray[np.float32]] = {}
        self._failures: dict[str, Exception] = {}

    def find(self, backend: EmbedderSettings, texts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are there, by text. Raises what the back end failed with."""
        identity = backend.identity()
        if identity in self._failures:
            raise self._failures[identity]
        found = {}
        for text in dict.fromkeys(texts):
            key = digest([identity, text])
            vector = self._held.get(key)
            if vector is None:
                vector = self._store.get(key)
            if vector is not None:
                found[text] = vector
        return found

    def keep(self, backend: EmbedderSettings, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store the vectors of texts at once, so that a run that is interrupted goes on after them."""
        identity = backend.identity()
        for text, vector in zip(texts, vectors, strict=True):
            key = digest([identity, text])
            self._store.put(key, vector)
            self._held[key] = vector

    def failed(self, backend: EmbedderSettings, failure: Exception) -> None:
        """Remember what the back end failed with."""
        self._failures[backend.identity()] = failure


_known: list[Vectors] = []
"""Those of `held`, the innermost last: whichever thread reads finds what was embedded ahead."""


@contextmanager
def held() -> Iterator[Vectors]:
    """Within the block, kept vectors are found in the whole process, even where the store cannot hold them."""
    vectors = Vectors()
    _known.append(vectors)
    try:
        yield vectors
    finally:
        _known.remove(vectors)


def stored_vectors(backend: EmbedderSettings, texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, dimensions), in order. Equal texts are embedded once, missing ones in this process.

    texts: at least one. Raises ValueError where the back end breaks the contract of `encode`.
    """
    vectors = _known[-1] if _known else Vectors()
    for number, chunk in enumerate(missing_chunks(backend, texts, vectors)):
        vectors.keep(backend, chunk, encoded(backend, number, chunk)[1])
    found = vectors.find(backend, texts)
    return np.array([found[text] for text in texts], dtype=np.float32)


def missing_chunks(backend: EmbedderSettings, texts: Sequence[str], vectors: Vectors) -> list[list[str]]:
    """The texts without a vector, each once, in order, in chunks of the size that the back end asks for."""
    missing = missing_texts(backend, texts, vectors)
    return list(chunks(missing, backend.chunk_texts, backend.chunk_characters))


def missing_texts(backend: EmbedderSettings, texts: Sequence[str], vectors: Vectors | None = None) -> list[str]:
    """Those of the texts, each once, whose vectors are not there. vectors: where to look; left out, in the store."""
    there = (vectors or Vectors()).find(backend, texts)
    return [text for text in dict.fromkeys(texts) if text not in there]


def chunks(texts: Iterable[str], most_texts: int, most_characters: int) -> Iterator[list[str]]:
    """The texts in order, in lists of at most so many texts and characters; a longer text is a list of its own."""
    chunk: list[str] = []
    characters = 0
    for text in texts:
        if chunk and (len(chunk) == most_texts or characters + len(text) > most_characters):
            yield chunk
            chunk, characters = [], 0
        chunk.append(text)
        characters += len(text)
    if chunk:
        yield chunk


def encoded(backend: EmbedderSettings, number: int, texts: Sequence[str]) -> tuple[int, NDArray[np.float32]]:
    """The number of a chunk and its vectors: what is done wherever a chunk is sent.

    Raises ValueError unless the back end gives one row of float32 a text, all finite.
    """
    vectors = backend.encode(texts)
    if vectors.dtype != np.float32 or vectors.ndim != 2 or len(vectors) != len(texts):
        found = f"{vectors.dtype} of shape {vectors.shape}"
        raise ValueError(f"the back end {backend.kind!r} gave {found} for {len(texts)} texts; float32 rows are needed")
    if not np.isfinite(vectors).all():
        raise ValueError(f"the back end {backend.kind!r} gave a vector with a value that is no finite number")
    return number, vectors
