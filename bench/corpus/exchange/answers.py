"""Checks annotators' answers against the exported texts, and takes one annotator's labels, one a text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bench.core.errors import BenchError, quoted, suggest
from bench.core.labelled_texts import name_fault
from bench.corpus.exchange.base import Answer


@dataclass(frozen=True, slots=True)
class ExportedTexts:
    """What annotators were given. texts: by row id; labels: what they may choose, None for whatever they chose.

    row, whole: what an error calls one text, and all of them, as in "paragraph" and "page".
    """

    texts: Mapping[str, str]
    labels: Collection[str] | None
    row: str
    whole: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows were labelled, kept, replaced or skipped by an import.

    set_: labelled now; kept: labelled alike before; replaced: labelled otherwise before; skipped: by the annotator;
    unanswered: neither labelled nor skipped, and left as they were.
    """

    set_: int
    kept: int
    replaced: int
    skipped: int
    unanswered: int


def of_annotator(answers: Sequence[Answer], annotator: str | None) -> list[Answer]:
    """The answers of one annotator, and rows that nobody answered; all of them for None.

    annotator: e-mail, name or number, as the file has it. Raises BenchError for one that no answer names, with those
    that are named.
    """
    if annotator is None:
        return list(answers)
    if not any(answer.is_by(annotator) for answer in answers):
        names = sorted({answer.annotator for answer in answers if answer.annotator is not None})
        what = suggest(annotator, names) or "; the file names no annotators, leave --annotator out"
        raise BenchError(f"no answer is by annotator {annotator!r}{what}")
    return [answer for answer in answers if answer.is_by(annotator) or (answer.annotator is None and not answer.labels)]


def by_email(answers: Sequence[Answer], emails: Mapping[str, str]) -> list[Answer]:
    """The answers with their annotators' e-mails, where these are known by another name or number."""
    found = []
    for answer in answers:
        names = {answer.annotator, *answer.aliases} - {None}
        email = next((emails[name] for name in sorted(filter(None, names)) if name in emails), None)
        aliases = frozenset(name for name in names if name is not None)
        found.append(answer if email is None else replace(answer, annotator=email, aliases=aliases))
    return found


def agreed(answers: Sequence[Answer], given: ExportedTexts) -> tuple[dict[str, str], set[str]]:
    """Row id to its one label, and the rows that were skipped and not labelled.

    Raises BenchError with the answer's place for an id that was not given out, a text that is another, an unknown
    label, several labels on one row, and different answers to one row.
    """
    for answer in answers:
        _check(answer, given)
    labels = _agreed(answers, given)
    return labels, {answer.row_id for answer in answers if answer.skipped} - set(labels)


def demand_kept(
    before: Mapping[str, str], labels: Mapping[str, str], column: str, place_of: Callable[[str], str]
) -> None:
    """Raises BenchError at the first row whose label would be replaced by another one.

    before, labels: row id to the label that is there ("" for none), and to the imported one. column: what holds labels.
    place_of: row id to its file and line.
    """
    replaced = [row_id for row_id, label in labels.items() if before[row_id] not in {"", label}]
    if replaced:
        row_id = replaced[0]
        text = f"{column}: is {before[row_id]!r}, the import says {labels[row_id]!r}"
        more = f" ({len(replaced)} labels differ)" if replaced[1:] else ""
        raise BenchError(f"{text}{more}; --force replaces what is there", place=place_of(row_id))


def counted(before: Mapping[str, str], labels: Mapping[str, str], skipped: Collection[str]) -> Counts:
    """Count what an import does to rows that had the labels `before` ("" for none)."""
    replaced = sum(before[row_id] not in {"", label} for row_id, label in labels.items())
    kept = sum(before[row_id] == label for row_id, label in labels.items())
    unanswered = len(before) - len(labels) - len(skipped)
    return Counts(len(labels) - kept - replaced, kept, replaced, len(skipped), unanswered)


def _check(answer: Answer, given: ExportedTexts) -> None:
    row_id, text, texts = answer.row_id, answer.text, given.texts
    if row_id not in texts:
        fault = f"row_id: the {given.whole} has no {given.row} {row_id!r}{_near(row_id, texts)}"
        raise BenchError(fault, place=answer.place)
    if text != texts[row_id]:
        at = next(at for at, (a, b) in enumerate(zip_longest(text, texts[row_id])) if a != b)
        fault = f"text: is not that of {given.row} {row_id!r} from character {at + 1} on"
        here, there = text[at : at + 8], texts[row_id][at : at + 8]
        again = f"on the {given.whole} {there!r}); export the {given.whole} again"
        raise BenchError(f"{fault} ({here!r}, {again}", place=answer.place)
    labels = given.labels
    unknown = None if labels is None else next((label for label in answer.labels if label not in labels), None)
    if labels is not None and unknown is not None:
        raise BenchError(f"unknown label {unknown!r}{suggest(unknown, labels)}", place=answer.place)
    blank = next((label for label in answer.labels if not label.strip()), None)
    if blank is not None:
        raise BenchError(f"label {quoted(blank)} is blank; name the label in the tool", place=answer.place)
    for label in answer.labels:
        misnamed = name_fault("label", label)
        if misnamed is not None:
            raise BenchError(misnamed, place=answer.place)
    if len(set(answer.labels)) > 1:
        several = ", ".join(answer.labels)
        raise BenchError(
            f"{given.row} {row_id!r} has {len(answer.labels)} labels ({several}); choose one", place=answer.place
        )


def _near(row_id: str, texts: Mapping[str, str]) -> str:
    # There are more ids than a line should list.
    near = suggest(row_id, texts).partition("?")
    return f"{near[0]}?" if near[1] else ""


def _agreed(answers: Sequence[Answer], given: ExportedTexts) -> dict[str, str]:
    """Row id to its one label. Raises BenchError for two answers to one row that differ."""
    first: dict[str, Answer] = {}
    for answer in answers:
        if answer.skipped or not answer.labels:
            continue
        other = first.setdefault(answer.row_id, answer)
        if other.labels[0] != answer.labels[0]:
            one, two = (f"{item.labels[0]} by {_who(item)}" for item in (other, answer))
            mend = "take one with --annotator" if other.annotator != answer.annotator else "delete one in the tool"
            raise BenchError(f"{given.row} {answer.row_id!r} is {one}, {two}; {mend}", place=answer.place)
    return {row_id: answer.labels[0] for row_id, answer in first.items()}


def _who(answer: Answer) -> str:
    return "an annotator who is not named" if answer.annotator is None else f"annotator {answer.annotator!r}"
