"""What a table's cell must hold to be a text, a label, a group, an id, or the strategy that chose its row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.core.errors import BenchError
from bench.core.labelled_texts import AT_RANDOM
from bench.tables import short

_LARGEST_EXACT_FLOAT = 2**53


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing: no value, NaN, or blanks."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # noqa: PLR0124  NaN


def text_in(value: Any) -> str:
    """The text of a cell. Raises BenchError, without place, for a cell that holds none."""
    return TextColumn("").read(value)


def name_in(value: Any, role: str) -> str:
    """The label, group or id of a cell, whatever type it has. Raises BenchError, without place, where it holds none."""
    return NameColumn("", role).read(value)


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of texts."""

    column: str

    def read(self, value: Any) -> str:
        """The text of a cell. Raises BenchError, without place, for a cell that holds none."""
        if is_empty(value):
            raise BenchError("the text is missing; fill it in, take the row out, or set drop_empty: true")
        if not isinstance(value, str):
            raise BenchError(f"the text must be a string, got {short(value)}")
        return whole_text(value)


@dataclass(frozen=True, slots=True)
class NameColumn:
    """A column of labels, groups or ids. names: of the labels 0, 1, …; seen: what is written, to its name."""

    column: str
    role: str
    names: tuple[str, ...] | None = None
    seen: dict[str, str] = field(default_factory=dict)

    def read(self, value: Any) -> str:
        """The name in a cell, equal ones held once. Raises BenchError, without place, for a cell that holds none."""
        known = isinstance(value, str) and value in self.seen
        written = value if known else whole_text(self._as_string(value))
        if self.role == "id":
            return written
        if written not in self.seen:
            self.seen[written] = written if self.names is None else _named(written, self.names)
        return self.seen[written]

    def _as_string(self, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            remedy = "; multi-label data cannot be used" if self.role == "label" else ""
            raise BenchError(f"a row has one {self.role}, got the list {short(value)}{remedy}")
        if is_empty(value):
            remedy = ", take the row out, or set drop_empty: true" if self.role == "label" else " or take the row out"
            raise BenchError(f"the {self.role} is missing; fill it in{remedy}")
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST_EXACT_FLOAT:
            return str(int(value))
        if not isinstance(value, (str, int)):
            raise BenchError(f"the {self.role} must be a string or an integer, got {short(value)}")
        try:
            return str(value)
        except ValueError:  # the interpreter writes no integer of more than 4,300 digits
            raise BenchError(f"the {self.role} must be a string or a shorter integer") from None


@dataclass(frozen=True, slots=True)
class ChooserColumn:
    """A column of what chose a row to be labelled; an empty cell is a row that was drawn at random."""

    column: str

    def read(self, value: Any) -> str:
        """The strategy in a cell. Raises BenchError, without place, for a list or a number."""
        if is_empty(value):
            return AT_RANDOM
        if not isinstance(value, str):
            raise BenchError(f"what chose the row must be the name of a strategy, got {short(value)}")
        return whole_text(value)


def _named(number: str, names: Sequence[str]) -> str:
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1
    if not 0 <= at < len(names):
        raise BenchError(f"label_names names 0 to {len(names) - 1}, got {short(number)}")
    return names[at]


def whole_text(value: str) -> str:
    """The text. Raises BenchError, without place, for one that holds half a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(value[error.start]):04X}"
        text = f"character {error.start + 1} is {half}, half a surrogate pair; write the whole character"
        raise BenchError(text) from None
    return value
