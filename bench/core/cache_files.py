"""The files of the cache: where they lie, how much they may take, and which go first."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from platformdirs import user_cache_path

from bench.core.errors import BenchError, quoted
from bench.core.temporary_files import clear_abandoned

Kind = Literal["answers", "vectors", "words"]
"""What is cached; each kind has a folder of its name in the cache's folder."""

KINDS: tuple[Kind, ...] = get_args(Kind)

DEFAULT_BOUND = 2 * 10**9
"""Bytes that the cache may take where `$BENCH_CACHE_SIZE` does not say."""

_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?([KMGT]?)(I?)B?", re.ASCII | re.IGNORECASE)
_POWER = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}

_SHARD = re.compile(r"[0-9a-f]{2}", re.ASCII)
_ENTRY = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.part", re.ASCII)

_TOUCHED_EVERY = 24 * 60 * 60
"""Seconds. Which entry is the oldest need not be known better than that, and reading writes nothing in between."""


def cache_folder() -> Path:
    """The folder of the cache: `$BENCH_CACHE` if set, else the user's cache folder."""
    chosen = os.environ.get("BENCH_CACHE")
    return Path(chosen) if chosen else user_cache_path("banmian", appauthor=False)


def cache_bound() -> int:
    """Bytes that all entries together may take: `$BENCH_CACHE_SIZE`, else 2 GB; 0 stores nothing.

    K, M, G and T are powers of 1,000; Ki, Mi, Gi and Ti for powers of 1,024.
    Raises BenchError for what is no size.
    """
    chosen = os.environ.get("BENCH_CACHE_SIZE", "").strip()
    if not chosen:
        return DEFAULT_BOUND
    size = _SIZE.fullmatch(chosen)
    if size is None or (size[3] and not size[2]):
        text = f"{quoted(chosen)} is no size; write bytes, or a number with K, M, G or T, such as 500M"
        raise BenchError(text, place="BENCH_CACHE_SIZE")
    return int(float(size[1]) * (1024 if size[3] else 1000) ** _POWER[size[2].upper()])


@dataclass(frozen=True, slots=True)
class CacheFile:
    """A file that the cache made. used: when it was last written or read, to a day, in seconds since 1970.

    whole: False for what a process that was ended left unfinished.
    """

    shard: Path
    name: str
    size: int
    used: float
    whole: bool

    @property
    def path(self) -> Path:
        """Its path, made on demand, because most of a million files are only counted."""
        return self.shard / self.name


def cache_files(kind: Kind) -> Iterator[CacheFile]:
    """Every file of one kind that has a name the cache gives; links and other people's files are passed over.

    A file that goes while this looks is passed over. Raises OSError where a folder cannot be read.
    """
    for shard in _listed(cache_folder() / kind):
        if not _SHARD.fullmatch(shard.name) or not shard.is_dir(follow_symlinks=False):
            continue
        folder = Path(shard.path)
        for entry in _listed(folder):
            whole = _ENTRY.fullmatch(entry.name) is not None and entry.name.startswith(shard.name)
            if not (whole or _UNFINISHED.fullmatch(entry.name)) or not entry.is_file(follow_symlinks=False):
                continue
            with contextlib.suppress(FileNotFoundError):
                stat = entry.stat(follow_symlinks=False)
                yield CacheFile(folder, entry.name, stat.st_size, stat.st_mtime, whole)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


def remove(files: Iterable[CacheFile]) -> list[CacheFile]:
    """Delete files, and shard folders that become empty; return the files deleted here, not those of other processes.

    Raises OSError that names the file where one cannot be deleted.
    """
    gone = []
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            file.path.unlink()
            gone.append(file)
    for shard in {file.shard for file in gone}:
        with contextlib.suppress(OSError):  # not empty, or gone
            shard.rmdir()
    return gone


def keep_within(most: int) -> None:
    """Delete what killed processes left unfinished, then what was used longest ago until at most `most` bytes are left.

    Raises OSError.
    """
    files = [file for kind in KINDS for file in cache_files(kind)]
    for file in files:
        if not file.whole:
            clear_abandoned(file.path)
    files = [file for file in files if file.whole or file.path.exists()]
    excess = sum(file.size for file in files) - most
    if excess <= 0:
        return
    files.sort(key=lambda file: (file.used, file.name))
    gone = []
    for file in files:
        if excess <= 0:
            break
        gone.append(file)
        excess -= file.size
    remove(gone)


def note_use(path: Path, stat: os.stat_result) -> None:
    """Note that an entry was read, where that was not noted within a day. stat: the entry's. A failure is no matter."""
    if not 0 <= time.time() - stat.st_mtime < _TOUCHED_EVERY:
        with contextlib.suppress(OSError):
            os.utime(path)


_room_left: dict[tuple[Path, int], int] = {}
"""Bytes that this process may write before it looks again, by folder and bound."""


def make_room(size: int) -> bool:
    """Whether an entry of `size` bytes may be stored; deletes the oldest where the bound asks for it.

    The folder is listed at the first entry that a process stores and after each tenth of the bound that it wrote. One
    process never passes the bound; each further one that writes at the same time may pass it by a tenth.
    Raises BenchError for a bound that is no size, OSError where the folder cannot be read.
    """
    bound = cache_bound()
    step = bound // 10
    if size > bound - step:
        return False
    asked = cache_folder(), bound
    left = _room_left.get(asked, 0)
    if size > left:
        keep_within(bound - step - size)
        left = step + size
    _room_left[asked] = left - size
    return True
