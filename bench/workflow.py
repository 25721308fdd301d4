"""One function per verb, and the order of all reading and writing."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, suggest
from bench.core.files import alone_in, check_writable
from bench.core.records import GivenParts, LabelledTexts, Page, SideColumns
from bench.experiment.config import Experiment, System, load_experiment
from bench.experiment.protocols.base import ImpossibleSplitError, Protocol, Targets

SHUFFLED = "+shuffled-labels"
"""Ends the name of an experiment whose labels were shuffled."""

if TYPE_CHECKING:
    from bench.corpus.annotations import LabelledPage
    from bench.corpus.build import Dataset
    from bench.corpus.card import Scores
    from bench.corpus.exchange.merge import Merged
    from bench.corpus.proposals import Proposal
    from bench.corpus.sheets import Pass
    from bench.evaluation.results import Question
    from bench.evaluation.verify import Verdict

if TYPE_CHECKING:
    from bench.corpus.audit.base import Audit, StoredGuesses
    from bench.corpus.sources.base import SourceSettings


CARD_EXPERIMENT = "seed-page"
"""The experiment whose stored results the dataset's card shows."""


def build(seeds: Path, out: Path, results: Path, *, without: Sequence[str] = ()) -> dict[str, int]:
    """Write the dataset of all seed pages but those with the keys `without`; config to its number of rows.

    results: the results root from which the card takes scores; nothing is run.
    """
    from bench.corpus.build import write_dataset

    dataset = _dataset(seeds, results, without)
    write_dataset(dataset, out)
    return {config: len(rows) for config, rows in dataset.rows.items()}


def check_build(seeds: Path, out: Path, results: Path, *, without: Sequence[str] = ()) -> list[str]:
    """What in a written dataset is not as it would be written now; empty where nothing differs.

    Content that the changelog does not record differs. Where `results` holds none of the card's experiment, the scores
    in the cards are not compared; where it does, the cards must show just these.
    """
    from bench.corpus.check import differences, version_fault

    dataset = _dataset(seeds, results, without)
    return [*differences(dataset, out), *version_fault(dataset, seeds)]


def _dataset(seeds: Path, results: Path, without: Sequence[str]) -> Dataset:
    from bench.corpus.build import make_dataset, read_pages
    from bench.corpus.versions import CHANGELOG, read_version

    def scores(rows: LabelledTexts) -> list[Scores] | None:
        folder = results / CARD_EXPERIMENT
        if not any(folder.glob("*/run.json")):
            return None
        from bench.evaluation.results import find_runs
        from bench.evaluation.standing import standing

        return standing(find_runs([folder]), rows.sha256())

    pages = read_pages(seeds, without=without)
    version = read_version(seeds / CHANGELOG)
    return make_dataset(pages, version, scores=scores, sections=[_audit_section(pages)])


