"""Plans experiments, runs them, and verifies their results."""

from __future__ import annotations

import functools
import logging
import threading
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.api.results import Results, ResultsLike, as_results
from bench.core.errors import BenchError, BenchWarning, quoted
from bench.core.files import alone_in
from bench.execution.cores import processes
from bench.execution.planning import Plan, plans
from bench.experiment.resolving import ExperimentLike
from bench.experiment.variants import systems_run
from bench.report.progress import Bar
from bench.report.progress import progress as shown_progress

if TYPE_CHECKING:
    from distributed import Client

    from bench.core.labelled_texts import LabelledTexts
    from bench.execution.dispatch import RemoteWorkers
    from bench.execution.engine import Run
    from bench.execution.results import StoredRun
    from bench.execution.verify import Verdict

_LOG = logging.getLogger(__name__)

_ONE_AT_A_TIME = threading.RLock()
"""Locked while folds are fitted, because caught warnings and the number of BLAS threads concern the whole process."""


def plan(
    experiment: ExperimentLike | Sequence[ExperimentLike],
    results: str | Path | None = None,
    *,
    systems: str | None = None,
    force: bool = False,
    shuffle_labels: bool = False,
) -> list[Plan]:
    """Read and check experiments and their data, and say what `run` would run, without running it.

    There is one plan for each protocol and training size; `run` takes plans, too. The parameters are those of `run`,
    and so are the errors.
    """
    several = _several(experiment)
    where = None if results is None else Path(results)
    return plans(several, where, systems=systems, force=force, shuffle_labels=shuffle_labels)


def _several(experiment: ExperimentLike | Sequence[ExperimentLike]) -> list[ExperimentLike]:
    alone = isinstance(experiment, (str, Path)) or not isinstance(experiment, Sequence)
    return [experiment] if alone else list(experiment)  # type: ignore[list-item, arg-type]


def run(
    experiment: ExperimentLike | Plan | Sequence[ExperimentLike] | Sequence[Plan],
    results: str | Path | None = None,
    *,
    systems: str | None = None,
    jobs: int | None = None,
    dask: str | Client | RemoteWorkers | None = None,
    force: bool = False,
    shuffle_labels: bool = False,
    progress: bool = True,
) -> Results:
    """Run every system of an experiment by its protocol, and give the results in the order of the systems.

    experiment: the path of a file, the same as a mapping, typed settings, what `plan` gave, or a list of these.
    results: a folder to store runs in; left out, everything is kept in memory. Runs that are stored there already are
    not run again, and an interrupted run goes on after its finished repeats.
    systems: only those whose names fit, as in `char-*,majority`. jobs: how many processes; left out, one for each core.
    dask: a `distributed.Client`, or the address of a scheduler, whose workers take the place of these processes; so
    does a back end of another package that `joblib.parallel_config` set, as Ray's.
    force: run again what is stored already. shuffle_labels: give rows each other's labels.
    progress: whether a bar is shown, in a notebook or a terminal.
    A system that fails gets a record with its error, and a BenchWarning reports it, as it does doubts about the data.
    Raises BenchError for a fault in experiment or data, and where another run is writing to the same folder.
    """
    planned, told = _planned(experiment), False
    if planned is None:
        planned = plan(experiment, results, systems=systems, force=force, shuffle_labels=shuffle_labels)  # type: ignore[arg-type]
        told = True
        for line in dict.fromkeys(f"{each.place}: {line}" for each in planned for line in each.warnings):
            warnings.warn(line, BenchWarning, stacklevel=2)
    runs: list[StoredRun] = []
    data: dict[str, LabelledTexts] = {}
    for system in (system for each in planned for system in each.systems):
        for server in system.servers:
            server.key()  # a missing key is reported before anything is run
    with _ONE_AT_A_TIME, cluster(dask, planned) as found:
        for each in planned:
            runs += _all_runs(each, jobs=jobs, cluster=found, progress=progress)
            data[str(each.identity.data["facts"]["sha256"])] = each.data
    done = Results(runs, data)
    for name, error in done.failed.items() if told else ():
        warnings.warn(f"system {name!r} failed: {error}", BenchWarning, stacklevel=2)
    return done


def _planned(experiment: object) -> list[Plan] | None:
    if isinstance(experiment, Plan):
        return [experiment]
    if isinstance(experiment, (list, tuple)) and experiment and all(isinstance(each, Plan) for each in experiment):
        return list(experiment)
    return None


def _all_runs(planned: Plan, *, jobs: int | None, cluster: RemoteWorkers | None, progress: bool) -> list[StoredRun]:
    """All runs of a plan, those stored before and those run now, in the order of the experiment's systems."""
    found = {run.record.system: run for run in planned.stored}
    with shown_progress(planned.steps, planned.step_names, shown=progress) as bar:
        for run in _new_runs(planned, jobs=jobs, cluster=cluster, bar=bar):
            found[run.record.system] = run
    return [found[system.name] for system in systems_run(planned.experiment) if system.name in found]


def _new_runs(planned: Plan, *, jobs: int | None, cluster: RemoteWorkers | None, bar: Bar) -> Iterator[StoredRun]:
    """Give each run when it is done; where results are stored, its files are written first."""
    from bench.execution.memory_runs import hold

    if not planned.systems:
        return
    if planned.results is not None:
        with alone_in(planned.results / planned.identity.experiment):
            yield from _stored_runs(planned, planned.results, jobs=jobs, cluster=cluster, bar=bar)
        return
    with closing(_engine_runs(planned, None, jobs=jobs, cluster=cluster, bar=bar)) as runs:
        for done, impossible in runs:
            yield hold(planned.identity, done, impossible=impossible)


