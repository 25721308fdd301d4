"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.core.errors import BenchError


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a reader sees the old file or the new one, never a part.

    Makes the folders above it. Two processes may write one path at once; the last one stands.
    Raises OSError, with no neighbour file left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as neighbour:
            neighbour.write(data)
        # mkstemp gives a file that only its owner reads; results are for sharing.
        Path(name).chmod(0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def check_writable(folder: Path) -> None:
    """Raises BenchError where no file can be put into a folder, which need not exist yet: before hours of work."""
    for above in (folder, *folder.parents):
        if above.exists():
            if not above.is_dir():
                raise BenchError("is a file, where a folder is needed", place=above)
            if not os.access(above, os.W_OK | os.X_OK):
                raise BenchError("cannot be written: no permission", place=above)
            return


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder against every other process that asks so; the system lets go of it whatever ends this one.

    Makes the folder. Raises BenchError where another process holds it.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        text = "another bench writes here just now; wait for it, or take another folder with --results"
        raise BenchError(text, place=folder) from None
    try:
        yield
    finally:
        lock.release()
