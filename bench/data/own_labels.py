"""Exports the rows of any table for labelling, and merges the labels that come back into the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.digests import digest
from bench.core.errors import BenchError, quoted
from bench.core.text_files import read_text
from bench.corpus.exchange.answers import Counts, ExportedTexts, agreed, counted, demand_kept
from bench.corpus.exchange.base import Answer, Choices, Task
from bench.data.cells import is_empty, name_in, text_in
from bench.data.labelled import numbered
from bench.tables import Table, found_delimiter, read_table

CONTROL = "label"
"""What a labelling tool calls the choice."""


@dataclass(frozen=True, slots=True)
class LabelTable:
    """A table whose texts are labelled. ids: of its rows that have a text; label: name of the column of labels.

    rows: their positions in the table. labels: of each, "" where there is none.
    """

    table: Table
    label: str
    rows: Sequence[int]
    ids: Sequence[str]
    texts: Sequence[str]
    labels: Sequence[str]

    @property
    def without_text(self) -> int:
        """How many rows hold no text, and so cannot be labelled."""
        return len(self.table.places) - len(self.rows)

    def tasks(self) -> list[Task]:
        """A task for each row with a text, in order, with the label that it has already."""
        rows = zip(self.ids, self.texts, self.labels, strict=True)
        return [Task(row_id, text, label or None) for row_id, text, label in rows]

    def choices(self, named: Mapping[str, str | None] | None) -> Choices:
        """What annotators choose from: the named labels, or else those that rows have, sorted.

        Raises BenchError where there is none, and for a label of a row that is not among the named ones.
        """
        if named is None:
            found = sorted(set(self.labels) - {""})
            if not found:
                text = f"no row has a label in {self.label!r}; say what to choose from: --labels A,B,C"
                raise BenchError(text, place=self.table.path)
            return Choices(CONTROL, dict.fromkeys(found))
        for row, label in zip(self.rows, self.labels, strict=True):
            if label and label not in named:
                text = f"{self.label}: {quoted(label)} is not among the labels to choose from; add it to --labels"
                raise BenchError(text, place=self.table.place(row))
        return Choices(CONTROL, named)


@dataclass(frozen=True, slots=True)
class ImportedLabels:
    """A table with an import's labels in it. labels: how many rows have each label now; unlabelled: how many none."""

    columns: Mapping[str, Sequence[Any]]
    counts: Counts
    labels: Mapping[str, int]
    unlabelled: int


def read_label_table(path: Path, *, text: str, label: str, row_id: str | None, multiline: bool = False) -> LabelTable:
    """Read a table of texts, some or none of which are labelled.

    text, label, row_id: names of columns; a column of labels that is not there is as one of empty cells.
    row_id: None for ids from the texts alone, which no label changes; equal texts are numbered.
    Raises BenchError with file and line or row for what cannot be read, and for an id that appears twice.
    """
    table = read_table(path, delimiter=found_delimiter(path), multiline=multiline)
    texts, given = table.column(text), table.columns.get(label)
    rows = [row for row, value in enumerate(texts) if not is_empty(value)]
    if not rows:
        raise BenchError(f"no row has a text in {text!r}", place=path)
    read = [_read(table, text, row, text_in) for row in rows]
    labels = ["" if given is None or is_empty(given[row]) else _read(table, label, row, _label) for row in rows]
    ids = list(numbered(digest([each])[:16] for each in read)) if row_id is None else _ids(table, row_id, rows)
    return LabelTable(table, label, rows, ids, read, labels)


def _label(value: Any) -> str:
    return name_in(value, "label")


def _id(value: Any) -> str:
    return name_in(value, "id")


def _read(table: Table, column: str, row: int, reader: Callable[[Any], str]) -> str:
    try:
        return reader(table.columns[column][row])
    except BenchError as error:
        raise BenchError(f"{column}: {error.message}", place=table.place(row)) from None


def _ids(table: Table, column: str, rows: Sequence[int]) -> list[str]:
    table.column(column)
    first: dict[str, int] = {}
    for row in rows:
        row_id = _read(table, column, row, _id)
        if row_id in first:
            text = f"id {quoted(row_id)} appears twice, first at {table.place(first[row_id])}; ids must be unique"
            raise BenchError(text, place=table.place(row))
        first[row_id] = row
    return list(first)


def take(
    given: LabelTable,
    answers: Sequence[Answer],
    known: Mapping[str, str | None] | None,
    *,
    force: bool = False,
) -> ImportedLabels:
    """The table with the answers' labels. known: labels that may come back, None for any.

    Raises BenchError with the answer's place for what does not fit the table, and with the row's for a label that is
    there already and differs, unless `force`.
    """
    texts, before = dict(zip(given.ids, given.texts, strict=True)), dict(zip(given.ids, given.labels, strict=True))
    labels, skipped = agreed(answers, ExportedTexts(texts, known, "row", "table"))
    if not force:
        row_of = dict(zip(given.ids, given.rows, strict=True))
        demand_kept(before, labels, given.label, lambda row_id: given.table.place(row_of[row_id]))
    after = {**before, **labels}
    column: list[Any] = list(given.table.columns.get(given.label) or [None] * len(given.table.places))
    for row, row_id in zip(given.rows, given.ids, strict=True):
        if row_id in labels and labels[row_id] != before[row_id]:
            column[row] = labels[row_id]
    numbers = Counter(label for label in after.values() if label)
    unlabelled = len(after) - sum(numbers.values())
    columns = {**given.table.columns, given.label: column}
    return ImportedLabels(columns, counted(before, labels, skipped), dict(sorted(numbers.items())), unlabelled)


def named_labels(listed: str | None, file: Path | None) -> dict[str, str | None] | None:
    """Labels to choose from, each with its meaning or None: from a list parted by commas, or a file; None for neither.

    file: a label a line, its meaning behind a tabulator. Raises BenchError for a label that is blank or named twice.
    """
    if listed is not None and file is not None:
        raise BenchError("--labels lists the labels and --labels-from names a file of them; leave one out")
    if listed is not None:
        return _once((label.strip(), None, "--labels") for label in listed.split(","))
    return None if file is None else _once(_lines(file))


def _lines(file: Path) -> Iterator[tuple[str, str | None, str]]:
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        if line.strip():
            label, _, meaning = line.partition("\t")
            yield label.strip(), meaning.strip() or None, f"{file}:{number}"


def _once(labels: Iterable[tuple[str, str | None, str]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for label, meaning, place in labels:
        if not label:
            raise BenchError("a label is blank; write one label after the other", place=place)
        if label in found:
            raise BenchError(f"label {quoted(label)} appears twice; name it once", place=place)
        found[label] = meaning
    if not found:
        raise BenchError("no label is named")
    return found
