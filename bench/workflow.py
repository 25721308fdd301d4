"""One function per verb, and the order of all reading and writing."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, suggest
from bench.core.records import LabelledTexts
from bench.experiment.config import Experiment, System, load_experiment

if TYPE_CHECKING:
    from bench.corpus.build import Dataset
    from bench.corpus.card import Scores


CARD_EXPERIMENT = "seed-page"
"""The experiment whose stored results the dataset's card shows."""


def build(seeds: Path, out: Path, results: Path) -> dict[str, int]:
    """Write the dataset of all seed pages; config to its number of rows.

    results: the results root from which the card takes scores; nothing is run.
    """
    from bench.corpus.build import write_dataset

    dataset = _dataset(seeds, results)
    write_dataset(dataset, out)
    return {config: len(rows) for config, rows in dataset.rows.items()}


def check_build(seeds: Path, out: Path, results: Path) -> list[str]:
    """What in a written dataset is not as it would be written now; empty where nothing differs.

    Content that the changelog does not record differs. Where `results` holds none of the card's experiment, the scores
    in the cards are not compared; where it does, the cards must show just these.
    """
    from bench.corpus.check import differences, version_fault

    dataset = _dataset(seeds, results)
    return [*differences(dataset, out), *version_fault(dataset, seeds)]


def _dataset(seeds: Path, results: Path) -> Dataset:
    from bench.corpus.build import make_dataset, read_pages
    from bench.corpus.versions import CHANGELOG, read_version

    def scores(rows: LabelledTexts) -> list[Scores] | None:
        folder = results / CARD_EXPERIMENT
        if not any(folder.glob("*/run.json")):
            return None
        from bench.evaluation.results import find_runs
        from bench.evaluation.standing import standing

        return standing([stored.record for stored in find_runs([folder])], rows.sha256())

    return make_dataset(read_pages(seeds), read_version(seeds / CHANGELOG), scores=scores)


@dataclass(frozen=True, slots=True)
class Plan:
    """An experiment with its data read and checked, the systems to be run, and those whose results stand already."""

    path: Path
    experiment: Experiment
    data: LabelledTexts
    systems: tuple[System, ...]
    stored: tuple[System, ...]
    warnings: tuple[str, ...]

    @property
    def steps(self) -> int:
        """How often `run` will report progress."""
        return len(self.systems) * self.experiment.protocol.repeats

    def fits(self, system: System) -> int:
        """How many classifiers a system takes: one a fold, and one a listed combination and inner fold."""
        protocol = self.experiment.protocol
        combinations = math.prod(len(values) for values in system.classifier.grid().values())
        return protocol.repeats * protocol.folds * (1 + (combinations > 1) * combinations * protocol.inner_folds)


def plan(path: Path, results: Path, *, pattern: str | None = None, force: bool = False) -> Plan:
    """Read an experiment and its data, and find what remains to be run.

    pattern: names of systems, shell-style, parted by commas. force: run also what stands already.
    Raises BenchError for a fault in file or data, and for a pattern that fits no system.
    """
    from bench.evaluation.results import answers, describe_data, environment, read_run

    experiment = load_experiment(path)
    chosen = _matching(experiment, pattern, path)
    for system in chosen:
        environment(system)  # what is not installed is said before anything is run
    data = experiment.data.load()
    tuned = any(len(values) > 1 for system in chosen for values in system.classifier.grid().values())
    try:
        warnings = experiment.protocol.check(data, tuned=tuned)
    except BenchError as error:
        raise BenchError(f"data: {error.message}", place=path) from None
    described = describe_data(experiment, data)

    def stands(system: System) -> bool:
        folder = results / experiment.name / system.name
        try:
            stored = read_run(folder)
            stored.predictions()
        except BenchError:
            return False
        return answers(stored.record, experiment, described, system)

    stored = () if force else tuple(system for system in chosen if stands(system))
    remaining = tuple(system for system in chosen if system not in stored)
    return Plan(path, experiment, data, remaining, stored, tuple(warnings))


def plans(paths: Sequence[Path], results: Path, *, pattern: str | None = None, force: bool = False) -> list[Plan]:
    """The plan of each experiment file. Raises BenchError also for two experiments of one name."""
    made: dict[str, Plan] = {}
    for path in paths:
        planned = plan(path, results, pattern=pattern, force=force)
        name = planned.experiment.name.casefold()
        if name in made:
            text = f"name: {planned.experiment.name!r} is taken by {made[name].path}; rename one"
            raise BenchError(text, place=path)
        made[name] = planned
    return list(made.values())


def _matching(experiment: Experiment, pattern: str | None, path: Path) -> list[System]:
    if pattern is None:
        return list(experiment.systems)
    parts = [part.strip() for part in pattern.split(",")]
    names = [system.name for system in experiment.systems]
    for part in parts:
        if not any(fnmatch.fnmatchcase(name, part) for name in names):
            raise BenchError(f"no system fits {part!r}{suggest(part, names)}", place=path)
    return [system for system in experiment.systems if any(fnmatch.fnmatchcase(system.name, part) for part in parts)]


def run(planned: Plan, results: Path, *, jobs: int, advance: Callable[[str], None]) -> list[tuple[str, str]]:
    """Run what a plan holds, writing each system's files when it is done; system and error of those that failed."""
    from bench.evaluation.engine import run_systems
    from bench.evaluation.results import describe_data, make_record, write_run

    experiment = planned.experiment
    described = describe_data(experiment, planned.data)
    failed = []
    for done in run_systems(planned.data, experiment.protocol, planned.systems, jobs=jobs, advance=advance):
        folder = results / experiment.name / done.system.name
        write_run(folder, make_record(experiment, described, done), done)
        if done.error is not None:
            failed.append((done.system.name, done.error))
    return failed


def compare(paths: Sequence[Path], *, metric: str, form: str, width: int | None, colour: bool) -> str:
    """The comparison of all runs under `paths`, as text in one of the forms."""
    from bench.evaluation.compare import compare as compared
    from bench.evaluation.results import find_runs
    from bench.report.tables import FORMATS, as_terminal

    comparisons = compared([stored.record for stored in find_runs(paths)], metric)
    return as_terminal(comparisons, width=width, colour=colour) if form == "table" else FORMATS[form](comparisons)
