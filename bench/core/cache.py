"""A store on disk for what costs time to make again, found by the digest of everything that it depends on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.core.cache_files import Kind, cache_bound, cache_folder, make_room, note_use
from bench.core.errors import BenchError
from bench.core.files import write_whole
from bench.core.inputs import open_regular

_DIGEST_BYTES = 32


class Store:
    """Bytes by key, one file an entry, its checksum first; a damaged, misplaced or missing entry reads as absent.

    Two processes may write one key at once. All kinds together stay within `cache_bound`: what was used longest ago
    goes first. A folder that cannot be written stores nothing and says nothing: the cache saves time, never changes a
    result. Keys are 64 hex digits, as `digest` gives them.
    Raises BenchError where `$BENCH_CACHE_SIZE` is no size.
    """

    def __init__(self, kind: Kind) -> None:
        cache_bound()
        self.folder = cache_folder() / kind

    def get_bytes(self, key: str) -> bytes | None:
        """What is stored, None where there is nothing or its checksum does not hold."""
        path = self._path(key)
        try:
            with open_regular(path) as file:
                stat, data = os.fstat(file.fileno()), file.read()
        except (OSError, BenchError):
            return None
        payload = data[_DIGEST_BYTES:]
        if data[:_DIGEST_BYTES] != _checksum(key, payload):
            return None
        note_use(path, stat)
        return payload

    def put_bytes(self, key: str, payload: bytes) -> None:
        """Store under a key, unless that would take the whole cache."""
        # A cache that cannot be written saves no time, and changes no result.
        with contextlib.suppress(OSError):
            if not make_room(_DIGEST_BYTES + len(payload)):
                return
            with contextlib.suppress(BenchError):  # what no file may replace lies there
                write_whole(self._path(key), _checksum(key, payload) + payload, tidy=False)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key


def _checksum(key: str, payload: bytes) -> bytes:
    """Over the key too: an entry that was moved to another's place is damage."""
    return hashlib.sha256(key.encode() + payload).digest()


class VectorStore(Store):
    """One float32 vector for each key."""

    def __init__(self, kind: Kind = "vectors") -> None:
        super().__init__(kind)

    def get(self, key: str) -> NDArray[np.float32] | None:
        """The stored vector, None where there is none."""
        payload = self.get_bytes(key)
        if not payload or len(payload) % 4:
            return None
        return np.frombuffer(payload, dtype="<f4").astype(np.float32)

    def put(self, key: str, vector: NDArray[np.float32]) -> None:
        """Store a vector under its key."""
        self.put_bytes(key, np.ascontiguousarray(vector, dtype="<f4").tobytes())


class WordStore(Store):
    """The words of many texts for each key, as JSON."""

    def __init__(self) -> None:
        super().__init__("words")

    def get(self, key: str) -> list[list[str]] | None:
        """The words of each text, None where there are none."""
        payload = self.get_bytes(key)
        if payload is None:
            return None
        words: list[list[str]] = json.loads(payload.decode("utf-8", "surrogatepass"))
        return words

    def put(self, key: str, words: list[list[str]]) -> None:
        """Store the words of each text under a key."""
        text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
        self.put_bytes(key, text.encode("utf-8", "surrogatepass"))
