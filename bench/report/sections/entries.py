"""How every block of a section writes a system, its score, and a count of things."""

from __future__ import annotations

from bench.comparison import Cell
from bench.comparison.run_details import Detail
from bench.report.parts import Entry
from bench.report.tables import numbers

LOW = -1e9
"""Sorts what has no value behind everything that has one."""


def system(detail: Detail) -> Entry:
    """A system's name, marked where it is a control."""
    row = detail.row
    return Entry(numbers.name(row), style="control" if row.control else "")


def score(cell: Cell, digits: int, *, limits: bool = False) -> Entry:
    """A score that its column is sorted by. limits: whether its interval stands under it."""
    note = numbers.limits(cell, digits) if limits and cell.low is not None else ""
    return Entry(numbers.shown(cell, digits), sort=LOW if cell.mean is None else cell.mean, note=note)


def times(count: int, noun: str) -> str:
    """So many things, the noun in the plural where there is not one.

    >>> times(1, "repeat"), times(1200, "system")
    ('1 repeat', '1,200 systems')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
