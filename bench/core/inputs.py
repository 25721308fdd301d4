"""Opens files that a user names for reading: regular files only, so that no read can block or never end."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from bench.core.errors import BenchError
from bench.core.outputs import kind_of


def open_regular(path: Path) -> BinaryIO:
    """Open a file to be read as bytes. Every file that a user names is opened here, so that none can block for ever.

    Raises BenchError for a folder, for a pipe, socket or device, which might be read without end, and for a file whose
    content the system makes up as it is read, as in /proc. Raises OSError for what cannot be opened.
    """
    _refuse_irregular(path, path.stat().st_mode)  # opening a device may do something already
    # Non-blocking: the path might have become a pipe meanwhile, and some files of /proc block until something happens.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    file = open(descriptor, "rb")  # noqa: PTH123, SIM115  of a descriptor; the caller closes it
    try:
        _refuse_irregular(path, os.fstat(descriptor).st_mode)
        _refuse_made_up(path, file)
    except BaseException:
        file.close()
        raise
    return file


def _refuse_made_up(path: Path, file: BinaryIO) -> None:
    descriptor = file.fileno()
    if os.fstat(descriptor).st_size:
        return
    try:
        empty = os.read(descriptor, 1) == b""
    except BlockingIOError:
        empty = False
    if not empty and not os.fstat(descriptor).st_size:
        raise BenchError("is no ordinary file: the system makes up what it holds", place=path)
    os.lseek(descriptor, 0, os.SEEK_SET)  # it may have been written to meanwhile


def check_regular(path: Path) -> None:
    """Raises what `open_regular` would, for a file that others open."""
    open_regular(path).close()


def check_readable(folder: Path, *, most: int = 10_000) -> None:
    """Raises BenchError where a folder that others read holds a pipe or device, or more than `most` entries.

    Links to folders are not followed.
    """
    seen = 0
    for above, folders, names in os.walk(folder):
        seen += len(folders) + len(names)
        if seen > most:
            raise BenchError(f"holds more than {most:,} files and folders; name the one that is meant", place=folder)
        for name in names:
            path = Path(above, name)
            with contextlib.suppress(OSError):  # a link that leads nowhere, and what may not be read
                found = path.stat()
                if not (stat.S_ISREG(found.st_mode) and found.st_size):
                    check_regular(path)


def _refuse_irregular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise BenchError(f"is a {kind_of(mode)}, where a file is needed", place=path)
