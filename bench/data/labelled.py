"""Turns columns of tables into labelled texts: checks every cell, makes ids, and keeps the parts apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import overload

from bench.core.digests import digest
from bench.core.errors import BenchError, RowError
from bench.core.labelled_texts import AT_RANDOM, GivenParts, LabelledTexts
from bench.data.cells import ChooserColumn, NameColumn, TextColumn, is_empty, whole_text
from bench.tables import Table, short

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns for text, label, group and id.

    group, id: None where there is no such column. chosen_by: the column that says what chose a row to be labelled, None
    where there is none.
    label_names: names of the labels 0, 1, …, None where labels name themselves.
    drop_empty: whether rows without text or label are left out instead of refused.
    description: the column that describes a row's label in words.
    """

    text: str
    label: str
    group: str | None = None
    id: str | None = None
    label_names: tuple[str, ...] | None = None
    drop_empty: bool = False
    chosen_by: str | None = None
    description: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns to be read, each once."""
        named = (self.text, self.label, self.group, self.id, self.chosen_by, self.description)
        return tuple(dict.fromkeys(name for name in named if name is not None))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The checked rows of one table. at: the position of each in the table."""

    table: Table
    at: Sequence[int]
    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    def place(self, row: int) -> str:
        return self.table.place(self.at[row])


def labelled_texts(
    roles: Roles, train: Sequence[Table], validation: Sequence[Table] = (), test: Table | None = None
) -> LabelledTexts:
    """The labelled texts of all tables, in this order; where there are several, they are parts that stay apart.

    A text may be in several tables: its rows then get numbered ids, as equal rows of one table do.
    Raises BenchError with the place for a cell that is missing or of the wrong kind, for a list of labels, for an id
    that appears twice in a table, and for a label of validation or test rows that no training row has.
    """
    tables = [*train, *validation, *([] if test is None else [test])]
    read = [_checked(table, roles) for table in tables]
    notes = [note for rows in read for note in (*rows.table.notes, *rows.notes)]
    notes += _check_labels(read[: len(train)], read[len(train) :])
    texts, labels = _joined(rows.texts for rows in read), _joined(rows.labels for rows in read)
    groups = None if roles.group is None else _joined(rows.groups for rows in read)
    row_ids = _made_ids(texts, labels, groups) if roles.id is None else _own_ids(read)
    parts = None if len(tables) == 1 else _parts([len(rows.at) for rows in read], len(train), test is not None)
    chosen_by, told = _choosers(read, roles)
    described = {} if roles.description is None else _descriptions(read[: len(train)], roles.description)
    try:
        return LabelledTexts(
            row_ids, texts, labels, groups, parts, (*notes, *told), chosen_by, described, _places(read, roles)
        )
    except RowError as error:
        raise BenchError(error.fault, place=_place(read, error.row)) from None


@dataclass(frozen=True, slots=True)
class _Places(Sequence[str]):
    """File and line of each row, written out only when they are asked for."""

    read: Sequence[tuple[Table, Sequence[int]]]

    def __len__(self) -> int:
        return sum(len(at) for _, at in self.read)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        if isinstance(row, slice):
            return [self[at] for at in range(*row.indices(len(self)))]
        for table, at in self.read:
            if row < len(at):
                return table.short_place(at[row])
            row -= len(at)
        raise IndexError(row)


def _places(read: Sequence[_Rows], roles: Roles) -> Sequence[str] | None:
    """File and line of each row; None where rows have ids of their own, or come from memory."""
    if roles.id is not None or not all(isinstance(rows.table.path, Path) for rows in read):
        return None
    # Only places and units are kept: whole tables would stay in memory as long as the rows.
    bare = [replace(rows.table, columns={}, notes=()) for rows in read]
    return _Places([(table, rows.at) for table, rows in zip(bare, read, strict=True)])


def _place(read: Sequence[_Rows], row: int) -> str:
    """File and line of a row that is numbered through all tables."""
    for rows in read:
        if row < len(rows.at):
            return rows.place(row)
        row -= len(rows.at)
    raise IndexError(row)


def _joined(columns: Iterable[list[str]]) -> tuple[str, ...]:
    return tuple(value for column in columns for value in column)


