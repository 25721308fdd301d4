"""Worker processes on one machine: they end when their parent does, and leave Ctrl-C to it."""

from __future__ import annotations

import os
import signal
import threading
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky.backend import resource_tracker as loky_tracker

from bench.core.errors import BenchError

Result = TypeVar("Result")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def in_workers(
    function: Callable[..., Result], items: Iterable[tuple[Any, ...]], *, jobs: int
) -> Generator[Result, None, None]:
    """What `function` gives for each item, its arguments, as it comes from `jobs` processes.

    Items are taken few ahead of their turn, and arrays in them above 1 MB are mapped into memory, not copied.

    Whatever ends the generator before its last item, an error, an interrupt or `close`, kills the workers at once.
    Raises BenchError where a worker was killed from outside.
    """
    try:
        with _children_without_interrupts():
            # joblib keeps these workers for the next call.
            Parallel(n_jobs=jobs)(delayed(os.getpid)() for _ in range(jobs))
        parallel = Parallel(n_jobs=jobs, return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
        results = parallel(delayed(function)(*item) for item in items)
        try:
            for result in results:  # noqa: UP028  `yield from` would close it before the warnings are off
                yield result
        finally:
            with warnings.catch_warnings():
                # joblib warns that tasks are left, which is what closing asks for.
                warnings.simplefilter("ignore")
                results.close()
    except BrokenProcessPool:
        text = "a worker process was killed, as happens where memory runs out; finished systems stand: try fewer --jobs"
        raise BenchError(text) from None


@contextmanager
def _children_without_interrupts() -> Iterator[None]:
    """Processes that start herein never see SIGINT, which a terminal sends to a whole group; ours waits until the end.

    A worker that did would print a traceback for what its parent tells in one line; and an interrupt of ours while
    workers start could leave them half made.
    """
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    # Started first: both let the signals through again once they run.
    loky_tracker.ensure_running()
    resource_tracker.ensure_running()
    came: list[int] = []
    handlers = {number: signal.signal(number, lambda signum, _: came.append(signum)) for number in _SIGNALS}
    # The mask is what children inherit; the handlers are for what other threads of this process let through.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)
        for first in came[:1]:
            signal.raise_signal(first)
