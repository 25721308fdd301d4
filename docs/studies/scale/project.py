"""What large runs would cost, and where they would break first: arithmetic and a simulated queue from measured costs.

    python docs/studies/scale/project.py [costs.json]

prints the tables of docs/scale.md.
"""

from __future__ import annotations

import heapq
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log, log2
from pathlib import Path
from typing import Any

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
FOLDS, CLASSES = 5, 2
MEMORY = 24e9
"""Bytes of the machine that asks, and of one worker."""
DAY = 86_400.0
WORTH = 0.2
"""Seconds of work that travel together, as in `bench.execution.engine`."""


@dataclass(frozen=True)
class Job:
    """Systems in equal shares of the measured kinds, untuned, so many repeats of 5 folds."""

    systems: int
    repeats: int
    rows: int

    @property
    def folds(self) -> int:
        """Tasks."""
        return self.systems * self.repeats * FOLDS

    def __str__(self) -> str:
        return f"{self.systems:,} systems × {self.repeats:,} repeats × {self.rows:,} rows"


JOBS = (Job(20, 10, 1_000), Job(100, 10, 100_000), Job(1_000, 100, 10_000_000))
WORKERS = (10, 100, 1_000, 10_000)


class Costs:
    """Measured costs, carried on between and beyond the sizes by powers of the rows."""

    def __init__(self, measured: dict[str, Any]) -> None:
        self._folds, self._cluster = measured["folds"], measured["cluster"]
        self.task_seconds: float = self._cluster["task_seconds"]
        self.bytes_per_second: float = self._cluster["bytes_per_second"]

    @property
    def sizes(self) -> list[int]:
        """Rows that were measured."""
        return [one["rows"] for one in self._folds[self.kinds[0]]]

    @property
    def kinds(self) -> list[str]:
        """Kinds of classifiers."""
        return list(self._folds)

    def fold_seconds(self, kind: str, rows: int) -> float:
        """Fitting and testing one fold: between the two sizes beside it, or beyond the two outermost, by a power."""
        folds = self._folds[kind]
        at = max(1, next((at for at, one in enumerate(folds) if one["rows"] >= rows), len(folds) - 1))
        one = folds[at]
        return float(one["fold_seconds"] * (rows / one["rows"]) ** self.power(kind, at))

    def power(self, kind: str, at: int = -1) -> float:
        """Of the rows, that the time of a fold grows with between a size and the one before it."""
        before, last = self._folds[kind][at - 1], self._folds[kind][at]
        return log(last["fold_seconds"] / before["fold_seconds"]) / log(last["rows"] / before["rows"])

    def per_row(self, name: str) -> float:
        """Bytes or entries a row, at the largest size."""
        last = self._folds[self.kinds[0]][-1]
        return float(last[name] / last["rows"])


def queue(costs: Costs, job: Job, workers: int) -> float:
    """Seconds until the last fold is back: folds handed out one after the other, results taken in by one process.

    Folds travel as `bench` sends them, those under 0.2 s together, each time to the worker that is free first. Nothing
    is lost, and a reading is sent once to each worker, worker to worker, so that its journeys double with each step.
    """
    seconds = [costs.fold_seconds(kind, job.rows) for kind in costs.kinds]
    taken_in = costs.per_row("result_bytes") * job.rows / costs.bytes_per_second
    reading = costs.per_row("reading_bytes") * job.rows / costs.bytes_per_second * log2(workers + 1)
    free = [reading] * min(workers, job.folds)
    handed, back = 0.0, 0.0
    for one, folds in _parcels(seconds, job):
        handed += costs.task_seconds
        done = max(heapq.heappop(free), handed) + one * folds
        heapq.heappush(free, done)
        back = max(back, done) + taken_in * folds
    return back


def _parcels(seconds: list[float], job: Job) -> Iterator[tuple[float, int]]:
    """Seconds of a fold, and how many travel together."""
    for one in itertools.islice(itertools.cycle(seconds), job.systems):
        together = max(1, ceil(WORTH / one))
        for first in range(0, job.repeats * FOLDS, together):
            yield one, min(together, job.repeats * FOLDS - first)


def limits(costs: Costs, job: Job) -> list[tuple[str, float]]:
    """What stops a run, and from how many rows on, the lowest first."""
    # Fold, guess and a score for each class: once by repeat, and once more while they are put together.
    row = 2 * job.repeats * (8 + 8 + 8 * CLASSES)
    matrix = 12 * costs.per_row("entries")
    # The reading, the training rows of it, their matrix, and LIBLINEAR's own copy of 16 bytes an entry.
    worker = costs.per_row("reading_bytes") + 0.8 * (matrix * 2 + 16 * costs.per_row("entries"))
    found = [
        (f"the one who asks holds a system's predictions of {job.repeats} repeats: {row:,} bytes a row", MEMORY / row),
        (f"a worker holds a reading, a fold's matrix and LIBLINEAR's copy: {worker:,.0f} bytes a row", MEMORY / worker),
        (
            f"counts of n-grams are numbered by 32 bits: {costs.per_row('entries'):.0f} a row",
            2**31 / costs.per_row("entries"),
        ),
    ]
    return sorted(found, key=lambda each: each[1])


def _time(seconds: float) -> str:
    for unit, size in (("years", 365 * DAY), ("days", DAY), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:,.1f} s" if seconds >= 1 else f"{seconds * 1000:,.1f} ms"


def _bytes(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e3:,.1f} kB"


def _print(title: str, header: list[str], rows: list[list[str]]) -> None:
    table = Table(*header, box=MARKDOWN)
    for row in rows:
        table.add_row(*row)
    console = Console(width=200, color_system=None)
    with console.capture() as drawn:
        console.print(table)
    print(f"{title}\n\n{drawn.get().strip()}\n")


def main(source: Path) -> None:
    """Print the tables."""
    costs = Costs(json.loads(source.read_text(encoding="utf-8")))
    sizes = sorted({*(job.rows for job in JOBS), *costs.sizes})
    _print(
        "One fold (fit on 4/5, test on 1/5) on one core. "
        "Sizes that were not measured are extrapolated by a power of the rows:",
        ["classifier", *(f"{rows:,} rows" for rows in sizes), "power at the end"],
        [
            [
                kind,
                *(_time(costs.fold_seconds(kind, rows)) for rows in sizes),
                f"{costs.power(kind):.2f}",
            ]
            for kind in costs.kinds
        ],
    )
    _print(
        "Whole runs, untuned:",
        ["run", "folds", "on one core", *(f"{workers:,} workers" for workers in WORKERS)],
        [
            [
                str(job),
                f"{job.folds:,}",
                _time(sum(costs.fold_seconds(kind, job.rows) for kind in costs.kinds) / len(costs.kinds) * job.folds),
                *(_time(queue(costs, job, workers)) for workers in WORKERS),
            ]
            for job in JOBS
        ],
    )
    _print(
        "What travels:",
        ["run", "one reading", "results of one fold", "all results", "taken in by one process"],
        [
            [
                str(job),
                _bytes(costs.per_row("reading_bytes") * job.rows),
                _bytes(costs.per_row("result_bytes") * job.rows),
                _bytes(costs.per_row("result_bytes") * job.rows * job.folds),
                _time(costs.per_row("result_bytes") * job.rows * job.folds / costs.bytes_per_second),
            ]
            for job in JOBS
        ],
    )
    largest = JOBS[-1]
    _print(
        f"What would stop {largest}, with {_bytes(MEMORY)} of memory everywhere, the first first:",
        ["limit", "from"],
        [[limit, f"{rows:,.0f} rows"] for limit, rows in limits(costs, largest)],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "costs.json")