def _stored_runs(
    planned: Plan, results: Path, *, jobs: int | None, cluster: RemoteWorkers | None, bar: Bar
) -> Iterator[StoredRun]:
    from bench.execution.results import StoredRun, make_record, write_run

    identity = planned.identity
    with closing(_engine_runs(planned, results, jobs=jobs, cluster=cluster, bar=bar)) as runs:
        for done, impossible in runs:
            folder, record = identity.folder(results, done.system), make_record(identity, done, impossible=impossible)
            write_run(folder, record, done, planned.folder)
            _LOG.info("%s: written; %.2f s of fitting on one core", folder, sum(done.seconds))
            yield StoredRun(folder, record)


def _engine_runs(
    planned: Plan, results: Path | None, *, jobs: int | None, cluster: RemoteWorkers | None, bar: Bar
) -> Generator[tuple[Run, bool], None, None]:
    """What the engine gives for each system, and whether the protocol is impossible on the data."""
    from bench.execution.engine import Run, run_systems

    if planned.impossible is not None:
        for system in planned.systems:
            yield Run(system, None, (), {}, planned.impossible, ()), True
        return
    identity = planned.identity
    kept = {} if results is None else {each.name: identity.checkpoints(results, each) for each in planned.systems}
    running = run_systems(
        planned.data,
        planned.protocol,
        planned.systems,
        jobs=processes(jobs, planned.folds)[0],
        cluster=cluster,
        advance=bar,
        checkpoints=kept,
        embedding=bar.embedded,
    )
    with closing(running) as runs:
        for done in runs:
            yield done, False


@contextmanager
def cluster(
    where: str | Client | RemoteWorkers | None, planned: Sequence[Plan], tell: Callable[[str], None] = lambda _: None
) -> Iterator[RemoteWorkers | None]:
    """The workers that run plans in place of local processes; None for local processes, and where nothing is to be run.

    where: the address of a Dask scheduler or the file that it wrote, a client, or what this function gave before. Left
    out, the back end that `joblib.parallel_config` set, where it is another package's or Dask's.
    tell: called with a line where workers of a Dask cluster are silent or gone; it says what is waited for, and since
    when.

    Raises BenchError for a cluster that cannot be reached, and for workers that differ from what is here.
    """
    from bench.execution.cluster import Cluster, cluster_at
    from bench.execution.identity import worker_environment
    from bench.execution.joblib_backend import ChosenBackend, chosen

    systems = [system for plan in planned if plan.steps for system in plan.systems]
    asked = functools.partial(worker_environment, systems)
    backend = chosen() if where is None else None
    if backend is not None and hasattr(backend[1], "client"):
        where, backend = backend[1].client, None
    if not systems:
        yield None
    elif backend is not None:
        ordered = not backend[1].supports_return_generator
        yield ChosenBackend(backend[0], ordered, asked, asked())
    elif where is None or isinstance(where, (Cluster, ChosenBackend)):
        yield where
    elif isinstance(where, str) or hasattr(where, "scheduler_info"):
        with cluster_at(where, asked, tell) as found:
            yield found
    else:
        text = f"dask: needs the address of a scheduler, or a distributed.Client, got {quoted(where)}"
        raise BenchError(text)


def verify_steps(results: ResultsLike) -> int:
    """About how often `verify` will report progress: once for each repeat of each run."""
    return sum(int(run.record.protocol.get("repeats", 1)) for run in as_results(results))


def verdicts(
    results: ResultsLike,
    folder: str | Path | None = None,
    *,
    data: object = None,
    jobs: int | None = None,
    advance: Callable[[str], None] = lambda _: None,
) -> Iterator[Verdict]:
    """Run stored runs again, one after the other, and give the verdict on each; `verify` gives all at once."""
    from bench.execution.verify import data_folder
    from bench.execution.verify import verify as made_again

    found = as_results(results)
    known = {**found.data, **_resolved_rows(data)}
    for stored in found:
        _LOG.info("%s: run again", stored.folder)
        where = data_folder(stored, None if folder is None else Path(folder))
        yield made_again(stored, where, jobs=processes(jobs)[0], advance=advance, known=known)


def _resolved_rows(data: object) -> dict[str, LabelledTexts]:
    """Rows that were passed in, by their digest."""
    from bench.experiment.resolving import resolve_source

    if data is None:
        return {}
    rows = resolve_source(data).load()
    return {rows.sha256(): rows}


def verify(
    results: ResultsLike,
    *,
    data: object = None,
    folder: str | Path | None = None,
    jobs: int | None = None,
    progress: bool = True,
) -> list[Verdict]:
    """Run stored results again, and say of each whether predictions and scores are the same, in their order.

    data: the rows of runs whose data was given in memory, as `run` got it; results that `run` gave have it.
    folder: what paths of data files are relative to; left out, where the experiment file lay, else configs/ or here.
    jobs: how many processes; left out, one for each core. progress: whether a bar is shown.
    A verdict's `outcome` is `same`, `rounding` (the same predictions; scores differ by rounding, on other kernels or
    versions) or `different`, and `message` says it in a line.
    Raises BenchError for data that cannot be read or was not passed in, and for damaged results.
    """
    found = as_results(results)
    with _ONE_AT_A_TIME, shown_progress(verify_steps(found), shown=progress) as advance:
        return list(verdicts(found, folder, data=data, jobs=jobs, advance=advance))
