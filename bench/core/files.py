"""Files that are written whole or not at all, and folders that can be written into."""

from __future__ import annotations

import contextlib
import io
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from bench.core.errors import BenchError
from bench.core.outputs import FileIsThereError, check_target, is_stream, naming, open_stream
from bench.core.temporary_files import clear, neighbour


def write_whole(path: Path, data: bytes, *, tidy: bool = True) -> None:
    """Put `data` at `path` in one step: a reader sees the old file or the new one, never a part.

    Makes the folders above it. A new file gets the permissions of any new file (the umask's), a replaced one keeps its
    own. Two processes may write one path at once; the last one wins. A stream is written through.
    tidy: whether what killed processes left beside the file goes; the cache, of many thousand files, sees to its own.
    Raises OSError that names the path, with no neighbour file and no new folder left behind, and BenchError for what no
    file may replace.
    """
    if is_stream(path):
        with open_stream(path) as stream:
            stream.write(data)
        return
    check_target(path)
    with leaving_nothing(path), _staged(path, data, tidy=tidy) as staged:
        os.replace(staged, path)


@contextmanager
def open_whole(path: Path) -> Iterator[TextIO]:
    """A stream of UTF-8 text that becomes the file `path` where the block ends well, and nothing where it fails.

    Makes the folders above it. What is a stream already gets the text as it comes.
    Raises OSError that names the path, and BenchError for what no file may replace.
    """
    if is_stream(path):
        with open_stream(path) as stream, io.TextIOWrapper(stream, encoding="utf-8", newline="") as text:
            yield text
        return
    check_target(path)
    with leaving_nothing(path), _beside(path) as (staged, descriptor):
        with open(descriptor, "w", encoding="utf-8", newline="", closefd=False) as file:
            yield file
        _keep_mode(path, staged)
        os.replace(staged, path)


def write_together(files: Mapping[Path, bytes], *, over: bool = False) -> None:
    """Put several files in place, all of them or none.

    over: whether files that are there may be replaced. Every file is first written beside its place, so that a full
    disk is met before any is seen. Streams are written through, last.
    Raises FileIsThereError for a file that is there already, BenchError for what no file may replace, and OSError
    otherwise; what was there before then is unchanged.
    """
    for path in files:
        check_target(path, over=over)
    streams = {path: data for path, data in files.items() if is_stream(path)}
    stored = {path: data for path, data in files.items() if path not in streams}
    before = {path: path.read_bytes() if path.exists() else None for path in stored}
    with ExitStack() as staged, ExitStack() as undo:
        neighbours = {}
        for path, data in stored.items():
            staged.enter_context(_without_new_folders(path))
            with naming(path):
                neighbours[path] = staged.enter_context(_staged(path, data))
        for path, file in neighbours.items():
            with naming(path):
                _put(file, path, over=over)
            undo.callback(_restore, path, before[path])
        for path, data in streams.items():
            write_whole(path, data)
        undo.pop_all()


def _put(file: Path, path: Path, *, over: bool) -> None:
    if over:
        os.replace(file, path)
        return
    try:
        os.link(file, path)  # fails where another process was faster; a rename would write over its file
    except FileExistsError:
        raise FileIsThereError("is there already and would be lost", place=path) from None
    except OSError:  # a file system without links
        os.replace(file, path)


def _restore(path: Path, data: bytes | None) -> None:
    if data is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, data)


@contextmanager
def _beside(path: Path, *, tidy: bool = True) -> Iterator[tuple[Path, int]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if tidy:
        clear(path.parent)
    with neighbour(path) as made:
        yield made


@contextmanager
def _staged(path: Path, data: bytes, *, tidy: bool = True) -> Iterator[Path]:
    """The data in a new file beside `path`, with the permissions that `path` has or would get."""
    with _beside(path, tidy=tidy) as (staged, descriptor):
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        _keep_mode(path, staged)
        yield staged


def _keep_mode(path: Path, staged: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        staged.chmod(stat.S_IMODE(path.stat().st_mode))


@contextmanager
def leaving_nothing(path: Path) -> Iterator[None]:
    """If the block fails, remove the folders that it made above `path`, and let an OSError name `path`."""
    with _without_new_folders(path), naming(path):
        yield


@contextmanager
def _without_new_folders(path: Path) -> Iterator[None]:
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        yield
    except BaseException:
        for folder in made:  # the deepest first; one that is not empty stays
            with contextlib.suppress(OSError):
                folder.rmdir()
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
    """Lock a folder against other processes that lock it; the system unlocks it however this process ends.

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
