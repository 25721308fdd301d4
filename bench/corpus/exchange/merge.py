"""A label file to tasks for annotators, and their answers back into it: checked before anything is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from bench.core.errors import BenchError, suggest
from bench.core.records import Page
from bench.corpus.exchange.base import Answer, Task
from bench.corpus.label_files import Pass, Sheet
from bench.corpus.proposals import Proposal
from bench.corpus.topics import LABELS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Merged:
    """A label file with an import's labels in it, and how many rows of the page were what.

    set_: labelled now; kept: labelled alike before; replaced: labelled otherwise before; skipped: by the annotator;
    unanswered: neither labelled nor skipped in the import, and left as they were.
    """

    sheet: Sheet
    set_: int
    kept: int
    replaced: int
    skipped: int
    unanswered: int


def tasks(sheet: Sheet, page: Page, pass_: Pass, proposals: Mapping[str, Proposal]) -> list[Task]:
    """A task for each line of the label file, in its order, with what the pass says already. `proposals`: by row id."""
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    return [
        Task(row_id, texts[row_id], label or None, proposals.get(row_id))
        for row_id, label in sheet.labels(pass_).items()
    ]


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


def of_annotator(answers: Sequence[Answer], annotator: str | None) -> list[Answer]:
    """The answers of one annotator, and rows that nobody answered; all of them for None.

    Raises BenchError for an annotator that no answer names, with those that are named.
    """
    if annotator is None:
        return list(answers)
    names = sorted({answer.annotator for answer in answers if answer.annotator is not None})
    if annotator not in names:
        what = suggest(annotator, names) or "; the file names no annotators, leave --annotator out"
        raise BenchError(f"no answer is by annotator {annotator!r}{what}")
    return [
        answer
        for answer in answers
        if answer.annotator == annotator or (answer.annotator is None and not answer.labels)
    ]


def merge(sheet: Sheet, page: Page, answers: Sequence[Answer], pass_: Pass, *, force: bool = False) -> Merged:
    """Set one pass's labels to the answers of one page.

    Raises BenchError with the answer's place for an id that the page does not hold, a text that is not the page's, an
    unknown label, several labels on one row, and different answers to one row; and with the label file's line for a
    label that is there already and differs, unless `force`.
    """
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    before = sheet.labels(pass_)
    for answer in answers:
        _check(answer, texts)
    labels = _agreed(answers)
    skipped = {answer.row_id for answer in answers if answer.skipped} - set(labels)
    replaced = [row_id for row_id, label in labels.items() if before[row_id] not in {"", label}]
    if replaced and not force:
        row_id = replaced[0]
        text = f"{pass_}: is {before[row_id]!r}, the import says {labels[row_id]!r}"
        more = f" ({len(replaced)} labels differ)" if replaced[1:] else ""
        raise BenchError(f"{text}{more}; --force replaces what is there", place=sheet.place(row_id))
    kept = sum(before[row_id] == label for row_id, label in labels.items())
    return Merged(
        sheet.with_labels(pass_, labels),
        set_=len(labels) - kept - len(replaced),
        kept=kept,
        replaced=len(replaced),
        skipped=len(skipped),
        unanswered=len(before) - len(labels) - len(skipped),
    )


def _check(answer: Answer, texts: Mapping[str, str]) -> None:
    row_id, text = answer.row_id, answer.text
    if row_id not in texts:
        raise BenchError(f"row_id: the page has no paragraph {row_id!r}{_near(row_id, texts)}", place=answer.place)
    if text != texts[row_id]:
        at = next(at for at, (a, b) in enumerate(zip_longest(text, texts[row_id])) if a != b)
        fault = f"text: is not that of paragraph {row_id!r} from character {at + 1} on"
        here, there = text[at : at + 8], texts[row_id][at : at + 8]
        raise BenchError(f"{fault} ({here!r}, on the page {there!r}); export the page again", place=answer.place)
    unknown = next((label for label in answer.labels if label not in LABELS), None)
    if unknown is not None:
        raise BenchError(f"unknown label {unknown!r}{suggest(unknown, LABELS)}", place=answer.place)
    if len(set(answer.labels)) > 1:
        several = ", ".join(answer.labels)
        raise BenchError(
            f"paragraph {row_id!r} has {len(answer.labels)} labels ({several}); choose one", place=answer.place
        )


def _near(row_id: str, texts: Mapping[str, str]) -> str:
    # A page holds more ids than a line should list.
    near = suggest(row_id, texts).partition("?")
    return f"{near[0]}?" if near[1] else ""


def _agreed(answers: Sequence[Answer]) -> dict[str, str]:
    """Row id to its one label. Raises BenchError for two answers to one row that differ."""
    first: dict[str, Answer] = {}
    for answer in answers:
        if answer.skipped or not answer.labels:
            continue
        other = first.setdefault(answer.row_id, answer)
        if other.labels[0] != answer.labels[0]:
            one, two = (f"{item.labels[0]} by {_who(item)}" for item in (other, answer))
            mend = "take one with --annotator" if other.annotator != answer.annotator else "delete one in the tool"
            raise BenchError(f"paragraph {answer.row_id!r} is {one}, {two}; {mend}", place=answer.place)
    return {row_id: answer.labels[0] for row_id, answer in first.items()}


def _who(answer: Answer) -> str:
    return "an annotator who is not named" if answer.annotator is None else f"annotator {answer.annotator!r}"
