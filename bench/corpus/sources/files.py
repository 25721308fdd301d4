"""Labelled rows of the user's own files."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from bench.core.digests import digest
from bench.core.errors import BenchError
from bench.core.records import LabelledTexts
from bench.core.settings import InputPath, Many
from bench.corpus.sources.base import SOURCES, SourceSettings
from bench.corpus.tables import Table, read_table


@SOURCES.register("files")
class FilesSource(SourceSettings):
    """Rows of a CSV, TSV, JSON (array or lines) or Parquet file, told apart by the file's ending."""

    kind: Literal["files"]

    train: InputPath
    """The file whose rows are cross-validated, relative to the experiment file."""

    text: str
    """Name of the column with the text."""

    label: str
    """Name of the column with the label: a string, or an integer, which becomes its decimal string."""

    group: str | None = None
    """Name of the column with the group of a row (an article, an author), if there is one."""

    id: str | None = None
    """Name of the column with a row's own id; left out, ids are made from the rows' content."""

    columns: Many[str] | None = None
    """Names of the columns of a CSV or TSV file that has no header line."""

    def load(self) -> LabelledTexts:
        """All rows, in the file's order."""
        table = read_table(self.train.path, self.columns)
        texts = tuple(_text(table, row, value, self.text) for row, value in enumerate(table.column(self.text)))
        labels = self._names(table, self.label, "label")
        groups = None if self.group is None else self._names(table, self.group, "group")
        if self.id is None:
            return LabelledTexts(_made_ids(texts, labels, groups), texts, labels, groups)
        row_ids = self._names(table, self.id, "id")
        _check_unique(table, row_ids)
        return LabelledTexts(row_ids, texts, labels, groups)

    @staticmethod
    def _names(table: Table, column: str, role: str) -> tuple[str, ...]:
        return tuple(_name(table, row, value, column, role) for row, value in enumerate(table.column(column)))


def _text(table: Table, row: int, value: Any, column: str) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise BenchError(f"{column}: the text is missing; fill it in or take the row out", place=table.place(row))
    if not isinstance(value, str):
        raise BenchError(f"{column}: the text must be a string, got {value!r}", place=table.place(row))
    _check_characters(table, row, value, column)
    return value


def _name(table: Table, row: int, value: Any, column: str, role: str) -> str:
    if isinstance(value, list):
        remedy = "; multi-label data cannot be used" if role == "label" else ""
        raise BenchError(f"{column}: a row has one {role}, got the list {value!r}{remedy}", place=table.place(row))
    if value is None or (isinstance(value, str) and not value.strip()):
        raise BenchError(f"{column}: the {role} is missing; fill it in or take the row out", place=table.place(row))
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise BenchError(f"{column}: the {role} must be a string or an integer, got {value!r}", place=table.place(row))
    if isinstance(value, str):
        _check_characters(table, row, value, column)
    return str(value)


def _check_characters(table: Table, row: int, value: str, column: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(value[error.start]):04X}"
        raise BenchError(
            f"{column}: character {error.start + 1} is {half}, half a surrogate pair; write the whole character",
            place=table.place(row),
        ) from None


def _made_ids(texts: tuple[str, ...], labels: tuple[str, ...], groups: tuple[str, ...] | None) -> tuple[str, ...]:
    """The first 16 hex digits over text, label and group; equal rows are numbered from the second on."""
    seen: Counter[str] = Counter()
    ids = []
    for text, label, group in zip(texts, labels, groups or ("",) * len(texts), strict=True):
        made = digest([text, label, group])[:16]
        seen[made] += 1
        ids.append(made if seen[made] == 1 else f"{made}-{seen[made]}")
    return tuple(ids)


def _check_unique(table: Table, ids: tuple[str, ...]) -> None:
    first: dict[str, int] = {}
    for row, row_id in enumerate(ids):
        if row_id in first:
            text = f"id {row_id!r} stands twice, first at {table.place(first[row_id])}; ids must be unique"
            raise BenchError(text, place=table.place(row))
        first[row_id] = row
