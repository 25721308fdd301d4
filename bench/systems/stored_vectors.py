"""Vectors of many texts: those in the store are looked up, the missing ones embedded in chunks and stored at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.core.cache import VectorStore
from bench.core.digests import digest
from bench.systems.embedders.base import EmbedderSettings


def stored_vectors(backend: EmbedderSettings, texts: Sequence[str]) -> NDArray[np.float32]:
    """(texts, dimensions), in order. Equal texts are embedded once.

    A chunk's vectors are stored before the next chunk begins, so that a run that was interrupted goes on from there.
    texts: at least one. Raises ValueError where the back end breaks the contract of `encode`.
    """
    store = VectorStore()
    identity = backend.identity()
    keys = {text: digest([identity, text]) for text in dict.fromkeys(texts)}
    vectors = {text: vector for text, key in keys.items() if (vector := store.get(key)) is not None}
    missing = [text for text in keys if text not in vectors]
    for chunk in chunks(missing, backend.chunk_texts, backend.chunk_characters):
        for text, vector in zip(chunk, checked_vectors(backend, chunk), strict=True):
            store.put(keys[text], vector)
            vectors[text] = vector
    return np.array([vectors[text] for text in texts], dtype=np.float32)


def missing_texts(backend: EmbedderSettings, texts: Sequence[str]) -> list[str]:
    """Those of the texts, each once, whose vectors are not stored."""
    store, identity = VectorStore(), backend.identity()
    return [text for text in dict.fromkeys(texts) if store.get(digest([identity, text])) is None]


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


def checked_vectors(backend: EmbedderSettings, texts: Sequence[str]) -> NDArray[np.float32]:
    """What the back end gives for one chunk. Raises ValueError unless that is one row of float32 a text, all finite."""
    vectors = backend.encode(texts)
    if vectors.dtype != np.float32 or vectors.ndim != 2 or len(vectors) != len(texts):
        found = f"{vectors.dtype} of shape {vectors.shape}"
        raise ValueError(f"the back end {backend.kind!r} gave {found} for {len(texts)} texts; float32 rows are needed")
    if not np.isfinite(vectors).all():
        raise ValueError(f"the back end {backend.kind!r} gave a vector with a value that is no finite number")
    return vectors
