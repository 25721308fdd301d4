"""What the cache holds, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from bench.core.cache_files import CacheFile
from bench.core.digests import readable_json
from bench.core.errors import printable


@dataclass(frozen=True, slots=True)
class KindUse:
    """The use of the cache by one kind. size: bytes; oldest: the least recent use of an entry, Unix time."""

    entries: int
    size: int
    oldest: float | None

    @classmethod
    def of(cls, files: Iterable[CacheFile]) -> Self:
        """The use by these files; unfinished ones count as bytes, not as entries."""
        found = list(files)
        whole = [file.used for file in found if file.whole]
        return cls(len(whole), sum(file.size for file in found), min(whole, default=None))

    @property
    def oldest_day(self) -> str | None:
        """The day of `oldest` in UTC, as 2026-01-31."""
        return None if self.oldest is None else datetime.fromtimestamp(self.oldest, UTC).date().isoformat()


@dataclass(frozen=True, slots=True)
class CacheUse:
    """The use of the cache, by kind. there: whether its folder exists; bound: bytes that it may take."""

    folder: Path
    there: bool
    bound: int
    kinds: Mapping[str, KindUse]

    @property
    def size(self) -> int:
        """Bytes of all kinds."""
        return sum(use.size for use in self.kinds.values())

    def text(self, *, form: str) -> str:
        """The text in a format: text or json."""
        return FORMATS[form](self)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was deleted from the cache, by kind. there: whether its folder existed."""

    folder: Path
    there: bool
    kinds: Mapping[str, KindUse]

    def lines(self) -> list[str]:
        """One line for each kind, or a single one where there is no cache."""
        if not self.there:
            return [f"{self.folder}: not there, so nothing to clear"]
        return [
            f"{self.folder}: {kind}: {counted(gone.entries)} deleted, {readable_size(gone.size)} freed"
            for kind, gone in self.kinds.items()
        ]


def readable_size(size: int) -> str:
    """Bytes as people read them, in powers of 1,000 as `$BENCH_CACHE_SIZE` has them.

    >>> [readable_size(size) for size in (0, 999, 1000, 1_540_000, 2 * 10**9, 999_999)]
    ['0 bytes', '999 bytes', '1 KB', '1.5 MB', '2 GB', '1 MB']
    """
    if size < 1000:
        return f"{size:,} {'byte' if size == 1 else 'bytes'}"
    value, units = size / 1000, ["KB", "MB", "GB", "TB"]
    while round(value, 1) >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:,.1f}".removesuffix(".0") + f" {units[0]}"


def counted(entries: int) -> str:
    """A number of entries.

    >>> counted(1), counted(2000)
    ('1 entry', '2,000 entries')
    """
    return f"{entries:,} {'entry' if entries == 1 else 'entries'}"


def as_text(use: CacheUse) -> str:
    """Lines for a terminal."""
    lines = [f"folder: {printable(str(use.folder))}" + ("" if use.there else " (not there: nothing is cached yet)")]
    over = " (what was used longest ago goes when the next entry is stored)" if use.size > use.bound else ""
    lines.append(f"size: {readable_size(use.size)} of at most {readable_size(use.bound)}{over}")
    for kind, of_kind in use.kinds.items():
        oldest = "" if of_kind.oldest_day is None else f", oldest last used on {of_kind.oldest_day}"
        lines.append(f"{kind}: {counted(of_kind.entries)}, {readable_size(of_kind.size)}{oldest}")
    return "\n".join(lines) + "\n"


def as_json(use: CacheUse) -> str:
    """The same as JSON; sizes in bytes."""
    kinds = {
        kind: {"entries": of_kind.entries, "bytes": of_kind.size, "oldest": of_kind.oldest_day}
        for kind, of_kind in use.kinds.items()
    }
    value = {
        "folder": str(use.folder),
        "there": use.there,
        "bound_bytes": use.bound,
        "bytes": use.size,
        "kinds": kinds,
    }
    return readable_json(value).decode("utf-8")


FORMATS: dict[str, Callable[[CacheUse], str]] = {"text": as_text, "json": as_json}
