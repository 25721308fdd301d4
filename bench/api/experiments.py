"""Experiments: planned, run, verified."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.cache_files import cache_bound
from bench.core.errors import BenchError
from bench.core.files import alone_in, check_writable
from bench.core.lookalikes import skeleton
from bench.core.patterns import matching
from bench.core.records import LabelledTexts
from bench.experiment.config import Experiment, System, load_experiment
from bench.experiment.protocols.base import ImpossibleSplitError, Protocol, Targets

if TYPE_CHECKING:
    from bench.execution.cluster import Cluster
    from bench.execution.results import Question
    from bench.execution.verify import Verdict

_LOG = logging.getLogger(__name__)

SHUFFLED = "+shuffled-labels"
"""Ends the name of an experiment whose labels were shuffled."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One experiment by one protocol, its data read and checked: the systems to be run, and those that stand already.

    impossible: why the protocol cannot be carried out on the data, where the experiment wants that reported.
    """

    path: Path
    experiment: Experiment
    protocol: Protocol
    data: LabelledTexts
    question: Question
    systems: tuple[System, ...]
    stored: tuple[System, ...]
    warnings: tuple[str, ...]
    impossible: str | None = None

    @property
    def targets(self) -> Targets:
        """What its splits hang on."""
        return Targets.of(self.data)

    @property
    def steps(self) -> int:
        """How often `run` will report progress."""
        return 0 if self.impossible else len(self.systems) * self.protocol.repeat_count(self.targets)

    @property
    def folds(self) -> int:
        """How many folds its systems have, all repeats together."""
        return self.steps * self.protocol.fold_count(self.targets, 0) if self.steps else 0

    def fits(self, system: System) -> int:
        """How many classifiers a system takes: one a fold, and one a listed combination and inner fold."""
        return self.protocol.fit_count(self.targets, system.combinations)


def plans(
    paths: Sequence[Path],
    results: Path,
    *,
    pattern: str | None = None,
    force: bool = False,
    shuffle_labels: bool = False,
) -> list[Plan]:
    """What remains to be run of each experiment file, one plan a protocol (a training size is one).

    pattern: names of systems, shell-style, parted by commas. force: run also what stands already. shuffle_labels: give
    every row the label of another, to see whether scores fall to chance.
    Raises BenchError for a fault in file or data, a pattern that fits no system, two experiments of one name, and
    results that cannot be written, and a `$BENCH_CACHE_SIZE` that is no size.
    """
    check_writable(results)
    cache_bound()
    made: dict[str, Path] = {}
    found = []
    for path in paths:
        experiment = load_experiment(path)
        name = skeleton(experiment.name).casefold()
        if name in made:
            text = f"name: {experiment.name!r} is taken by {made[name]}; rename one"
            raise BenchError(text, place=path)
        made[name] = path
        found += _plan(path, experiment, results, pattern=pattern, force=force, shuffle_labels=shuffle_labels)
    return found


def _plan(
    path: Path, experiment: Experiment, results: Path, *, pattern: str | None, force: bool, shuffle_labels: bool
) -> list[Plan]:
    from bench.core.folders import check_folder
    from bench.execution.results import Question, environment
    from bench.execution.run_folder import RUN

    chosen = _matching(experiment, pattern, path)
    for system in chosen:
        environment(system)  # what is not installed is said before anything is run
    start = time.perf_counter()
    data, remarks = _loaded(path, experiment), {}
    _LOG.info("%s: read %d rows in %.2f s", path, len(data), time.perf_counter() - start)
    if shuffle_labels:
        data, remarks = data.shuffled(experiment.protocol.random_state), {"shuffled_labels": True}
        experiment = experiment.model_copy(update={"name": f"{experiment.name}{SHUFFLED}"})
    # Shuffled labels have no annotators.
    annotations = () if shuffle_labels else experiment.data.side_columns().annotations or ()
    made = []
    for protocol in experiment.protocol.expand():
        warnings, impossible = _checked(path, protocol, Targets.of(data), chosen)
        question = Question.of(experiment, data, protocol, annotations, **remarks)
        stored, damaged = _standing(question, results, () if force else chosen)
        for system in stored:
            _LOG.info("%s: stands already: not run again", question.folder(results, system))
        remaining = tuple(system for system in chosen if system not in stored)
        for system in remaining:
            check_folder(question.folder(results, system), RUN, over=True)
        told = (*data.notes, *warnings, *damaged)
        made.append(Plan(path, experiment, protocol, data, question, remaining, stored, told, impossible))
    return made


def _loaded(path: Path, experiment: Experiment) -> LabelledTexts:
    try:
        return experiment.data.load()
    except BenchError as error:
        raise error if error.place is not None else BenchError(f"data: {error.message}", place=path) from None


def _checked(
    path: Path, protocol: Protocol, targets: Targets, systems: Sequence[System]
) -> tuple[list[str], str | None]:
    """Warnings, and why the protocol is impossible where that is to be reported."""
    tuned = any(system.combinations > 1 or system.calibration is not None for system in systems)
    calibrated = [system.name for system in systems if system.calibration is not None]
    if calibrated and not protocol.calibrates:
        text = f"system {calibrated[0]!r}: protocol {protocol.kind!r} has no training rows to calibrate in"
        raise BenchError(f"{text}; leave 'calibration' out", place=path)
    try:
        return protocol.check(targets, tuned=tuned), None
    except ImpossibleSplitError as error:
        if getattr(protocol, "impossible", "refuse") == "report":
            return [f"not computable: {error.message}"], error.message
        raise BenchError(f"data: {error.message}", place=path) from None
    except BenchError as error:
        if error.place is not None:
            raise
        raise BenchError(f"data: {error.message}", place=path) from None


def _standing(question: Question, results: Path, systems: Sequence[System]) -> tuple[tuple[System, ...], list[str]]:
    """The systems whose results answer the question already, and what of their files is damaged."""
    from bench.core.folders import mend
    from bench.execution.results import answers, read_run
    from bench.execution.run_folder import RECORD, RUN

    stored: list[System] = []
    damaged: list[str] = []
    for system in systems:
        folder = question.folder(results, system)
        mend(folder, RUN)
        if not (folder / RECORD).exists():
            continue
        try:
            found = read_run(folder)
            if answers(found.record, question, system):
                if found.record.status == "complete":
                    found.predictions()
                stored.append(system)
        except BenchError as error:
            damaged.append(f"{error}; it is made again")
    return tuple(stored), damaged


def _matching(experiment: Experiment, pattern: str | None, path: Path) -> list[System]:
    if pattern is None:
        return list(experiment.systems)
    try:
        names = matching([system.name for system in experiment.systems], pattern)
    except BenchError as error:
        raise BenchError(error.message, place=path) from None
    return [system for system in experiment.systems if system.name in names]


def processes(asked: int | None, work: int | None = None) -> tuple[int, str | None]:
    """How many processes to start, at most one a core that may be used and one a fold; and why not as many as asked.

    asked: None for as many as are of use. work: how many folds there are, None where nobody knows.
    """
    from joblib import cpu_count  # by affinity, control groups and LOKY_MAX_CPU_COUNT

    try:
        cores = cpu_count()
    except ValueError:
        raise BenchError("LOKY_MAX_CPU_COUNT in the environment is no number; set it to one, or unset it") from None
    useful = cores if work is None else min(cores, max(work, 1))
    if asked is None or asked <= useful:
        return asked or useful, None
    why = f"{cores} {'core' if cores == 1 else 'cores'} can be used" if useful == cores else f"there are {work} folds"
    return useful, f"--jobs {asked}: {why}, so {useful} {'process is' if useful == 1 else 'processes are'} started"


@contextmanager
def cluster(
    address: str | None, planned: Sequence[Plan], tell: Callable[[str], None] = lambda _: None
) -> Iterator[Cluster | None]:
    """The Dask cluster that plans are to be run on, None for no address or no work.

    tell: gets a line where workers are silent or gone, of what is waited for and since when.

    Raises BenchError for a cluster that cannot be reached, and for workers that differ from what is here.
    """
    from bench.execution.cluster import cluster_at
    from bench.execution.results import whereabouts

    systems = [system for plan in planned if plan.steps for system in plan.systems]
    if address is None or not systems:
        yield None
        return
    with cluster_at(address, functools.partial(whereabouts, systems), tell) as found:
        yield found


def run(
    planned: Plan, results: Path, *, jobs: int, advance: Callable[[str], None], cluster: Cluster | None = None
) -> list[tuple[str, str]]:
    """Run what a plan holds, writing each system's files when it is done; system and error of those that failed.

    cluster: where it is run, in place of `jobs` processes here.
    Raises BenchError where another run writes the same experiment's results just now.
    """
    from bench.execution.engine import Run, run_systems
    from bench.execution.results import make_record, write_run

    question, lay = planned.question, planned.path.parent
    kept = {system.name: question.checkpoints(results, system) for system in planned.systems}
    failed = []
    with alone_in(results / question.experiment):
        if planned.impossible is not None:
            for system in planned.systems:
                done = Run(system, None, (), {}, planned.impossible, ())
                write_run(question.folder(results, system), make_record(question, done, impossible=True), done, lay)
            return []
        running = run_systems(
            planned.data,
            planned.protocol,
            planned.systems,
            jobs=processes(jobs, planned.folds)[0],
            cluster=cluster,
            advance=advance,
            checkpoints=kept,
        )
        with closing(running) as runs:
            for done in runs:
                write_run(question.folder(results, done.system), make_record(question, done), done, lay)
                spent = sum(done.seconds)
                _LOG.info("%s: written; %.2f s of fitting on one core", question.folder(results, done.system), spent)
                if done.error is not None:
                    failed.append((done.system.name, done.error))
    return failed


def verify_steps(paths: Sequence[Path]) -> int:
    """How often `verify` will report progress, about: once a repeat of each run."""
    from bench.execution.results import find_runs

    return sum(int(run.record.protocol.get("repeats", 1)) for run in find_runs(paths))


def verify(
    paths: Sequence[Path], folder: Path | None, *, jobs: int, advance: Callable[[str], None]
) -> Iterator[Verdict]:
    """Every run under `paths` made again, one after the other.

    folder: where the paths of their data start, that of their experiment files; None: where it lay, configs/ or here.
    """
    from bench.execution.results import find_runs
    from bench.execution.verify import data_folder
    from bench.execution.verify import verify as made_again

    for stored in find_runs(paths):
        _LOG.info("%s: run again", stored.folder)
        where = data_folder(stored, folder)
        yield made_again(stored, where, jobs=processes(jobs)[0], advance=advance)
