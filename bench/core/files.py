"""Files that are written whole or not at all, and the check that a path leads to a file."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from bench.core.errors import BenchError


class FileIsThereError(BenchError):
    """A file stands where a new one should go."""


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a reader sees the old file or the new one, never a part.

    Makes the folders above it. A new file gets the permissions of any new file (the umask's), a replaced one keeps its
    own. Two processes may write one path at once; the last one stands.
    Raises OSError that names the path, with no neighbour file and no new folder left behind.
    """
    with leaving_nothing(path):
        neighbour = _staged(path, data)
        try:
            os.replace(neighbour, path)
        except BaseException:
            neighbour.unlink(missing_ok=True)
            raise


@contextmanager
def open_whole(path: Path) -> Iterator[TextIO]:
    """A stream of UTF-8 text that becomes the file `path` where the block ends well, and nothing where it fails.

    Makes the folders above it. Raises OSError that names the path.
    """
    with leaving_nothing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        neighbour = path.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with neighbour.open("x", encoding="utf-8", newline="") as file:
                yield file
            with contextlib.suppress(FileNotFoundError):
                neighbour.chmod(stat.S_IMODE(path.stat().st_mode))
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
    """The data in a new file beside `path`, with the permissions that `path` has or would get."""
    path.parent.mkdir(parents=True, exist_ok=True)
    neighbour = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with neighbour.open("xb") as file:
            file.write(data)
        with contextlib.suppress(FileNotFoundError):
            neighbour.chmod(stat.S_IMODE(path.stat().st_mode))
    except BaseException:
        neighbour.unlink(missing_ok=True)
        raise
    return neighbour


@contextmanager
def leaving_nothing(path: Path) -> Iterator[None]:
    """Where the block fails, the folders that it made above `path` go, and an OSError names `path`."""
    made: list[Path] = []
    try:
        made = [folder for folder in path.parents if not folder.exists()]
        yield
    except BaseException as error:
        for folder in made:  # the deepest first; one that is not empty stays
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError) and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(path)) from error
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


def open_regular(path: Path) -> BinaryIO:
    """Open a file to be read as bytes: every file that a user names comes through here, and none of them can hang.

    Raises BenchError for a folder, for a pipe, socket or device, which might be read without end, and for a file whose
    content the system makes up as it is read, as in /proc. Raises OSError for what cannot be opened.
    """
    _refuse_irregular(path, path.stat().st_mode)  # opening a device may do something already
    # Without waiting: it might have become a pipe meanwhile, and some files of /proc wait for what is still to happen.
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


def check_folder(folder: Path, *, most: int = 10_000) -> None:
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
    if stat.S_ISDIR(mode):
        raise BenchError("is a folder, where a file is needed", place=path)
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "device")
        raise BenchError(f"is a {kind}, where a file is needed", place=path)


_KINDS = ((stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))
