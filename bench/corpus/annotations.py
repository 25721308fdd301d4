"""Label files that people edit: read, checked against their page, and compared between the two annotators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.core.errors import BenchError, suggest
from bench.core.pages import Page
from bench.core.spreadsheets import as_before
from bench.corpus.topics import LABELS
from bench.tables import Table, read_table

_MOST_LINES = 8
COLUMNS = ("id", "first", "second", "settled", "reason", "opening")


@dataclass(frozen=True, slots=True)
class Annotation:
    """The labels of one paragraph.

    first, second: what each annotator said, second None where only one pass was made.
    label: what holds; where the two differ, it was settled by hand and `reason` says why.
    """

    first: str
    second: str | None
    label: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A repaired page and the labels of its paragraphs, by row id."""

    page: Page
    annotations: Mapping[str, Annotation]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two annotators beyond chance.

    rows: how many paragraphs both labelled, of which they `agreed` on some.
    kappa: Cohen's kappa, -1 to 1, with its 95 % interval; None where it is undefined: no paragraph was labelled twice
    (`rows` is 0), or all labels are one.
    """

    rows: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None


class UnlabelledError(BenchError):
    """A page that is being worked on: its label file holds nothing wrong, but rows without a first label."""


def labels_path(page_file: Path) -> Path:
    """The label file that goes with a page's file."""
    return page_file.with_suffix(".labels.csv")


def read_annotations(path: Path, page: Page) -> dict[str, Annotation]:
    """Row id to its labels, for every paragraph and caption of the page, in page order.

    The second pass may be empty, for some rows or all. Columns that are not asked for are ignored.
    Raises BenchError with `file:line` for a paragraph that is missing or appears twice, an opening that is not the
    paragraph's, an unknown label, a disagreement that nobody settled, and for a paragraph that has no line; and where
    nothing else is wrong, UnlabelledError for rows that have no first label yet.
    """
    table = read_table(path, multiline=True)  # a note may; a paragraph that is lost is missed below
    rows = check_rows(table, page)
    found = {cells["id"]: _annotation(table, row, cells) for row, cells in enumerate(rows)}
    check_every_paragraph(table, page)
    _check_labelled(table, list(found.values()), page)
    return {row_id: label for row_id in _texts(page) if (label := found[row_id]) is not None}


def check_rows(table: Table, page: Page) -> list[dict[str, str]]:
    """The cells of each row of a label file, blanks around them left out.

    Raises BenchError for a missing column, and with `file:line` for a paragraph that is missing or appears twice, an
    opening that is not the paragraph's, and an unknown label; what the labels say together is not looked at.
    """
    missing = next((name for name in COLUMNS if name not in table.columns), None)
    if missing is not None:
        raise BenchError(f"no column {missing!r}; needed: {', '.join(COLUMNS)}", place=table.path)
    texts = _texts(page)
    seen: set[str] = set()
    rows = []
    for row in range(len(table.places)):
        cells = {name: str(table.columns[name][row]).strip() for name in COLUMNS}
        _check_row(table, row, cells, texts)
        if cells["id"] in seen:
            raise BenchError(f"id: paragraph {cells['id']!r} appears twice; keep one line", place=table.place(row))
        seen.add(cells["id"])
        rows.append(cells)
    return rows


def check_every_paragraph(table: Table, page: Page) -> None:
    """Raises BenchError where a paragraph or caption of the page has no line in its label file."""
    there = {str(row_id).strip() for row_id in table.columns["id"]}
    texts = _texts(page)
    without_line = [row_id for row_id in texts if row_id not in there]
    if without_line:
        opening = texts[without_line[0]][:12]
        text = f"paragraph {without_line[0]!r} ({opening}…) has no line; add one for each of {len(without_line)}"
        raise BenchError(text, place=table.path)


def _texts(page: Page) -> dict[str, str]:
    return {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}


def _check_labelled(table: Table, found: Sequence[Annotation | None], page: Page) -> None:
    """`found`: the labels of each row of the table."""
    rows = [row for row, label in enumerate(found) if label is None]
    if not rows:
        return
    lines = ", ".join([*(str(table.places[row]) for row in rows[:_MOST_LINES]), *(["…"] if rows[_MOST_LINES:] else [])])
    text = (
        f"first: {len(rows)} of {len(found)} paragraphs have no label yet (line{'s' * (len(rows) > 1)} {lines}); "
        f"label them, or leave the page out: bench build --without {page.key}"
    )
    raise UnlabelledError(text, place=table.place(rows[0]))


def _check_row(table: Table, row: int, cells: Mapping[str, str], texts: Mapping[str, str]) -> None:
    row_id, opening = cells["id"], as_before(cells["opening"]).strip()
    if row_id not in texts:
        at = [known for known, text in texts.items() if opening and text.startswith(opening)]
        hint = f"; the one that opens with {opening!r} is {at[0]!r}" if at else "; take the line out"
        raise BenchError(f"id: the page has no paragraph {row_id!r}{hint}", place=table.place(row))
    if not texts[row_id].strip().startswith(opening):
        text = f"opening: paragraph {row_id!r} opens with {texts[row_id][:12]!r}, not with {opening!r}"
        raise BenchError(f"{text}; the page changed: read the paragraph again", place=table.place(row))
    for name in ("first", "second", "settled"):
        if cells[name] not in {*LABELS, ""}:
            text = f"{name}: unknown label {cells[name]!r}{suggest(cells[name], LABELS)}"
            raise BenchError(text, place=table.place(row))


def _annotation(table: Table, row: int, cells: Mapping[str, str]) -> Annotation | None:
    first, second, settled, reason = (cells[name] or None for name in ("first", "second", "settled", "reason"))
    if first is None:
        return None
    if second is None or second == first:
        if settled is not None:
            text = f"settled: {settled!r}, but the annotators do not differ; leave it empty"
            raise BenchError(text, place=table.place(row))
        return Annotation(first, second, first, None)
    if settled is None or reason is None:
        text = f"the annotators differ ({first}, {second}); give 'settled' and a 'reason'"
        raise BenchError(text, place=table.place(row))
    return Annotation(first, second, settled, reason)


def agreement(annotations: Sequence[Annotation]) -> Agreement:
    """Cohen's kappa over the paragraphs that both annotators labelled.

    The interval is the large-sample one of Fleiss, Cohen and Everitt (1969), as statsmodels computes it.
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    pairs = [(item.first, item.second) for item in annotations if item.second is not None]
    agreed = sum(first == second for first, second in pairs)
    if len({label for pair in pairs for label in pair}) < 2:
        return Agreement(len(pairs), agreed, None, None, None)
    table = np.zeros((len(LABELS), len(LABELS)))
    for first, second in pairs:
        table[LABELS.index(first), LABELS.index(second)] += 1
    result = cohens_kappa(table)
    return Agreement(len(pairs), agreed, *(float(result[name]) for name in ("kappa", "kappa_low", "kappa_upp")))
