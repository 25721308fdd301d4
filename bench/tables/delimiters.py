"""Finds the character that separates the fields of a CSV or TSV file, from its first lines."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

from bench.tables.decoding import open_text

_CANDIDATES = (",", ";", "\t", "|")
_LINES = 200
_MOST_CHARACTERS = 1_000_000
_FITTING = 0.9


def likely_delimiter(path: Path, usual: str, *, quoted: bool) -> str:
    """The delimiter by which almost all of the first rows have as many fields as the header line, two or more.

    usual: what a file of this ending has, kept wherever no other delimiter fits better. quoted: whether a quotation
    mark opens a field. Raises BenchError for a file that is no text.
    """
    with open_text(path, newline="") as (text, _):
        lines = list(itertools.islice(_whole_lines(text.read(_MOST_CHARACTERS)), _LINES))
    shares = {each: _share(lines, each, quoted=quoted) for each in (usual, *_CANDIDATES)}
    best = max(shares, key=lambda each: shares[each])
    return best if shares[best] >= _FITTING and shares[best] > shares[usual] else usual


def _whole_lines(text: str) -> Iterator[str]:
    """Lines with their ends; the last one of a text that was cut is left out where it is not the only one."""
    lines = list(io.StringIO(text, newline=""))  # str.splitlines would also split at marks within a field
    return iter(lines[:-1] if len(text) == _MOST_CHARACTERS and len(lines) > 1 else lines)


def _share(lines: list[str], delimiter: str, *, quoted: bool) -> float:
    """Of the rows, how many have as many fields as the header; 0 where that has one field."""
    try:
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE)
        header, *rows = [fields for fields in reader if fields]
    except (csv.Error, ValueError):  # ValueError: no row at all
        return 0.0
    if len(header) < 2:
        return 0.0
    return sum(len(fields) == len(header) for fields in rows) / len(rows) if rows else 1.0
