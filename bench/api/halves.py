"""Runs models on halves of the rows, from which paired tests learn how much training sets matter."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from bench.core.errors import BenchError
from bench.core.files import alone_in
from bench.execution.cores import processes
from bench.execution.planning import Plan
from bench.experiment.config import System
from bench.experiment.variants import systems_run

if TYPE_CHECKING:
    from bench.execution.dispatch import RemoteWorkers


def halve(
    planned: Plan,
    halvings: int,
    *,
    jobs: int | None = None,
    cluster: RemoteWorkers | None = None,
    advance: Callable[[str], None] = lambda _: None,
) -> list[tuple[str, str]]:
    """Add to each complete stored run of a plan the predictions of models that learned from one half of its rows.

    They are stored beside the run's files, which keep their bytes; halves of as many halvings are kept.
    halvings: how often the rows are halved; each takes two fits a system. jobs: processes; left out, one a core.
    cluster: workers to run on, in place of processes, as `cluster` gives them.
    Gives system and error of those that failed. Raises BenchError for a protocol that halves were not studied for, and
    for a plan that stores no results.
    """
    from bench.execution.engine import run_systems
    from bench.execution.halves import halves_of, write_halves
    from bench.execution.results import read_run

    protocol, failed = halves_of(planned.protocol, halvings), []
    if planned.results is None:
        raise BenchError("halves are kept beside stored runs: name a folder for the results")
    with alone_in(planned.results / planned.identity.experiment):
        systems = halved_systems(planned, halvings)
        running = run_systems(
            planned.data, protocol, systems, jobs=processes(jobs)[0], cluster=cluster, advance=advance
        )
        with closing(running) as runs:
            for done in runs:
                if done.predictions is None:
                    failed.append((done.system.name, done.error or "no predictions"))
                    continue
                write_halves(read_run(planned.identity.folder(planned.results, done.system)), done.predictions)
    return failed


def halved_systems(planned: Plan, halvings: int) -> tuple[System, ...]:
    """The systems of a plan whose complete runs lack predictions of so many halvings. Raises as `halve` does."""
    from bench.execution.halves import halves_of, halvings_of
    from bench.execution.results import is_run, read_run

    halves_of(planned.protocol, halvings)
    if planned.results is None:
        return ()
    names, found = {*(system.name for system in planned.systems), *(run.record.system for run in planned.stored)}, []
    for system in systems_run(planned.experiment):
        folder = planned.identity.folder(planned.results, system)
        there = system.name in names and is_run(folder) and read_run(folder).record.status == "complete"
        if there and halvings_of(folder) != halvings:
            found.append(system)
    return tuple(found)
