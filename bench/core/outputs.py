"""What is at a path before it is written: a regular file, a stream to write through, or something that is refused.

Written through, as a shell does: standard output and error by their names (`/dev/stdout`, `/dev/fd/1`), terminals and
other character devices (`/dev/null`), and pipes that somebody reads. The node itself is never replaced.
Refused: folders, links to files, block devices, sockets.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bench.core.errors import BenchError, quoted

_DESCRIPTOR = re.compile(r"/dev/(?P<name>stdout|stderr)|/(?:dev|proc/self)/fd/(?P<number>[0-9]{1,9})", re.ASCII)
_NUMBERS = {"stdout": 1, "stderr": 2}


class FileIsThereError(BenchError):
    """There is a file already where a new one should go."""


def kind_of(mode: int) -> str:
    """The word of messages for a path that is no regular file."""
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "device")


_KINDS = ((stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))


def check_target(path: Path, *, over: bool = True) -> None:
    """Raises BenchError where no file may be written at `path`; over: whether a file that is there may be replaced.

    A link is refused, not followed: neither it nor what it leads to was named to be lost.
    Raises FileIsThereError for a file that is there where it may not be replaced.
    """
    mode = _mode(path)
    if mode is None or is_stream(path):
        return
    if stat.S_ISLNK(mode):
        raise BenchError(f"is a link to {quoted(str(path.readlink()))}; name the file itself", place=path)
    if not stat.S_ISREG(mode):
        raise BenchError(f"is a {kind_of(mode)}, where a file is needed", place=path)
    if not over:
        raise FileIsThereError("is there already and would be lost", place=path)


def _mode(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_stream(path: Path) -> bool:
    """Whether what is written to a path goes through it, so that nothing there can be lost."""
    if _descriptor(path) is not None:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _descriptor(path: Path) -> int | None:
    found = _DESCRIPTOR.fullmatch(str(path))
    return None if found is None else int(found["number"] or _NUMBERS[found["name"]])


@contextmanager
def open_stream(path: Path) -> Iterator[BinaryIO]:
    """A stream for writing, which is not closed for whoever else has it. Raises OSError that names the path.

    Raises BenchError for a pipe that nobody reads: opening it would wait for ever.
    """
    with contextlib.suppress(AttributeError, ValueError, OSError):  # a closed standard output
        sys.stdout.flush()
    with naming(path), open(_opened(path), "wb") as file:
        yield file


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An OSError of the system names `path` in place of the file that the call was given."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def _opened(path: Path) -> int:
    number = _descriptor(path)
    if number is not None:
        return os.dup(number)
    try:
        opened = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise BenchError("is a pipe that nobody reads", place=path) from None
        raise
    os.set_blocking(opened, True)
    return opened
