"""Folders that are replaced whole: written beside their place and swapped in, and only over what bench itself wrote."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import filecmp
import hashlib
import json
import os
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bench.core.errors import BenchError, quoted
from bench.core.files import check_writable, leaving_nothing
from bench.core.outputs import FileIsThereError
from bench.core.temporary_files import abandoned, clear, is_unfinished, neighbour

_MOST_NAMED = 3
_LARGEST_RECORD = 1 << 28
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV, errno.EPERM}


@dataclass(frozen=True, slots=True)
class FolderKind:
    """A kind of folder that bench writes.

    name: as a message calls it. ours: given a folder, the relative paths (with `/`) of the files and folders in it that
    bench provably wrote, as the files themselves show; paths that do not exist may be among them.
    """

    name: str
    ours: Callable[[Path], Collection[str]]


def object_at(path: Path, *keys: str) -> dict[str, Any] | None:
    """The JSON object in a regular file, where it has these keys; None for anything else."""
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > _LARGEST_RECORD:
            return None
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and all(key in value for key in keys) else None


@contextmanager
def new_folder(folder: Path, kind: FolderKind, *, over: bool) -> Iterator[Path]:
    """A new folder to be filled, which takes the place of `folder` where the block ends well.

    At any moment the old folder or the new one is there whole. Where the file system cannot exchange two folders, a
    process that is killed in between leaves what `mend` brings back. over: whether a folder of this kind that is there
    may be replaced. Raises as `check_folder` does, and OSError that names `folder`.
    """
    check_folder(folder, kind, over=over)
    target = Path(os.path.realpath(folder))
    with leaving_nothing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        clear(target.parent)
        with neighbour(target, folder=True) as (made, _):
            yield made
            _keep_modes(target, made)
            _put(made, target, folder, kind, over=over)


def check_folder(folder: Path, kind: FolderKind, *, over: bool) -> None:
    """Raises BenchError where no folder may be put at `folder`, which need not be there: before hours of work.

    Only a folder that is absent, empty, or a whole one of this kind and of nothing else may be replaced; whatever else
    it holds is named. over: whether it may be where it is not empty; else FileIsThereError is raised.
    """
    mend(folder, kind)
    target = Path(os.path.realpath(folder))
    if os.path.lexists(folder) and not folder.exists():
        raise BenchError(
            f"is a link to {quoted(str(folder.readlink()))}, where no folder is; name the folder", place=folder
        )
    check_writable(folder)
    if not target.exists():
        return
    check_writable(target.parent)
    if target.is_mount() or target in (here := Path.cwd(), *here.parents):
        what = "is a mount point" if target.is_mount() else "is the folder that you are in, or is above it"
        example = folder / kind.name
        raise BenchError(f"{what}, which cannot be replaced; name a folder in it, as in {example}", place=folder)
    _demand_ours(target, folder, kind)
    if not over and any(target.iterdir()):
        raise FileIsThereError(f"is a {kind.name} already and would be lost", place=folder)


def _demand_ours(target: Path, folder: Path, kind: FolderKind) -> None:
    found = foreign(target, kind)
    if found:
        names = ", ".join(quoted(name)[1:-1] for name in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        text = f"holds {names}{more}, not as bench writes a {kind.name}, which would be lost"
        raise BenchError(f"{text}; move that away, or name another folder", place=folder)


def foreign(folder: Path, kind: FolderKind) -> list[str]:
    """Relative paths in a folder that bench did not write as part of this kind, sorted; folders without their files."""
    ours = set(kind.ours(folder))
    folders = {str(above) for path in ours for above in PurePosixPath(path).parents} | ours
    found = []
    for base, inside, files in os.walk(folder, onerror=_raise):
        below = Path(base).relative_to(folder)
        for name in list(inside):
            path = (below / name).as_posix()
            if is_unfinished(name):
                inside.remove(name)
            elif path not in folders or (Path(base) / name).is_symlink():
                inside.remove(name)
                found.append(f"{path}/")
        for name in files:
            path = (below / name).as_posix()
            regular = stat.S_ISREG((Path(base) / name).lstat().st_mode)
            if not regular or (path not in ours and not is_unfinished(name)):
                found.append(path)
    return sorted(found)


def _raise(error: OSError) -> None:
    raise error


def mend(folder: Path, kind: FolderKind) -> None:
    """Finish or undo a swap that a process left half done: the old folder is put back unless the new one is there.

    Does nothing while the process that swaps them lives.
    """
    target = Path(os.path.realpath(folder))
    aside = _aside(target)
    if not aside.is_dir():
        return
    with abandoned(aside) as free:
        if not free:
            return
        if target.is_dir() and not _is_part_of(target, aside):
            if not foreign(target, kind):
                shutil.rmtree(aside)
            return
        if target.is_dir():
            shutil.rmtree(target)
        if not os.path.lexists(target):
            aside.rename(target)


def _is_part_of(folder: Path, whole: Path) -> bool:
    """Whether a folder holds nothing that the other does not hold at the same place, byte for byte."""
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    pairs = [(path, whole / path.relative_to(folder)) for path in files]
    return all(one.is_file() and two.is_file() and filecmp.cmp(one, two, shallow=False) for one, two in pairs)


def _aside(target: Path) -> Path:
    """The path of the old folder during the swap: a name that only this target has."""
    digits = hashlib.sha256(f"set aside by bench: {target.name}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return target.with_name(f".{digits}.old")


def _put(made: Path, target: Path, folder: Path, kind: FolderKind, *, over: bool) -> None:
    if not target.exists() or not any(target.iterdir()):
        try:
            made.rename(target)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
            raise FileIsThereError("was made by another process meanwhile", place=folder) from None
        return
    if not over:
        raise FileIsThereError(f"is a {kind.name} already and would be lost", place=folder)
    if _exchange(made, target):
        try:  # a file may have come between the first look and the exchange
            _demand_ours(made, folder, kind)
        except BaseException:
            _exchange(made, target)
            raise
        return
    _demand_ours(target, folder, kind)
    aside = _aside(target)
    _set_aside(target, aside)
    with abandoned(aside):  # held until the new one is in place, so that nobody mends meanwhile
        try:
            made.rename(target)
        except BaseException:
            aside.rename(target)
            raise
        shutil.rmtree(aside)


def _set_aside(target: Path, aside: Path) -> None:
    try:
        target.rename(aside)
    except OSError as error:
        if error.errno != errno.EXDEV:  # as of a layer under an overlay, whose folders can be copied, not renamed
            raise
        with neighbour(target, folder=True) as (copy, _):
            shutil.copytree(target, copy, symlinks=True, dirs_exist_ok=True)
            copy.rename(aside)
        shutil.rmtree(target)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where system or file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            done = library.renamex_np(*paths, ctypes.c_uint(2))
        else:
            here = ctypes.c_int(-100)  # AT_FDCWD: paths as any other call takes them
            done = library.renameat2(here, paths[0], here, paths[1], ctypes.c_uint(2))
    except AttributeError:
        return False
    if done == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _keep_modes(old: Path, new: Path) -> None:
    """Permissions of the old folder and its files, where the new one has files of the same names."""
    for path in (new, *new.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            path.chmod(stat.S_IMODE((old / path.relative_to(new)).stat().st_mode))
