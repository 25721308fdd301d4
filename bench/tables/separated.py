"""Reads CSV and TSV files with the standard library's reader; every fault has its line."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from bench.core.errors import BenchError
from bench.tables.decoding import open_text
from bench.tables.stray_quotes import Spans, refuse_swallowed
from bench.tables.table import Gathering, Table, quoted_name

_DELIMITERS = {",": ",", "\t": r"\t", ";": ";", "|": "|"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the fields of a file are separated.

    quoted: whether a quotation mark opens a field that may hold delimiters and line ends.
    names: of the columns, for a file without a header line. multiline: whether the user says that quoted fields which
    span lines are meant; left out, those that look like an accident are refused.
    """

    delimiter: str
    quoted: bool
    names: tuple[str, ...] | None = None
    multiline: bool = False


def read_separated(path: Path, layout: Layout, keep: Sequence[str] | None) -> Table:
    """The kept columns of a file, all cells as strings. Raises BenchError with the line for what cannot be read.

    Also for a quotation mark that seems to have swallowed rows, with the lines that it spans.
    """
    spans = Spans(layout.delimiter)
    with open_text(path, newline="") as (text, notes):
        gathering = Gathering(path, "line", keep, notes)
        records = _records(path, text, layout, spans)
        header = _header(path, records) if layout.names is None else list(layout.names)
        if header:
            gathering.start(header, _hint(header, layout, keep or ()))
        wanted = [(column.add, header.index(name)) for name, column in gathering.columns.items()]
        for line, fields in records:
            if len(fields) != len(header):
                raise BenchError(_ragged(fields, header, layout), place=f"{path}:{line}")
            for add, at in wanted:
                add(fields[at])
            gathering.places.append(line)
    if not layout.multiline:
        refuse_swallowed(path, spans, lambda: _singles(path, layout))
    if header and layout.names is None and not gathering.places:
        raise BenchError("holds no rows but a header line", place=path)
    return gathering.table()


def _singles(path: Path, layout: Layout) -> Iterator[list[str]]:
    """Fields of the records that take one line each."""
    spans = Spans(layout.delimiter)
    with open_text(path, newline="") as (text, _):
        for line, fields in _records(path, text, layout, spans):
            if spans.last != line:
                yield fields


def _records(path: Path, text: TextIO, layout: Layout, spans: Spans) -> Iterator[tuple[int, list[str]]]:
    """Fields of each record that is not an empty line, with the line (from 1) that it starts on.

    spans: called with each record that spans lines.
    """
    # The library's own limit of 131,072 characters a field is no limit of the format.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    dialect: dict[str, Any] = {"delimiter": layout.delimiter, "strict": True}
    reader = csv.reader(text, quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE, **dialect)
    line = 1
    try:
        for fields in reader:
            if fields:
                spans.records += 1
                if reader.line_num > line:
                    spans.note(line, reader.line_num, fields)
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        words = "a quotation mark is never closed" if "unexpected end" in str(error) else str(error)
        raise BenchError(f"cannot be split into fields: {words}", place=f"{path}:{line}") from None


def _header(path: Path, records: Iterator[tuple[int, list[str]]]) -> list[str]:
    line, header = next(records, (1, []))
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise BenchError(f"column {twice!r} appears twice; give each column its own name", place=f"{path}:{line}")
    return header


def _hint(header: Sequence[str], layout: Layout, keep: Sequence[str]) -> str:
    """What may be wrong where a column is not in the header."""
    if layout.names is not None:
        return ""
    for delimiter, written in _DELIMITERS.items():
        parted = layout.delimiter.join(header).split(delimiter)
        if delimiter != layout.delimiter and len(parted) > 1 and (len(header) == 1 or set(keep) & set(parted)):
            return f'; the fields seem to be separated by {delimiter!r}: set delimiter: "{written}"'
    return (
        "; if line 1 is a row already, put a line of column names before it, or name them under 'columns' of the data"
    )


def _ragged(fields: Sequence[str], header: Sequence[str], layout: Layout) -> str:
    text = f"{len(fields)} fields, where {len(header)} are needed ({', '.join(map(quoted_name, header))})"
    quote = layout.quoted and len(fields) > len(header)
    return f"{text}; put a text that holds {layout.delimiter!r} into quotation marks" if quote else text
