"""Keeps finished tasks of an unfinished system on disk, so that a run that was killed continues from there."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import BenchError
from bench.core.files import write_whole
from bench.core.inputs import open_regular

_CHECKSUM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The finished tasks of one system, found by what identifies its run: a changed run finds none, and starts anew.

    folder: inside the run's folder, deleted when the system is finished. key: digest of the identity.
    """

    folder: Path
    key: str

    def get(self, repeat: int) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
        """Arrays and plain values of a task, None where there is none or its checksum does not hold."""
        try:
            with open_regular(self._path(repeat)) as file:
                data = file.read()
        except (OSError, BenchError):
            return None
        checksum, payload = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
        if self._checksum(repeat, payload) != checksum:
            return None
        try:
            with np.load(io.BytesIO(payload), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            return arrays, dict(json.loads(arrays.pop("values").item()))
        except Exception:  # noqa: BLE001  whatever numpy meets in a payload that `put` did not write
            return None

    def put(self, repeat: int, arrays: Mapping[str, NDArray[Any]], values: Mapping[str, Any]) -> None:
        """Keep a task. Raises OSError where it cannot be written: results could not be either."""
        target = io.BytesIO()
        np.savez(target, allow_pickle=False, values=np.array(json.dumps(values)), **arrays)
        payload = target.getvalue()
        write_whole(self._path(repeat), self._checksum(repeat, payload) + payload)

    def _checksum(self, repeat: int, payload: bytes) -> bytes:
        """Over the key and the repeat, too: a task whose file was moved to another's place is damaged."""
        return hashlib.sha256(f"{self.key} {repeat} ".encode() + payload).digest()

    def _path(self, repeat: int) -> Path:
        return self.folder / f"{self.key[:16]}-{repeat}"