def _parts(sizes: Sequence[int], n_train: int, tested: bool) -> GivenParts:
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    ranges = [range(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    validation = ranges[n_train:-1] if tested else ranges[n_train:]
    return GivenParts(tuple(ranges[:n_train]), tuple(validation), ranges[-1] if tested else None)


def _checked(table: Table, roles: Roles) -> _Rows:
    rows = _kept(table, roles) if roles.drop_empty else _Rows(table, range(len(table.places)))
    text, name = TextColumn(roles.text), NameColumn(roles.label, "label", roles.label_names)
    rows.texts.extend(_cells(rows, text))
    rows.labels.extend(_cells(rows, name))
    if roles.group is not None:
        rows.groups.extend(_cells(rows, NameColumn(roles.group, "group")))
    if roles.id is not None:
        rows.ids.extend(_cells(rows, NameColumn(roles.id, "id")))
    if roles.chosen_by is not None and roles.chosen_by in table.columns:
        rows.chosen.extend(_cells(rows, ChooserColumn(roles.chosen_by)))
    return rows


def _kept(table: Table, roles: Roles) -> _Rows:
    """The rows that have text and label, with a note on the others."""
    pairs = zip(table.column(roles.text), table.column(roles.label), strict=True)
    dropped = [row for row, cells in enumerate(pairs) if any(map(is_empty, cells))]
    if not dropped:
        return _Rows(table, range(len(table.places)))
    if len(dropped) == len(table.places):
        raise BenchError(f"no row has both {roles.text!r} and {roles.label!r}", place=table.path)
    gone = set(dropped)
    at = [row for row in range(len(table.places)) if row not in gone]
    named = ", ".join(str(table.places[row]) for row in dropped[:_MOST_NAMED])
    more = ", …" if len(dropped) > _MOST_NAMED else ""
    what = f"{len(dropped)} of {len(table.places)} rows dropped, without text or label"
    return _Rows(table, at, notes=(f"{table.path}: {what} ({table.unit} {named}{more})",))


def _cells(rows: _Rows, kind: TextColumn | NameColumn | ChooserColumn) -> Iterator[str]:
    column = rows.table.column(kind.column)
    for row in rows.at:
        try:
            yield kind.read(column[row])
        except BenchError as error:
            raise BenchError(f"{kind.column}: {error.message}", place=rows.table.place(row)) from None


def _choosers(read: Sequence[_Rows], roles: Roles) -> tuple[tuple[str, ...] | None, list[str]]:
    """What chose each row, None where all were drawn at random; and notes on tables that do not say.

    Raises BenchError where no table has the column.
    """
    if roles.chosen_by is None:
        return None, []
    silent = [rows for rows in read if not rows.chosen]
    if len(silent) == len(read):
        read[0].table.column(roles.chosen_by)
    found = _joined(rows.chosen or [AT_RANDOM] * len(rows.at) for rows in read)
    notes = [
        f"{rows.table.path}: no column {roles.chosen_by!r}: its rows are taken as drawn at random" for rows in silent
    ]
    return (None if set(found) == {AT_RANDOM} else found), notes


def _descriptions(train: Sequence[_Rows], column: str) -> dict[str, tuple[str, ...]]:
    """The descriptions of each label of training rows, in words. Empty cells are ignored.

    Raises BenchError with the place where a label is described in another way than in an earlier row: the column would
    describe rows, not labels.
    """
    first: dict[str, tuple[str, str]] = {}
    for rows in train:
        cells = rows.table.column(column)
        for row, label in enumerate(rows.labels):
            value = cells[rows.at[row]]
            if is_empty(value):
                continue
            place = rows.place(row)
            if not isinstance(value, str):
                raise BenchError(f"{column}: the description must be a string, got {short(value)}", place=place)
            described, before = first.setdefault(label, (whole_text(value.strip()), place))
            if value.strip() != described:
                text = f"the label {label!r} is described as {short(value)} here and as {short(described)} at {before}"
                raise BenchError(f"{column}: {text}; a label has one description", place=place)
    return {label: (described,) for label, (described, _) in first.items()}


def _check_labels(train: Sequence[_Rows], held_out: Sequence[_Rows]) -> list[str]:
    """A warning for each training table that lacks labels which validation or test rows have."""
    taught = [set(rows.labels) for rows in train]
    known = set().union(*taught)
    for rows in held_out:
        for row, label in enumerate(rows.labels):
            if label not in known:
                raise BenchError(
                    f"no training row has the label {label!r}; nothing can learn it", place=rows.place(row)
                )
    needed = {label for rows in held_out for label in rows.labels}
    return [
        f"{rows.table.path}: has no row of {', '.join(sorted(needed - labels))}, which validation or test rows have"
        for rows, labels in zip(train, taught, strict=True)
        if needed - labels
    ]


def _made_ids(texts: tuple[str, ...], labels: tuple[str, ...], groups: tuple[str, ...] | None) -> tuple[str, ...]:
    """Ids: the first 16 hex digits of a digest of text, label and group; equal rows are numbered from the second."""
    rows = zip(texts, labels, groups or ("",) * len(texts), strict=True)
    return tuple(numbered(digest(row)[:16] for row in rows))


def numbered(names: Iterable[str]) -> Iterator[str]:
    """Names as they are the first time, with `-2`, `-3`, … afterwards: the ids of rows that are alike."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name}-{seen[name]}"


def _own_ids(read: Sequence[_Rows]) -> tuple[str, ...]:
    """The ids of the id column. In one table each must be unique; where several tables have one, it is numbered."""
    for rows in read:
        first: dict[str, int] = {}
        for row, row_id in enumerate(rows.ids):
            if row_id in first:
                text = f"id {row_id!r} appears twice, first at {rows.place(first[row_id])}; ids must be unique"
                raise BenchError(text, place=rows.place(row))
            first[row_id] = row
    ids = tuple(numbered(row_id for rows in read for row_id in rows.ids))
    if len(set(ids)) != len(ids):
        text = "ids that stand in several files are numbered, as in '7-2', and such ids are there already"
        raise BenchError(f"{text}; rename them or leave 'id' out", place=read[0].table.path)
    return ids
