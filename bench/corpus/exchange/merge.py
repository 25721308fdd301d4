"""Turns a page's label file into tasks for annotators, and merges their checked answers into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.core.errors import BenchError, suggest
from bench.core.pages import Page
from bench.corpus.exchange.answers import Counts, ExportedTexts, agreed, counted, demand_kept
from bench.corpus.exchange.base import Answer, Choices, Suggestion, Task
from bench.corpus.label_files import LabelFile, Pass
from bench.corpus.proposals import Proposal
from bench.corpus.topics import LABELS, NONE, TOPICS

T = TypeVar("T")

TOPIC_CHOICES = Choices(
    "topic", {label: {**TOPICS, NONE: "none of these topics, or too many of them"}[label] for label in LABELS}
)
"""The choices of an annotator of a page."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A label file with an import's labels in it, and the counts of the import."""

    label_file: LabelFile
    counts: Counts


def tasks(label_file: LabelFile, page: Page, pass_: Pass, proposals: Mapping[str, Proposal]) -> list[Task]:
    """A task for each line of the label file, in its order, with what the pass says already. `proposals`: by row id."""
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    return [
        Task(row_id, texts[row_id], label or None, _suggestion(proposals.get(row_id)))
        for row_id, label in label_file.labels(pass_).items()
    ]


def _suggestion(proposal: Proposal | None) -> Suggestion | None:
    return None if proposal is None else Suggestion(proposal.topic, proposal.probability, proposal.system)


def by_page(answers: Sequence[Answer], pages: Mapping[str, T]) -> dict[str, list[Answer]]:
    """The answers to each page, by its key. Raises BenchError for a row id that begins with no page's key."""
    found: dict[str, list[Answer]] = {}
    for answer in answers:
        key = answer.row_id.rpartition("-")[0]
        if key not in pages:
            text = f"row_id: {answer.row_id!r} is of no page here{suggest(key, pages)}"
            raise BenchError(text, place=answer.place)
        found.setdefault(key, []).append(answer)
    return found


def merge(label_file: LabelFile, page: Page, answers: Sequence[Answer], pass_: Pass, *, force: bool = False) -> Merged:
    """Set one pass's labels to the answers of one page.

    Raises BenchError with the answer's place for an id that the page does not hold, a text that is not the page's, an
    unknown label, several labels on one row, and different answers to one row; and with the label file's line for a
    label that is there already and differs, unless `force`.
    """
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    before = label_file.labels(pass_)
    labels, skipped = agreed(answers, ExportedTexts(texts, LABELS, "paragraph", "page"))
    if not force:
        demand_kept(before, labels, pass_, label_file.place)
    return Merged(label_file.with_labels(pass_, labels), counted(before, labels, skipped))
