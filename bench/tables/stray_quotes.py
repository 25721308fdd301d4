"""Quoted fields that span lines: whether that is meant, or a stray quotation mark swallows rows.

A stray mark opens a field, and all up to the next mark becomes one text without any error. Two things give that away:
hardly any other record spans lines; or every line of the field, cut at the delimiters, has just the columns of a
record, with values in them that other records hold in the same column, as labels are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.errors import BenchError

_LINE_END = re.compile("\r\n|\r|\n")
_FEW_RECORDS = 3
"""With so few records, nothing can be called rare, and too few values are known for a search."""

_RARE = 20
"""Records that span lines are rare where fewer than one in so many does."""


@dataclass(frozen=True, slots=True)
class Span:
    """A record that spans the lines `first` to `last`, counted from 1.

    pieces: what its lines would be as records of their own, by column; empty where one of them could be none.
    """

    first: int
    last: int
    pieces: tuple[dict[int, str], ...] = ()


@dataclass(slots=True)
class Spans:
    """Statistics of a file's records. last: the first line of the latest record that spans lines, 0 before any."""

    delimiter: str
    records: int = 0
    count: int = 0
    earliest: Span | None = None
    suspects: list[Span] = field(default_factory=list)
    last: int = 0

    def note(self, first: int, last: int, fields: Sequence[str]) -> None:
        """Take note of a record that spans lines."""
        self.count += 1
        self.last = first
        if self.earliest is None:
            self.earliest = Span(first, last)
        for column, text in enumerate(fields):
            pieces = self._pieces(text, column, len(fields))
            if pieces:
                self.suspects.append(Span(first, last, pieces))
                return

    def _pieces(self, text: str, column: int, columns: int) -> tuple[dict[int, str], ...]:
        """By line of a field, the columns that it would fill if it were part of a record of its own.

        The first line ends a record that began before the field, the last begins one that ends after it.
        """
        lines = _LINE_END.split(text)
        if len(lines) < 2 or columns < 2:
            return ()
        found = []
        for number, line in enumerate(lines):
            start = column if number == 0 else 0
            end = column + 1 if number == len(lines) - 1 else columns
            if not line.strip() and 0 < number < len(lines) - 1:
                continue
            parts = line.split(self.delimiter)
            if len(parts) != end - start:
                return ()
            found.append({at: part for at, part in enumerate(parts, start) if at != column})
        return tuple(found)


def refuse_swallowed(path: Path, spans: Spans, others: Callable[[], Iterable[Sequence[str]]]) -> None:
    """Raises BenchError for the first record that seems to be several, swallowed by a stray quotation mark.

    others: reads the records again that take one line each.
    """
    found = spans.earliest
    if found is None:
        return
    rare = spans.count == 1 or spans.count * _RARE < spans.records
    if not (rare and spans.records > _FEW_RECORDS):
        found = _swallower(spans, others)
        if found is None:
            return
    text = (
        f"a quoted field spans the lines {found.first} to {found.last}, as if a stray quotation mark had swallowed the "
        "rows between; take the mark out, or, where such fields are meant, say multiline: true (--multiline)"
    )
    raise BenchError(text, place=f"{path}:{found.first}")


def _swallower(spans: Spans, others: Callable[[], Iterable[Sequence[str]]]) -> Span | None:
    """The first suspect whose lines hold values known from other records; of very few records, the first suspect."""
    if not spans.suspects or spans.records <= _FEW_RECORDS:
        return next(iter(spans.suspects), None)
    asked = {
        (at, value) for span in spans.suspects for piece in span.pieces for at, value in piece.items() if value.strip()
    }
    known: set[tuple[int, str]] = set()
    for fields in others():
        known |= asked.intersection(enumerate(fields))
        if len(known) == len(asked):
            break
    return next((span for span in spans.suspects if _is_known(span, known)), None)


def _is_known(span: Span, known: set[tuple[int, str]]) -> bool:
    telling = [piece for piece in span.pieces if piece]
    hits = sum(any(item in known for item in piece.items()) for piece in telling)
    return hits > 0 and 2 * hits >= len(telling)
