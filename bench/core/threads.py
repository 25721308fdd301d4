"""Native libraries that compute in threads, and one thread for them, whatever the user's settings ask for."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Within the block, BLAS and OpenMP libraries that are loaded by then compute on the calling thread alone."""
    with native_libraries().limit(limits=1):
        yield


def native_libraries() -> ThreadpoolController:
    """The libraries loaded by now. The search takes as long as some folds, and is repeated only after imports."""
    return _found(len(sys.modules))


@functools.lru_cache(maxsize=1)
def _found(imported: int) -> ThreadpoolController:
    del imported
    return ThreadpoolController()
