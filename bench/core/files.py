"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from bench.core.errors import BenchError


class FileIsThereError(BenchError):
    """A file stands where a new one should go."""


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a reader sees the old file or the new one, never a part.

    Makes the folders above it. Two processes may write one path at once; the last one stands.
    Raises OSError, with no neighbour file left behind.
    """
    neighbour = _staged(path, data)
    try:
        os.replace(neighbour, path)
    except BaseException:
        neighbour.unlink(missing_ok=True)
        raise


def write_together(files: Mapping[Path, bytes], *, over: bool = False) -> None:
    """Put several files in place, all of them or none.

    over: whether files that are there may be replaced. Every file is first written beside its place, so that a full
    disk is met before any is seen. Raises FileIsThereError for a file that is there already and OSError otherwise;
    what was there before then stands as it was.
    """
    for path in files:
        if path.exists() and not over:
            raise FileIsThereError("is there already and would be lost", place=path)
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    with ExitStack() as staged, ExitStack() as undo:
        neighbours = {}
        for path, data in files.items():
            neighbours[path] = _staged(path, data)
            staged.callback(neighbours[path].unlink, missing_ok=True)
        for path, neighbour in neighbours.items():
            _put(neighbour, path, over=over)
            undo.callback(_restore, path, before[path])
        undo.pop_all()


def _put(neighbour: Path, path: Path, *, over: bool) -> None:
    if over:
        os.replace(neighbour, path)
        return
    try:
        os.link(neighbour, path)  # fails where another process was faster; a rename would write over its file
    except FileExistsError:
        raise FileIsThereError("is there already and would be lost", place=path) from None
    except OSError:  # a file system without links
        os.replace(neighbour, path)


def _restore(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, data)


def _staged(path: Path, data: bytes) -> Path:
    """The data in a new file beside `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as neighbour:
            neighbour.write(data)
        # mkstemp gives a file that only its owner reads; results are for sharing.
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
