"""Runs tasks and gives their results in order: in this process, in worker processes, or wherever folds are sent."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from bench.execution.checkpoints import Checkpoints
from bench.execution.folds import fold_results
from bench.execution.tasks import EncodedTexts, FoldResult, Task, TaskResult

Place: TypeAlias = int
Part: TypeAlias = "tuple[Place, Task, Sequence[int]]"
Found: TypeAlias = "list[tuple[Place, FoldResult]]"
Send: TypeAlias = "Callable[[Callable[..., Found], Iterable[tuple[Any, ...]]], Generator[Found, None, None]]"
"""Calls a function with each tuple of arguments on other processes or machines; gives the results in any order."""


class RemoteWorkers(Protocol):
    """Workers that are not this machine's own: a cluster, or a back end that the caller chose."""

    def run(self, function: Callable[..., Found], items: Iterable[tuple[Any, ...]]) -> Generator[Found, None, None]:
        """What a `Send` gives."""


@dataclass(slots=True)
class _Open:
    """A task of which some folds are not there yet."""

    encoded: EncodedTexts
    task: Task
    count: int
    folds: dict[int, FoldResult] = field(default_factory=dict)

    def missing(self) -> list[int]:
        """The folds that are not there, none once one of those before has failed."""
        ended = [number for number, result in self.folds.items() if result.error is not None]
        return [number for number in range(min(ended, default=self.count)) if number not in self.folds]

    def result(self) -> TaskResult:
        """Of all folds."""
        return TaskResult.of(self.encoded, [self.folds[number] for number in sorted(self.folds)])


class Dispatch:
    """Tasks under way. Each is taken from those that an earlier run kept, or else kept when it is done.

    tasks: of one protocol and one set of rows; taken when their turn comes. kept: by system, where tasks are kept.
    """

    def __init__(self, tasks: Iterator[tuple[EncodedTexts, Task]], kept: Mapping[str, Checkpoints]) -> None:
        self._tasks = enumerate(tasks)
        self._kept = kept
        self._open: dict[Place, _Open] = {}
        self._ready: dict[Place, TaskResult] = {}
        self._next: Place = 0
        self._folds: dict[int, int] = {}
        self._seconds: dict[str, float] = {}

    def here(self, until: Callable[[float | None], bool]) -> Generator[TaskResult, None, None]:
        """The results of tasks run in this process, until that holds before one of their folds.

        until: given the seconds that a fold of its system took last, None for the first.
        """
        for place in self._begun():
            opened = self._open.get(place)
            if opened is not None:  # it was not kept
                folds = fold_results(opened.task, opened.encoded, range(opened.count))
                while opened.missing():
                    if until(self._seconds.get(opened.task.system.name)):
                        return
                    self._take(place, next(folds))
            yield from self._in_order()

    def elsewhere(self, send: Send, *, worth: float) -> Generator[TaskResult, None, None]:
        """The results of all other tasks. worth: seconds of work that travel together where folds take less."""
        parcels = self._parcels(worth)
        for first in parcels:
            with closing(send(run_parts, itertools.chain([first], parcels))) as running:
                for found in running:
                    for place, result in found:
                        self._take(place, result)
                    yield from self._in_order()
        yield from self._in_order()

    def _begun(self) -> Iterator[Place]:
        """The positions of tasks in order, each open unless an earlier run kept it."""
        for place, (encoded, task) in self._tasks:
            checkpoints = self._kept.get(task.system.name)
            stored = None if checkpoints is None else TaskResult.kept(checkpoints, task, encoded)
            if stored is None:
                self._open[place] = _Open(encoded, task, self._fold_count(encoded, task))
            else:
                self._ready[place] = stored
            yield place

    def _fold_count(self, encoded: EncodedTexts, task: Task) -> int:
        if task.repeat not in self._folds:
            self._folds[task.repeat] = task.protocol.fold_count(encoded.targets, task.repeat)
        return self._folds[task.repeat]

    def _parcels(self, worth: float) -> Iterator[tuple[EncodedTexts, list[Part]]]:
        """Groups of folds of one system that take long enough to be worth sending."""
        folds: list[tuple[Place, _Open, int]] = []
        for place, opened, number in self._missing():
            if folds:
                name = folds[0][1].task.system.name
                # The time of a system's fold is known once its first fold is done.
                if name != opened.task.system.name or len(folds) * self._seconds.get(name, worth) >= worth:
                    yield _parcel(folds)
                    folds = []
            folds.append((place, opened, number))
        if folds:
            yield _parcel(folds)

    def _missing(self) -> Iterator[tuple[Place, _Open, int]]:
        for place in itertools.chain(list(self._open), self._begun()):
            opened = self._open.get(place)
            if opened is not None:
                for number in opened.missing():
                    yield place, opened, number

    def _take(self, place: Place, result: FoldResult) -> None:
        opened = self._open.get(place)
        if opened is None:
            return  # an earlier fold failed, which ended the task
        opened.folds[result.number] = result
        name = opened.task.system.name
        self._seconds[name] = result.seconds
        if not opened.missing():
            del self._open[place]
            done = self._ready[place] = opened.result()
            if name in self._kept:
                done.keep(self._kept[name], opened.task.repeat)

    def _in_order(self) -> Iterator[TaskResult]:
        while self._next in self._ready:
            yield self._ready.pop(self._next)
            self._next += 1


def run_parts(encoded: EncodedTexts, parts: Sequence[Part]) -> Found:
    """Fit the given folds of tasks; return the positions of the tasks with the results."""
    return [(place, result) for place, task, numbers in parts for result in fold_results(task, encoded, numbers)]


def _parcel(folds: Sequence[tuple[Place, _Open, int]]) -> tuple[EncodedTexts, list[Part]]:
    parts = [
        (place, [number for _, _, number in of_block])
        for place, of_block in itertools.groupby(folds, key=lambda one: one[0])
    ]
    opened = {place: of_block for place, of_block, _ in folds}
    return folds[0][1].encoded, [(place, opened[place].task, numbers) for place, numbers in parts]
