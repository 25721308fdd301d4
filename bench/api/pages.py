"""Seed pages: builds the dataset from them, checks it against them, adds a new page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts, SideColumns
from bench.core.pages import Page

if TYPE_CHECKING:
    from bench.corpus.annotations import LabelledPage
    from bench.corpus.build import Dataset
    from bench.corpus.card import Scores
    from bench.corpus.proposals import Proposal

CARD_EXPERIMENT = "seed-page"
"""The experiment whose stored results the dataset's card shows."""


def build_steps() -> int:
    """How often `build` and `check_build` report progress: once for each check of the audit, which takes most time."""
    from bench.data.audit.base import CHECKS

    return len(CHECKS.classes())


def build(
    seeds: Path,
    out: Path,
    results: Path,
    *,
    without: Sequence[str] = (),
    advance: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Write the dataset of all seed pages except those named in `without`; return the rows of each config.

    results: the results root from which the card takes scores; nothing is run.
    """
    from bench.core.folders import check_folder
    from bench.corpus.build import write_dataset
    from bench.corpus.folder import DATASET

    check_folder(out, DATASET, over=True)
    dataset = _dataset(seeds, results, without, advance)
    write_dataset(dataset, out)
    return {config: len(rows) for config, rows in dataset.rows.items()}


def check_build(
    seeds: Path,
    out: Path,
    results: Path,
    *,
    without: Sequence[str] = (),
    advance: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """What in a written dataset differs from what would be written now; empty where nothing does.

    Content that the changelog does not record differs. Where `results` holds none of the card's experiment, the scores
    in the cards are not compared; where it does, the cards must show just these.
    """
    from bench.corpus.consistency import differences, version_fault

    dataset = _dataset(seeds, results, without, advance)
    return [*differences(dataset, out), *version_fault(dataset, seeds)]


def _dataset(seeds: Path, results: Path, without: Sequence[str], advance: Callable[[str], None]) -> Dataset:
    from bench.corpus.build import make_dataset, read_pages
    from bench.corpus.dataset_version import CHANGELOG, read_version

    def scores(rows: LabelledTexts) -> list[Scores] | None:
        folder = results / CARD_EXPERIMENT
        if not any(folder.glob("*/run.json")):
            return None
        from bench.comparison.card_scores import card_scores
        from bench.execution.results import find_runs

        return card_scores(find_runs([folder]), rows.sha256())

    pages = read_pages(seeds, without=without)
    version = read_version(seeds / CHANGELOG)
    return make_dataset(pages, version, scores=scores, sections=_audit_sections(pages, advance))


def _audit_sections(pages: Sequence[LabelledPage], advance: Callable[[str], None]) -> dict[str, list[str]]:
    """What could mislead in the default config, judged by its rows alone, without stored predictions."""
    from bench.corpus.build import labelled_texts
    from bench.corpus.card import CARDS
    from bench.corpus.configs import DEFAULT
    from bench.corpus.statistics import gather_statistics
    from bench.data.audit.base import AuditData, AuditSettings
    from bench.data.audit.base import audit as audited
    from bench.data.audit.markdown import card_section

    statistics = gather_statistics(pages, None)
    given = {row_id: item for page in pages for row_id, item in page.annotations.items()}
    rows = statistics.rows[DEFAULT]
    pairs = [(given[row["id"]].first, given[row["id"]].second) for row in rows]
    side = SideColumns(
        positions=tuple(row["position"] for row in rows),
        annotations=tuple(None if second is None else (first, second) for first, second in pairs),
    )
    found = audited(AuditData(labelled_texts(statistics, DEFAULT), side, ()), AuditSettings(), advance=advance)
    return {language: [card_section(found, DEFAULT, language)] for language in CARDS}


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
    from bench.core.files import write_together
    from bench.core.text_files import decode
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_key
    from bench.corpus.label_files import new_label_file
    from bench.corpus.new_page import new_page_file, page_bytes
    from bench.corpus.pages import repair_page
    from bench.corpus.proposals import proposals_file, proposals_path

    data = page_bytes(path, encoding)
    file = new_page_file(path, data, seeds, key)
    page = repair_page(decode(data, path), key=page_key(file))
    if not page.paragraphs:
        raise BenchError("holds no paragraph; give the extracted text of a newspaper page", place=path)
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    proposals, notes = _proposals(seeds, results, texts)
    order = [proposal.row_id for proposal in proposals] or list(texts)
    files = {labels_path(file): new_label_file(page, order), file: data}
    if proposals:
        files = {proposals_path(file): proposals_file(proposals, texts), **files}
    if not dry:
        write_together(files)
    added = proposals_path(file) if proposals else None
    return Added(page, file, labels_path(file), added, tuple(proposals), tuple(notes))


def show_repair(page: Page, *, width: int | None, colour: bool) -> str:
    """The repaired page beside its raw text, for a terminal."""
    from bench.report.page_repair import as_terminal

    return as_terminal(page, width=width, colour=colour)


def _proposals(seeds: Path, results: Path, texts: dict[str, str]) -> tuple[list[Proposal], list[str]]:
    """Proposals for some texts, least certain first, and notes; where none can be made, a note says why."""
    from bench.corpus.annotations import UnlabelledError
    from bench.corpus.build import labelled_texts, read_labelled
    from bench.corpus.proposals import least_certain_first
    from bench.corpus.statistics import gather_statistics
    from bench.deployment.label_proposals import best_proposals
    from bench.execution.results import find_runs

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
        records, labelled_texts(gather_statistics(pages, None), "all"), list(texts), list(texts.values())
    )
    return least_certain_first(made), [*notes, *reasons]
