"""Disks that are full, read-only or broken, at every step of every command that writes; nothing half-written may stay."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from bench.core import folders
from hostile.case import Case

# Every command that writes: world, arguments, and the paths that may stand half-way, each whole.
WRITERS: tuple[tuple[str, str, str], ...] = (
    (
        "own",
        "run own.yaml --jobs 1",
        r"results|results/own(/majority(/[a-z]+\.\w+|/\.blocks.*)?|/char-svm(/\.blocks.*)?|/\.lock)?",
    ),
    ("own", "run own.yaml --jobs 1 --systems char-svm", r"results|results/own(/char-svm(/\.blocks.*)?|/\.lock)?"),
    ("own", "init rows.csv --out new.yaml", ""),
    ("own", "schema --out new.json", ""),
    ("own", "schema --out new/below/new.json", ""),
    ("own", "export own.yaml --system char-svm --out new.py", ""),
    ("own", "fit own.yaml --system char-svm --out new", ""),
    ("model", "fit own.yaml --system char-svm --out model --force", ""),
    ("model", "predict model texts.txt --out new.csv", ""),
    ("model", "predict model texts.txt --out texts.jsonl --force", ""),
    ("ran", "report results --folder . --out page.html", ""),
    ("corpus", "build --out new", ""),
    ("corpus", "build", ""),
    ("corpus", "add second.txt --key second --results nowhere", ""),
    ("corpus", "labels export f014655719903d2a --format doccano --out new.jsonl", ""),
)
FAULTS = (
    ("full", errno.ENOSPC),
    ("read-only", errno.EROFS),
    ("broken", errno.EIO),
    ("beyond the quota", errno.EDQUOT),
    ("shut", errno.EACCES),
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

_failing: list[Callable[[str, tuple[object, ...]], None]] = []
"""What looks at every step of this process, as the one hook that is set once and can never be taken away."""


def cases() -> Iterator[Case]:
    """Every one of them, in this process."""
    for at, (world, arguments, writes) in enumerate(WRITERS):
        words = tuple(arguments.split())
        for step, (what, number) in enumerate(FAULTS):
            event = ("open", "os.rename")[(at + step) % 2]
            yield _case(
                f"{what} at {event}: {arguments}", words, os.strerror(number), world, writes, failing(event, 1, number)
            )
        for size in (0, 64):
            yield _case(
                f"files of {size} bytes: {arguments}",
                words,
                os.strerror(errno.EFBIG),
                world,
                writes,
                smaller_than(size),
            )
    for count in (2, 3):
        for world, arguments, writes in (WRITERS[0], WRITERS[6], WRITERS[7], WRITERS[12]):
            words = tuple(arguments.split())
            yield _case(
                f"full at open {count}: {arguments}",
                words,
                os.strerror(errno.ENOSPC),
                world,
                writes,
                failing("open", count, errno.ENOSPC),
            )
    for world, arguments in (
        ("own", "run own.yaml --jobs 1 --results full/results"),
        ("own", "fit own.yaml --system char-svm --out full/model"),
        ("own", "export own.yaml --system char-svm --out full/script.py"),
        ("own", "schema --out full/schema.json"),
        ("ran", "report results --folder . --out full/page.html"),
        ("corpus", "build --out full/dataset"),
    ):
        yield Case("storage", f"a disk of 4 kB: {arguments}", tuple(arguments.split()), os.strerror(errno.ENOSPC), 2, world,
                   lambda folder: (folder / "full").mkdir(), small_disk, begun=True, needs=_mounting)  # fmt: skip


def _case(
    what: str,
    words: tuple[str, ...],
    says: str,
    world: str,
    writes: str,
    during: Callable[[Path], AbstractContextManager[object]],
) -> Case:
    page = "本报讯 改革开放以来，各地积极推进干部考核工作。\n\n深化改革，加强监督。\n"

    def change(folder: Path) -> None:
        if "second.txt" in words:
            (folder / "second.txt").write_text(page, encoding="utf-8")

    return Case("storage", what, words, says, 2, world, change, during, writes=writes, begun=True)


def failing(event: str, count: int, number: int) -> Callable[[Path], AbstractContextManager[object]]:
    """A disk on which opening a file to write, or renaming one, fails the n-th time, below the working folder."""

    @contextlib.contextmanager
    def during(folder: Path) -> Iterator[None]:
        met: list[str] = []

        def look(name: str, arguments: tuple[object, ...]) -> None:
            if name != event and (name, event) != ("os.link", "os.rename"):
                return
            place = arguments[0 if name == "open" else 1]
            if not isinstance(place, str | bytes | os.PathLike):
                return
            path = os.path.join(folder, os.fsdecode(place))  # noqa: PTH118  a hook makes nothing that has hooks
            writing = name != "open" or (isinstance(arguments[2], int) and arguments[2] & _WRITING)
            if writing and path.startswith(f"{folder}{os.sep}") and not path.endswith(".lock"):
                met.append(path)
                # What failed once fails again.
                if len(met) == count or path in met[count - 1 : count]:
                    raise OSError(number, os.strerror(number), path)

        exchange = folders._exchange

        def exchanging(one: Path, other: Path) -> bool:
            look("os.rename", (one, other))  # of a system call that no hook sees
            return exchange(one, other)

        _hook()
        _failing.append(look)
        folders._exchange = exchanging
        try:
            yield
        finally:
            _failing.remove(look)
            folders._exchange = exchange

    return during


@functools.cache
def _hook() -> None:
    def each(name: str, arguments: tuple[object, ...]) -> None:
        for look in _failing:
            look(name, arguments)

    sys.addaudithook(each)


def smaller_than(size: int) -> Callable[[Path], AbstractContextManager[object]]:
    """A system on which no file may grow beyond so many bytes."""

    @contextlib.contextmanager
    def during(_: Path) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return during


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of one page at `full`."""
    place = folder / "full"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", place], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True, capture_output=True)


@functools.cache
def _mounting() -> str | None:
    """Why no small disk can be made here, None where one can."""
    if getattr(os, "geteuid", lambda: 1)() != 0:
        return "only root mounts a small disk"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "full").mkdir()
        try:
            with small_disk(Path(folder)):
                return None
        except (OSError, subprocess.CalledProcessError):
            return "no small disk can be mounted here"
