"""Columns with the place of each row, and how they are collected row by row."""

from __future__ import annotations

import difflib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.core.errors import BenchError, suggest

Unit = Literal["line", "row"]

_MOST_SHARED = 10_000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length; `places` holds each row's line, or its number from 1 where a file has no lines.

    path: the file, or what a user calls the data set. notes: what a user should know of how it was read.
    """

    path: Path | str
    columns: Mapping[str, Sequence[Any]]
    places: Sequence[int]
    unit: Unit
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> Sequence[Any]:
        """A column by name. Raises BenchError with the known names for one that is not there."""
        if name not in self.columns:
            raise missing_column(name, self.columns, self.path)
        return self.columns[name]

    def place(self, row: int) -> str:
        """`file:line`, or `file: row 3` (rows from 1) for files without lines."""
        return place_of(self.path, self.unit, self.places[row])

    def short_place(self, row: int) -> str:
        """The same without the folder."""
        return place_of(Path(self.path).name, self.unit, self.places[row])


def place_of(path: Path | str, unit: Unit, at: int) -> str:
    """The place of a row in an error message."""
    return f"{path}:{at}" if unit == "line" else f"{path}: row {at}"


def missing_column(name: str, known: Iterable[str], path: Path | str, hint: str = "") -> BenchError:
    """The error for a column that is not there. hint: what else may be wrong, opening with its own punctuation."""
    names = [quoted_name(other) for other in known]
    if len(names) > _MOST_NAMED:
        names = difflib.get_close_matches(name, names, n=_MOST_NAMED, cutoff=0)
    return BenchError(f"no column {name!r}{suggest(name, names)}{hint}", place=path)


def quoted_name(name: str) -> str:
    """A name as an error message shows it: in one line, cut where it is long."""
    one_line = name if name.isprintable() else repr(name)[1:-1]
    return one_line if len(one_line) <= 40 else f"{one_line[:37]}…"


class Column:
    """Values of one column as they are read; equal strings are held once while there are few distinct ones."""

    __slots__ = ("_known", "values")

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.values: list[Any] = list(values)
        self._known: dict[str, str] | None = {}

    def add(self, value: Any) -> None:
        """Append a value."""
        if self._known is not None and isinstance(value, str):
            value = self._known.setdefault(value, value)
            if len(self._known) > _MOST_SHARED:
                self._known = None
        self.values.append(value)


class Gathering:
    """A table in the making, to which a reader adds row after row, keeping only the columns that are asked for.

    keep: names of the columns to be kept, None for all.
    """

    def __init__(self, path: Path | str, unit: Unit, keep: Sequence[str] | None, notes: tuple[str, ...] = ()) -> None:
        self.path = path
        self.unit: Unit = unit
        self.keep = keep
        self.notes = notes
        self.columns: dict[str, Column] = {}
        self.places = array("q")

    def start(self, names: Sequence[str], hint: str = "") -> None:
        """Open the columns of a file that gives their names first. Raises BenchError where a wanted one is missing."""
        for name in names if self.keep is None else dict.fromkeys(self.keep):
            if name not in names:
                raise missing_column(name, names, self.path, hint)
            self.columns[name] = Column()

    def open(self, name: str) -> None:
        """Open a column that the rows so far do not have."""
        self.columns[name] = Column([None] * len(self.places))

    def table(self) -> Table:
        """The finished table. Raises BenchError where it has no row."""
        if not self.places:
            raise BenchError("holds no rows", place=self.path)
        columns = {name: column.values for name, column in self.columns.items()}
        return Table(self.path, columns, self.places, self.unit, self.notes)


def short(value: object) -> str:
    """A value as an error message shows it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
