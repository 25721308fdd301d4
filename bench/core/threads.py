"""One thread for native libraries, whatever the user's settings ask for."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Within the block, BLAS and OpenMP libraries that are loaded by then compute on the calling thread alone."""
    with _controller(len(sys.modules)).limit(limits=1):
        yield


@functools.lru_cache(maxsize=1)
def _controller(imported: int) -> ThreadpoolController:
    """The libraries found, as the search takes as long as some folds; it is repeated when more modules are imported."""
    del imported
    return ThreadpoolController()
