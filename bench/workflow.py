"""One function per verb, and the order of all reading and writing."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.core.errors import BenchError, suggest
from bench.core.records import LabelledTexts, Page
from bench.corpus.exchange.merge import Merged
from bench.corpus.proposals import Proposal
from bench.corpus.sheets import Pass
from bench.experiment.config import Experiment, System, load_experiment


def build(seeds: Path, out: Path, *, without: Sequence[str] = ()) -> dict[str, int]:
    """Write the dataset of all seed pages but those with the keys `without`; config to its number of rows."""
    from bench.corpus.build import make_dataset, read_pages, write_dataset

    dataset = make_dataset(read_pages(seeds, without=without))
    write_dataset(dataset, out)
    return {config: len(rows) for config, rows in dataset.rows.items()}


def check_build(seeds: Path, out: Path, *, without: Sequence[str] = ()) -> list[str]:
    """What in a written dataset is not as it would be written now; empty where nothing differs."""
    from bench.corpus.build import differences, make_dataset, read_pages

    return differences(make_dataset(read_pages(seeds, without=without)), out)


@dataclass(frozen=True, slots=True)
class Added:
    """A new seed page. proposals: in the order of their file, none where nothing could propose.

    notes: why the proposals are what they are, a line each.
    """

    page: Page
    file: Path
    labels: Path
    proposals_file: Path | None
    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...]


def add(
    path: Path, seeds: Path, results: Path, *, key: str | None = None, encoding: str = "utf-8", dry: bool = False
) -> Added:
    """Put a page into the seeds with a label file to fill in, and proposals beside it; `dry` writes nothing.

    Raises BenchError for a page, key or seed folder that will not do; then nothing is written.
    """
    from bench.core.documents import decode
    from bench.core.files import write_together
    from bench.corpus.adding import new_page_file, page_bytes
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_key
    from bench.corpus.pages import repair_page
    from bench.corpus.proposals import proposals_file, proposals_path
    from bench.corpus.sheets import new_sheet

    data = page_bytes(path, encoding)
    file = new_page_file(path, data, seeds, key)
    page = repair_page(decode(data, path), key=page_key(file))
    if not page.paragraphs:
        raise BenchError("holds no paragraph; give the extracted text of a newspaper page", place=path)
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    proposals, notes = _proposals(seeds, results, texts)
    order = [proposal.row_id for proposal in proposals] or list(texts)
    files = {labels_path(file): new_sheet(page, order), file: data}
    if proposals:
        files = {proposals_path(file): proposals_file(proposals, texts), **files}
    if not dry:
        write_together(files)
    added = proposals_path(file) if proposals else None
    return Added(page, file, labels_path(file), added, tuple(proposals), tuple(notes))


def show_repair(page: Page, *, width: int | None, colour: bool) -> str:
    """What repair made of a page, for a terminal."""
    from bench.report.repairs import as_terminal

    return as_terminal(page, width=width, colour=colour)


def _proposals(seeds: Path, results: Path, texts: dict[str, str]) -> tuple[list[Proposal], list[str]]:
    """Proposals for some texts, least certain first, and notes; where none can be made, a note says why."""
    from bench.corpus.annotations import UnlabelledError
    from bench.corpus.build import labelled_texts, read_labelled
    from bench.corpus.proposals import least_certain_first
    from bench.evaluation.propose import best_proposals
    from bench.evaluation.results import find_runs

    pages, notes = [], []
    for file in sorted(seeds.glob("*.txt")):
        try:
            pages.append(read_labelled(file))
        except UnlabelledError as error:
            notes.append(f"not learnt from: {error}")
    labelled = labelled_texts(pages)
    if labelled is None:
        return [], [*notes, "no proposals: no page is labelled yet"]
    has_runs = results.is_dir() and any(results.rglob("run.json"))
    records = [run.record for run in find_runs([results])] if has_runs else []
    made, reasons = best_proposals(records, labelled, list(texts), list(texts.values()))
    return least_certain_first(made), [*notes, *reasons]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a labelling tool. labelled: rows that carry a label already."""

    files: tuple[Path, ...]
    rows: int
    labelled: int


def export_labels(
    page: str, seeds: Path, tool: str, out: Path, *, pass_: Pass, with_proposals: bool, force: bool
) -> Exported:
    """Write one pass of a page's labels for a labelling tool. page: its key or its file.

    Raises BenchError for files that are there already, unless `force`.
    """
    from bench.core.files import FileIsThereError, write_together
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_files, read_page
    from bench.corpus.exchange.formats import TOOLS
    from bench.corpus.exchange.merge import tasks
    from bench.corpus.proposals import proposals_path, read_proposals
    from bench.corpus.sheets import read_sheet

    files = page_files(seeds)
    named = {**{str(file): file for file in files.values()}, **files}
    if page not in named:
        raise BenchError(f"no page has the key {page!r}{suggest(page, files)}", place=seeds)
    file = named[page]
    if with_proposals and not TOOLS[tool].takes_proposals:
        raise BenchError(f"--with-proposals: {tool} would take a proposal for a label; leave it out")
    repaired = read_page(file)
    sheet = read_sheet(labels_path(file), repaired)
    proposals = read_proposals(proposals_path(file)) if with_proposals else {}
    made = tasks(sheet, repaired, pass_, proposals)
    written = TOOLS[tool].export(made, out)
    try:
        write_together(written, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None
    return Exported(tuple(written), len(made), sum(task.label is not None for task in made))


def import_labels(
    path: Path, seeds: Path, tool: str, *, pass_: Pass, annotator: str | None, force: bool
) -> dict[Path, Merged]:
    """Take one pass of labels from what a labelling tool exported; label file to what became of it.

    All of them or none: whatever is wrong in the file, in a page or in a label file, nothing is written.
    """
    from bench.core.files import write_together
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_files, read_page
    from bench.corpus.exchange.formats import TOOLS
    from bench.corpus.exchange.merge import by_page, merge, of_annotator
    from bench.corpus.sheets import read_sheet
    from bench.corpus.tables import read_table

    files = page_files(seeds)
    answers = TOOLS[tool].answers(read_table(path))
    try:
        answers = of_annotator(answers, annotator)
    except BenchError as error:
        raise BenchError(error.message, place=path) from None
    merged = {}
    for key, of_page in by_page(answers, files).items():
        page, target = read_page(files[key]), labels_path(files[key])
        merged[target] = merge(read_sheet(target, page), page, of_page, pass_, force=force)
    changed = {target: done.sheet.to_bytes() for target, done in merged.items() if done.set_ or done.replaced}
    write_together(changed, over=True)
    return merged


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
