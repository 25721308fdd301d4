"""A store on disk for what costs time to make again, found by the digest of everything that it depends on."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

_DIGEST_BYTES = 32


def cache_folder() -> Path:
    """Where the store lies: `$BENCH_CACHE` if set, else the user's cache folder."""
    chosen = os.environ.get("BENCH_CACHE")
    return Path(chosen) if chosen else user_cache_path("banmian", appauthor=False)


def digest(parts: Sequence[str | bytes]) -> str:
    """SHA-256 over the parts, each with its length, as 64 hex digits: no two lists of parts run together.

    >>> digest(["ab", "c"]) == digest(["a", "bc"])
    False
    """
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(f"{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()


class VectorStore:
    """One float32 vector a key, one small file a vector; a damaged or missing entry reads as absent.

    Two processes may write one key at once: each writes a neighbour file and puts it in place whole.
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
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as neighbour:
                neighbour.write(hashlib.sha256(payload).digest() + payload)
            os.replace(neighbour.name, path)
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key
