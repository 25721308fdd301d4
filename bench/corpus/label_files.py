"""Label files on disk: creates them with row ids alone, and sets labels without changing other lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

from bench.core.pages import Page
from bench.core.spreadsheets import harmless
from bench.core.text_files import read_bytes, read_text
from bench.corpus.annotations import COLUMNS, check_every_paragraph, check_rows
from bench.tables import read_table

Pass = Literal["first", "second"]
OPENING = 10
"""How many characters of a paragraph its line shows."""


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A label file, line by line.

    head: everything up to the first row, byte order mark included. records: each row as written, line end included.
    columns: its header. row_ids, cells: of each row, blanks around an id left out. lines: of each row, from 1.
    """

    path: Path
    head: str
    columns: tuple[str, ...]
    records: tuple[str, ...]
    row_ids: tuple[str, ...]
    cells: tuple[Mapping[str, str], ...]
    lines: tuple[int, ...]

    def labels(self, pass_: Pass) -> dict[str, str]:
        """Row id to the label of one pass, "" where there is none, in the file's order."""
        return {row_id: cells[pass_].strip() for row_id, cells in zip(self.row_ids, self.cells, strict=True)}

    def place(self, row_id: str) -> str:
        """`file:line` of a row."""
        return f"{self.path}:{self.lines[self.row_ids.index(row_id)]}"

    def with_labels(self, pass_: Pass, labels: Mapping[str, str]) -> LabelFile:
        """The label file with one pass's labels set; rows with an unchanged label keep every byte."""
        records, cells = list(self.records), list(self.cells)
        for row, row_id in enumerate(self.row_ids):
            if row_id in labels and labels[row_id] != cells[row][pass_].strip():
                cells[row] = {**cells[row], pass_: labels[row_id]}
                end = records[row][len(records[row].rstrip("\r\n")) :]
                records[row] = _record([cells[row][name] for name in self.columns], end)
        return replace(self, records=tuple(records), cells=tuple(cells))

    def to_bytes(self) -> bytes:
        """The file."""
        return (self.head + "".join(self.records)).encode()


def read_label_file(path: Path, page: Page) -> LabelFile:
    """Read a page's label file, whether or not it is finished.

    Raises BenchError as `read_annotations` does, but for labels that are missing or not settled.
    """
    table = read_table(path, multiline=True)
    row_ids = tuple(cells["id"] for cells in check_rows(table, page))
    check_every_paragraph(table, page)
    columns = tuple(table.columns)
    # `read_text` leaves a byte order mark out; it stays in the file.
    mark = "\ufeff" if read_bytes(path).startswith(b"\xef\xbb\xbf") else ""
    lines = io.StringIO(read_text(path), newline="").readlines()
    starts = [*(line - 1 for line in table.places), len(lines)]
    records = tuple("".join(lines[start:end]) for start, end in pairwise(starts))
    cells = tuple({name: str(table.columns[name][row]) for name in columns} for row in range(len(row_ids)))
    return LabelFile(path, mark + "".join(lines[: starts[0]]), columns, records, row_ids, cells, tuple(table.places))


def new_label_file(page: Page, order: Sequence[str]) -> bytes:
    """A label file without labels. order: every row id of the page, in the order of the lines."""
    texts = {page.row_id(paragraph): paragraph.text for paragraph in page.paragraphs}
    rows = ([row_id, "", "", "", "", harmless(texts[row_id][:OPENING])] for row_id in order)
    return "".join(_record(row, "\n") for row in (COLUMNS, *rows)).encode()


def _record(fields: Iterable[object], end: str) -> str:
    target = io.StringIO()
    # Written with \r\n, so that the csv module quotes either character wherever it occurs in a field.
    csv.writer(target, lineterminator="\r\n").writerow(fields)
    return target.getvalue().removesuffix("\r\n") + end
