"""Worker processes on one machine: they end with their parent, leave Ctrl-C to it, and lost work is done again."""

from __future__ import annotations

import functools
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from importlib import import_module
from multiprocessing import Pipe, resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Self, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor, process_executor
from joblib.externals.loky.backend import resource_tracker as loky_tracker

from bench.core.errors import BenchError
from bench.execution.work_queue import WorkQueue, until_closed

Result = TypeVar("Result")

_WORK = "bench.execution.folds"
"""The module that workers import when they start, which takes most of their start."""

# joblib stops workers that have been idle for 300 s, as they may be during a slow start or a long encoding, and its
# warning then breaks the thread that manages them. Ours end with their parent. System calls take no longer timeouts.
_IDLE_SECONDS = 7 * 24 * 3600
_MOST_LOSSES = 3
_LOG = logging.getLogger(__name__)


class Workers:
    """Processes that start in the background, used in a `with`.

    What ends it early, an error, an interrupt or `close` of a generator, kills them at once; otherwise they wait for
    the next work.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._starting: threading.Thread | None = None
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._starting is not None:
            self._starting.join()
            if kind is not None:
                get_reusable_executor(reuse=True).shutdown(kill_workers=True)

    def start(self) -> None:
        """Begin to start them; further calls do nothing."""
        if self._starting is None:
            # Started first, because both let signals through to processes that they start.
            with _no_warnings_of_children():
                loky_tracker.ensure_running()
                resource_tracker.ensure_running()
            self._starting = threading.Thread(target=self._start)
            self._starting.start()

    def ready(self) -> bool:
        """Whether they were started and are ready."""
        return self._starting is not None and not self._starting.is_alive()

    def run(self, function: Callable[..., Result], items: Iterable[tuple[Any, ...]]) -> Generator[Result, None, None]:
        """What `function` gives for each item, its arguments, as it comes.

        Items are taken few ahead of their turn, and arrays in them above 1 MB are mapped into memory, not copied.
        What workers that were killed had not finished is done again, by half as many workers.
        Raises BenchError where that happens three times with nothing finished between.
        """
        self.start()
        queue = WorkQueue(items)
        losses = 0
        while True:
            try:
                # Closed at once where this ends early, not at garbage collection: closing kills its workers.
                with closing(self._attempt(function, queue)) as results:
                    for number, result in results:
                        if queue.done(number):
                            losses = 0
                            yield result
            except BrokenProcessPool as lost:
                losses += 1
                _LOG.info("a worker process was killed; its work is done again: %s", next(iter(str(lost).splitlines())))
                if losses == _MOST_LOSSES:
                    text = "worker processes were killed, as happens where memory runs out"
                    raise BenchError(f"{text}; finished repeats are kept: try fewer --jobs") from None
                self._jobs = max(2, self._jobs // 2)
            else:
                return

    def _attempt(self, function: Callable[..., Result], queue: WorkQueue) -> Generator[tuple[int, Result], None, None]:
        if self._starting is not None:
            self._starting.join()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        work = (delayed(_numbered)(function, number, *item) for number, item in queue.handed_out())
        yield from until_closed(self._parallel()(work))

    def _parallel(self) -> Parallel:
        return Parallel(
            n_jobs=self._jobs,
            backend="loky",
            return_as="generator_unordered",
            pre_dispatch="2*n_jobs",
            batch_size=1,
            idle_worker_timeout=_IDLE_SECONDS,
            initializer=_begin,
            initargs=(_lifeline()[0],),
        )

    def _start(self) -> None:
        # The mask is what children inherit. A worker that saw the SIGINT that a terminal sends to a whole group would
        # print a traceback for what its parent reports in one line.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            list(self._parallel()(delayed(import_module)(_WORK) for _ in range(self._jobs)))
        except BaseException as failure:  # noqa: BLE001  raised where their results are asked for
            self._failure = failure


def _numbered(function: Callable[..., Result], number: int, *item: Any) -> tuple[int, Result]:
    return number, function(*item)


@functools.cache
def _lifeline() -> tuple[Connection, Connection]:
    """A pipe: workers hold the reading end, and only this process holds the writing end, which closes when it ends."""
    return Pipe(duplex=False)


@contextmanager
def _no_warnings_of_children() -> Iterator[None]:
    """The resource tracker would warn at length of everything that a killed process left behind."""
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def _begin(lifeline: Connection) -> None:
    """What a worker does first."""
    if sys.platform == "linux":
        # The system itself ends the worker: during a native call that keeps Python's lock, no Python thread runs.
        import fcntl

        # Opened anew: the system notes whom to signal with the open file, which all workers would otherwise share.
        own = os.open(f"/proc/self/fd/{lifeline.fileno()}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.fcntl(own, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(own, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(own, fcntl.F_SETFL, fcntl.fcntl(own, fcntl.F_GETFL) | os.O_ASYNC)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    # joblib stops workers that grow by 300 MB, as with large data, because it takes that for a memory leak.
    process_executor._MAX_MEMORY_LEAK_SIZE = sys.maxsize  # noqa: SLF001  there is no setting


def _end_with(lifeline: Connection) -> None:
    """End this process when the last writing end closes, or at once if the parent is already gone."""
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
