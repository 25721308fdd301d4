"""Worker processes on one machine: they end when their parent does, and leave Ctrl-C to it."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Callable, Generator, Iterable
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing import resource_tracker
from typing import Any, Self, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.backend import resource_tracker as loky_tracker

from bench.core.errors import BenchError

Result = TypeVar("Result")

_WORK = "bench.evaluation.folds"
"""What workers import as they start: most of their start is that."""


class Workers:
    """Processes that start beside whatever this one does, used in a `with`.

    What ends it early, an error, an interrupt or `close` of a generator, kills them at once; else they stand ready for
    the next work, as joblib keeps them.
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
        """Begin to start them, once."""
        if self._starting is None:
            # Started first: both let signals through to what they start.
            loky_tracker.ensure_running()
            resource_tracker.ensure_running()
            self._starting = threading.Thread(target=self._start)
            self._starting.start()

    def ready(self) -> bool:
        """Whether they were started, and are there."""
        return self._starting is not None and not self._starting.is_alive()

    def run(self, function: Callable[..., Result], items: Iterable[tuple[Any, ...]]) -> Generator[Result, None, None]:
        """What `function` gives for each item, its arguments, as it comes.

        Items are taken few ahead of their turn, and arrays in them above 1 MB are mapped into memory, not copied.
        Raises BenchError where a worker was killed from outside.
        """
        self.start()
        if self._starting is not None:
            self._starting.join()
        try:
            if self._failure is not None:
                raise self._failure
            # joblib keeps workers for the next call.
            results = self._parallel()(delayed(function)(*item) for item in items)
            try:
                for result in results:  # noqa: UP028  `yield from` would close it before the warnings are off
                    yield result
            finally:
                with warnings.catch_warnings():
                    # joblib warns that tasks are left, which is what closing asks for.
                    warnings.simplefilter("ignore")
                    results.close()
        except BrokenProcessPool:
            text = "a worker process was killed, as happens where memory runs out; finished systems stand"
            raise BenchError(f"{text}: try fewer --jobs") from None

    def _parallel(self) -> Parallel:
        return Parallel(n_jobs=self._jobs, return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)

    def _start(self) -> None:
        # The mask is what children inherit. A worker that saw the SIGINT that a terminal sends to a whole group would
        # print a traceback for what its parent tells in one line.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            list(self._parallel()(delayed(import_module)(_WORK) for _ in range(self._jobs)))
        except BaseException as failure:  # noqa: BLE001  raised where their results are asked for
            self._failure = failure
