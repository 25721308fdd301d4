"""Unfinished files and folders: recognised by their names, locked while they are written, removed once unlocked.

A process that is killed leaves what it had begun. Its name proves that bench made it: half of the digits are a digest
of the other half. The lock on it proves that its maker lives: the system lets go of it whatever ends the process, so
that neither a number that is used again nor an age has to be asked.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NAME = re.compile(r"\.([0-9a-f]{8})([0-9a-f]{8})\.part", re.ASCII)


def is_unfinished(name: str) -> bool:
    """Whether a file or folder has a name that only something unfinished of bench has."""
    digits = _NAME.fullmatch(name) if name.startswith(".") else None
    return digits is not None and digits[2] == _check_digits(digits[1])


def _check_digits(digits: str) -> str:
    return hashlib.sha256(f"unfinished, of bench: {digits}".encode()).hexdigest()[:8]


@contextmanager
def neighbour(path: Path, *, folder: bool = False) -> Iterator[tuple[Path, int]]:
    """A new empty file (or folder) beside `path`, held as long as the block lasts, and its descriptor.

    Whatever bears the new name when the block ends is removed: what is to stay is renamed inside it.
    """
    made, held = _made(path, folder=folder)
    try:
        yield made, held
    finally:
        _remove(made)
        os.close(held)


def _made(path: Path, *, folder: bool) -> tuple[Path, int]:
    while True:
        digits = secrets.token_hex(4)
        made = path.with_name(f".{digits}{_check_digits(digits)}.part")
        with contextlib.suppress(FileExistsError, FileNotFoundError if folder else FileExistsError):
            if folder:
                made.mkdir()
            held = os.open(made, os.O_RDONLY if folder else os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            if _is_held(held) is not False and _is_at(made, held):
                return made, held
            os.close(held)  # another process took it for abandoned, and clears it


def _is_held(descriptor: int) -> bool | None:
    """Try to lock an open file: True where it is ours now, False where another has it, None without locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has none
        return None
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False


def clear(folder: Path) -> None:
    """Remove files that killed processes of this user left unfinished in a folder; all others stay."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        for name in [entry.name for entry in found if is_unfinished(entry.name)]:
            clear_abandoned(folder / name)


def clear_abandoned(path: Path) -> None:
    """Remove one unfinished file or folder, unless its maker lives or it is another user's."""
    with abandoned(path) as free:
        if free:
            _remove(path)


@contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Whether a file or folder is this user's and no process holds it; if so it is held while the block lasts."""
    try:
        held = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        found = os.fstat(held)
        mine = found.st_uid == os.geteuid() and (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode))
        yield mine and _is_held(held) is True and _is_at(path, held)
    finally:
        os.close(held)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
