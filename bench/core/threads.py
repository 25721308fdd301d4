"""One thread for native libraries, whatever the user's settings ask for."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it BLAS and OpenMP compute on the calling thread alone; of libraries that are loaded by then."""
    with _controller(len(sys.modules)).limit(limits=1):
        yield


@functools.lru_cache(maxsize=1)
def _controller(imported: int) -> ThreadpoolController:
    """Looking for their libraries takes as long as some folds do; they are looked for again when more is imported."""
    del imported
    return ThreadpoolController()
