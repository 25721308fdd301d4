"""Label files that people edit: read, checked against their page, and how far the two annotators agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.core.errors import BenchError, suggest
from bench.core.records import Page
from bench.corpus.tables import Table, read_table
from bench.corpus.topics import LABELS

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

    kappa: Cohen's kappa, -1 to 1, with its 95 % interval; None where all labels are one and it is undefined.
    """

    rows: int
    agreed: int
    kappa: float | None
    low: float | None
    high: float | None


def labels_path(page_file: Path) -> Path:
    """The label file that goes with a page's file."""
    return page_file.with_suffix(".labels.csv")


def read_annotations(path: Path, page: Page) -> dict[str, Annotation]:
    """Row id to its labels, for every paragraph and caption of the page, in page order.

    Raises BenchError with `file:line` for a paragraph that is not there or stands twice, an opening that is not the
    paragraph's, an unknown label, a disagreement that nobody settled, and for a paragraph that has no line.
    """
    table = read_table(path)
    missing = next((name for name in COLUMNS if name not in table.columns), None)
    if missing is not None:
        raise BenchError(f"no column {missing!r}; needed: {', '.join(COLUMNS)}", place=path)
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    found: dict[str, Annotation] = {}
    for row in range(len(table.places)):
        cells = {name: str(table.columns[name][row]).strip() for name in COLUMNS}
        row_id = cells["id"]
        _check_row(table, row, cells, texts)
        if row_id in found:
            raise BenchError(f"id: paragraph {row_id!r} stands twice; keep one line", place=table.place(row))
        found[row_id] = _annotation(table, row, cells)
    unlabelled = [row_id for row_id in texts if row_id not in found]
    if unlabelled:
        opening = texts[unlabelled[0]][:12]
        text = f"paragraph {unlabelled[0]!r} ({opening}…) has no line; add one for each of {len(unlabelled)}"
        raise BenchError(text, place=path)
    return {row_id: found[row_id] for row_id in texts}


def _check_row(table: Table, row: int, cells: Mapping[str, str], texts: Mapping[str, str]) -> None:
    row_id, opening = cells["id"], cells["opening"]
    if row_id not in texts:
        at = [known for known, text in texts.items() if opening and text.startswith(opening)]
        hint = f"; the one that opens with {opening!r} is {at[0]!r}" if at else "; take the line out"
        raise BenchError(f"id: the page has no paragraph {row_id!r}{hint}", place=table.place(row))
    if not texts[row_id].startswith(opening):
        text = f"opening: paragraph {row_id!r} opens with {texts[row_id][:12]!r}, not with {opening!r}"
        raise BenchError(f"{text}; the page changed: read the paragraph again", place=table.place(row))
    for name in ("first", "second", "settled"):
        if cells[name] not in {*LABELS, *([] if name == "first" else [""])}:
            text = f"{name}: unknown label {cells[name]!r}{suggest(cells[name], LABELS)}"
            raise BenchError(text, place=table.place(row))


def _annotation(table: Table, row: int, cells: Mapping[str, str]) -> Annotation:
    first, second, settled, reason = (cells[name] or None for name in ("first", "second", "settled", "reason"))
    assert first is not None  # noqa: S101  _check_row has seen it
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
