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
    from bench.corpus.audit.base import Audit, StoredGuesses
    from bench.corpus.sources.base import SourceSettings


def build(seeds: Path, out: Path) -> dict[str, int]:
    """Write the dataset of all seed pages; config to its number of rows."""
    from bench.corpus.build import make_dataset, read_pages, write_dataset

    dataset = make_dataset(read_pages(seeds))
    write_dataset(dataset, out)
    return {config: len(rows) for config, rows in dataset.rows.items()}


def check_build(seeds: Path, out: Path) -> list[str]:
    """What in a written dataset is not as it would be written now; empty where nothing differs."""
    from bench.corpus.build import differences, make_dataset, read_pages

    return differences(make_dataset(read_pages(seeds)), out)


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


@dataclass(frozen=True, slots=True)
class Audited:
    """An audit, and the name of the data that it is of."""

    name: str
    audit: Audit

    def text(self, *, form: str, width: int | None, colour: bool) -> str:
        """The audit in one of the forms: text, json, markdown."""
        from bench.report.audit import FORMATS, as_terminal

        if form == "text":
            return as_terminal(self.audit, name=self.name, width=width, colour=colour)
        return FORMATS[form](self.audit, name=self.name)


def audit(
    path: Path | None, *, corpus: str | None, results: Path | None, fail_on: Sequence[str], similarity: float
) -> Audited:
    """Look for what could mislead in the data of an experiment file, or of the corpus where `path` is None.

    corpus: config of the corpus. results: where stored predictions of these rows are looked for; None: `results/` if
    it is there. fail_on: kinds of findings, checked before anything is read.
    Raises BenchError for a fault in file, data, results or an unknown kind.
    """
    from bench.corpus.audit.base import AuditData, AuditSettings, check_kinds
    from bench.corpus.audit.base import audit as audited
    from bench.corpus.sources.corpus import CorpusSource

    check_kinds(fail_on)
    settings = AuditSettings(similarity=similarity)
    if path is None:
        source: SourceSettings = CorpusSource.model_validate({"kind": "corpus", "config": corpus or "paragraphs"})
        name = f"corpus {corpus or 'paragraphs'}"
    elif corpus is not None:
        raise BenchError("--config names a config of the corpus; leave it out where an experiment file is given")
    else:
        source, name = load_experiment(path).data, str(path)
    rows = source.load()
    return Audited(name, audited(AuditData(rows, source.side_columns(), _stored_guesses(rows, results)), settings))


def _stored_guesses(rows: LabelledTexts, results: Path | None) -> tuple[StoredGuesses, ...]:
    """What every system but the controls guessed for these very rows, by system, each once."""
    from bench.corpus.audit.base import StoredGuesses
    from bench.evaluation.results import find_runs
    from bench.systems.classifiers.base import CLASSIFIERS

    default = Path("results")
    if results is None and not any(default.glob("*/*/run.json")):
        return ()
    sha256 = rows.sha256()
    found: dict[str, StoredGuesses] = {}
    for run in find_runs([results or default]):
        record = run.record
        kind = CLASSIFIERS.classes().get(record.config["classifier"]["kind"])
        control = kind is not None and kind.control
        if record.status != "complete" or control or record.facts.sha256 != sha256:
            continue
        stored = run.predictions()
        if stored.row_ids == rows.row_ids:
            name = record.system if record.system not in found else f"{record.experiment}/{record.system}"
            probable = stored.scores if record.score_kind == "probability" else None
            found[name] = StoredGuesses(name, stored.classes, stored.guess, probable)
    return tuple(found.values())
