"""Runs folds on the joblib back end that the caller chose, as Ray's or Spark's.

    ray.util.joblib.register_ray()
    with joblib.parallel_config(backend="ray"):
        bench.run("mine.yaml")

This does not concern joblib's own back ends for one machine: there `Workers` does the work, whichever is set.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from joblib import Parallel, delayed, effective_n_jobs
from joblib._parallel_backends import LokyBackend, MultiprocessingBackend, SequentialBackend, ThreadingBackend
from joblib.parallel import get_active_backend

from bench.core.errors import BenchError
from bench.execution.cluster import WorkerEnvironment, on_worker
from bench.execution.work_queue import WorkQueue, until_closed

Result = TypeVar("Result")

_OF_ONE_MACHINE = (LokyBackend, MultiprocessingBackend, SequentialBackend, ThreadingBackend)
_ROUND = 4
"""Pieces of work for each worker in one call of a back end that returns nothing before the whole call is done."""


def chosen() -> tuple[str, Any] | None:
    """The back end that `joblib.parallel_config` set, by its class's name; None for one of joblib's own."""
    backend, _ = get_active_backend()
    # Other packages derive from joblib's own classes, as Ray does: only the exact class decides.
    return None if type(backend) in _OF_ONE_MACHINE else (type(backend).__name__, backend)


@dataclass(frozen=True, slots=True)
class ChosenBackend:
    """Workers of a back end of another package.

    name: of its class. ordered: whether it returns results only in order, at the end of a call. asked, expected: as
    for a `Cluster`.
    """

    name: str
    ordered: bool
    asked: Callable[[], WorkerEnvironment]
    expected: WorkerEnvironment

    def run(self, function: Callable[..., Result], items: Iterable[tuple[Any, ...]]) -> Generator[Result, None, None]:
        """What `function` gives for each item, its arguments, as it comes.

        Raises BenchError where a worker differs from what is here, and for whatever the back end ends with.
        """
        queue = WorkQueue(items)
        try:
            for number, result in self._in_rounds(function, queue) if self.ordered else self._all(function, queue):
                if queue.done(number):
                    yield result
        except (BenchError, GeneratorExit):
            raise
        except Exception as failure:
            reason = next(iter(str(failure).strip().splitlines()), "")
            text = f"joblib's back end {self.name} ended with {type(failure).__name__}: {reason}"
            raise BenchError(f"{text}; finished repeats are kept: run the same again") from failure

    def _tasks(self, function: Callable[..., Result], work: Iterable[tuple[int, tuple[Any, ...]]]) -> Iterator[Any]:
        task = delayed(on_worker)
        return (task(self.asked, self.expected, function, number, *item) for number, item in work)

    def _in_rounds(self, function: Callable[..., Result], queue: WorkQueue) -> Iterator[tuple[int, Result]]:
        size = _ROUND * effective_n_jobs(_all_there_are())
        work = queue.handed_out()
        while some := list(itertools.islice(work, size)):
            yield from Parallel(n_jobs=_all_there_are(), batch_size=1)(self._tasks(function, some))

    def _all(self, function: Callable[..., Result], queue: WorkQueue) -> Iterator[tuple[int, Result]]:
        parallel = Parallel(
            n_jobs=_all_there_are(), return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1
        )
        return until_closed(parallel(self._tasks(function, queue.handed_out())))


def _all_there_are() -> int:
    """The jobs that `parallel_config` sets; without a number there, all that the back end has."""
    asked = get_active_backend()[1]
    return -1 if asked in {None, 1} else int(asked)
