"""Shows what the cache on disk holds, and clears it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, suggest

if TYPE_CHECKING:
    from bench.report.cache import CacheUse, Cleared


def cache_info() -> CacheUse:
    """What the cache holds, by kind. Raises BenchError where `$BENCH_CACHE_SIZE` is no size."""
    from bench.core.cache_files import KINDS, cache_bound, cache_files
    from bench.report.cache import CacheUse, KindUse

    folder, bound = _folder(), cache_bound()
    return CacheUse(folder, folder.exists(), bound, {kind: KindUse.of(cache_files(kind)) for kind in KINDS})


def clear_cache(kind: str | None) -> Cleared:
    """Delete the entries of a kind, or of all kinds, and return what was deleted.

    Files that the cache did not make stay, and so does its folder. Raises BenchError for an unknown kind.
    """
    from bench.core.cache_files import KINDS, cache_files, remove
    from bench.report.cache import Cleared, KindUse

    chosen = [known for known in KINDS if kind in {None, known}]
    if not chosen:
        raise BenchError(f"unknown kind {kind!r}{suggest(kind, KINDS)}")
    folder = _folder()
    there = folder.exists()
    return Cleared(folder, there, {each: KindUse.of(remove(cache_files(each))) for each in chosen})


def _folder() -> Path:
    """The cache's folder, which need not exist."""
    from bench.core.cache_files import cache_folder

    folder = cache_folder()
    if folder.exists() and not folder.is_dir():
        raise BenchError("is a file, where the cache's folder is needed; set BENCH_CACHE to another", place=folder)
    return folder
