"""A store on disk for what costs time to make again, found by the digest of everything that it depends on."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from bench.core.files import write_whole

_DIGEST_BYTES = 32


def cache_folder() -> Path:
    """Where the store lies: `$BENCH_CACHE` if set, else the user's cache folder."""
    chosen = os.environ.get("BENCH_CACHE")
    return Path(chosen) if chosen else user_cache_path("banmian", appauthor=False)


class VectorStore:
    """One float32 vector a key, one small file a vector; a damaged or missing entry reads as absent.

    Two processes may write one key at once.
    A folder that cannot be written stores nothing and says nothing: the cache saves time, never changes a result.
    """

    def __init__(self, name: str) -> None:
        self.folder = cache_folder() / name

    def get(self, key: str) -> NDArray[np.float32] | None:
        """The stored vector, None where there is none or its checksum does not hold."""
        try:
            data = self._path(key).read_bytes()
        except OSError:
            return None
        checksum, payload = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if not payload or hashlib.sha256(payload).digest() != checksum:
            return None
        return np.frombuffer(payload, dtype="<f4").astype(np.float32)

    def put(self, key: str, vector: NDArray[np.float32]) -> None:
        """Store a vector under its key."""
        payload = np.ascontiguousarray(vector, dtype="<f4").tobytes()
        # A cache that cannot be written saves no time, and changes no result.
        with contextlib.suppress(OSError):
            write_whole(self._path(key), hashlib.sha256(payload).digest() + payload)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key