def _audit_section(pages: Sequence[LabelledPage]) -> str:
    """What could mislead in the default config, from its rows alone: stored predictions are not looked at."""
    from bench.corpus.audit.base import AuditData, AuditSettings
    from bench.corpus.audit.base import audit as audited
    from bench.corpus.audit.markdown import as_markdown
    from bench.corpus.build import labelled_texts
    from bench.corpus.configs import DEFAULT
    from bench.corpus.facts import gather_facts

    facts = gather_facts(pages, None)
    given = {row_id: item for page in pages for row_id, item in page.annotations.items()}
    rows = facts.rows[DEFAULT]
    pairs = [(given[row["id"]].first, given[row["id"]].second) for row in rows]
    side = SideColumns(
        positions=tuple(row["position"] for row in rows),
        annotations=tuple(None if second is None else (first, second) for first, second in pairs),
    )
    found = audited(AuditData(labelled_texts(facts, DEFAULT), side, ()), AuditSettings())
    return f"## What could mislead\n\nFrom `bench audit` of `{DEFAULT}`.\n\n{as_markdown(found, examples=False)}"


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
    from bench.corpus.facts import gather_facts
    from bench.corpus.proposals import least_certain_first
    from bench.evaluation.propose import best_proposals
    from bench.evaluation.results import find_runs

    pages, notes = [], []
    for file in sorted(seeds.glob("*.txt")):
        try:
            pages.append(read_labelled(file))
        except UnlabelledError as error:
            notes.append(f"not learnt from: {error}")
    if not pages:
        return [], [*notes, "no proposals: no page is labelled yet"]
    has_runs = results.is_dir() and any(results.rglob("run.json"))
    records = [run.record for run in find_runs([results])] if has_runs else []
    made, reasons = best_proposals(
        records, labelled_texts(gather_facts(pages, None), "all"), list(texts), list(texts.values())
    )
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
    results that cannot be written.
    """
    check_writable(results)
    made: dict[str, Path] = {}
    found = []
    for path in paths:
        experiment = load_experiment(path)
        name = experiment.name.casefold()
        if name in made:
            text = f"name: {experiment.name!r} is taken by {made[name]}; rename one"
            raise BenchError(text, place=path)
        made[name] = path
        found += _plan(path, experiment, results, pattern=pattern, force=force, shuffle_labels=shuffle_labels)
    return found


def _plan(
    path: Path, experiment: Experiment, results: Path, *, pattern: str | None, force: bool, shuffle_labels: bool
) -> list[Plan]:
    from bench.evaluation.results import Question, environment

    chosen = _matching(experiment, pattern, path)
    for system in chosen:
        environment(system)  # what is not installed is said before anything is run
    data, remarks = _loaded(path, experiment), {}
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
        remaining = tuple(system for system in chosen if system not in stored)
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
    from bench.evaluation.results import RECORD, answers, read_run

    stored: list[System] = []
    damaged: list[str] = []
    for system in systems:
        folder = question.folder(results, system)
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
    parts = [part.strip() for part in pattern.split(",")]
    names = [system.name for system in experiment.systems]
    for part in parts:
        if not any(fnmatch.fnmatchcase(name, part) for name in names):
            raise BenchError(f"no system fits {part!r}{suggest(part, names)}", place=path)
    return [system for system in experiment.systems if any(fnmatch.fnmatchcase(system.name, part) for part in parts)]


def run(planned: Plan, results: Path, *, jobs: int, advance: Callable[[str], None]) -> list[tuple[str, str]]:
    """Run what a plan holds, writing each system's files when it is done; system and error of those that failed.

    Raises BenchError where another run writes the same experiment's results just now.
    """
    from bench.evaluation.engine import Run, run_systems
    from bench.evaluation.results import make_record, write_run

    question = planned.question
    kept = {system.name: question.checkpoints(results, system) for system in planned.systems}
    failed = []
    with alone_in(results / question.experiment):
        if planned.impossible is not None:
            for system in planned.systems:
                done = Run(system, None, (), {}, planned.impossible, ())
                write_run(question.folder(results, system), make_record(question, done, impossible=True), done)
            return []
        running = run_systems(
            planned.data, planned.protocol, planned.systems, jobs=jobs, advance=advance, checkpoints=kept
        )
        with closing(running) as runs:
            for done in runs:
                write_run(question.folder(results, done.system), make_record(question, done), done)
                kept[done.system.name].clear()
                if done.error is not None:
                    failed.append((done.system.name, done.error))
    return failed


def compare(
    paths: Sequence[Path],
    *,
    metric: str,
    form: str,
    width: int | None,
    colour: bool,
    baseline: str | None = None,
    region: float | None = None,
    published: Path | None = None,
) -> str:
    """The comparison of all runs under `paths`, as text in one of the forms; published numbers apart.

    Raises BenchError for single runs, named one by one, that cannot be compared.
    """
    from bench.evaluation.compare import compare as compared
    from bench.evaluation.compare import demand_comparable, side_by_side
    from bench.evaluation.published import read_published
    from bench.evaluation.results import find_runs, is_run
    from bench.report.tables import FORMATS, as_terminal

    others = () if published is None else read_published(published)
    runs = find_runs(paths)
    if all(map(is_run, paths)):
        demand_comparable(runs)
    comparisons = compared(runs, metric, baseline=baseline, region=region)
    beside = side_by_side(comparisons)
    if form == "table":
        return as_terminal(comparisons, beside, others, width=width, colour=colour)
    return FORMATS[form](comparisons, beside, others)


def verify(paths: Sequence[Path], data_folder: Path, *, jobs: int, advance: Callable[[str], None]) -> Iterator[Verdict]:
    """Every run under `paths` made again, one after the other.

    data_folder: where the paths of their data start, the folder of their experiment files.
    """
    from bench.evaluation.results import find_runs
    from bench.evaluation.verify import verify as made_again

    for stored in find_runs(paths):
        yield made_again(stored, data_folder, jobs=jobs, advance=advance)


def gate(paths: Sequence[Path], against: Path, *, metric: str) -> tuple[list[str], bool]:
    """What runs came to beside older ones of the same systems, a line each, and whether one became worse."""
    from bench.evaluation.gate import gate as tested
    from bench.evaluation.results import find_runs
    from bench.report.tables import gate_lines

    found = tested(find_runs(paths), find_runs([against]), metric)
    return gate_lines(found), bool(found.worse)


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
    side = source.side_columns()
    if rows.parts is not None and side.splits is None:
        side = replace(side, splits=_given_splits(rows.parts))
    return Audited(name, audited(AuditData(rows, side, _stored_guesses(rows, results)), settings))


def _given_splits(parts: GivenParts) -> tuple[str, ...]:
    """The split of each row, as the data itself sets them apart."""
    sizes = {
        "train": sum(map(len, parts.train)),
        "validation": sum(map(len, parts.validation)),
        "test": 0 if parts.test is None else len(parts.test),
    }
    return tuple(name for name, size in sizes.items() for _ in range(size))


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
