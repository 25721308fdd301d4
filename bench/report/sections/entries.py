"""How every block of a section writes a system and its score."""

from __future__ import annotations

from bench.comparison import Cell
from bench.comparison.run_details import Detail, Detailed
from bench.report.links import Place
from bench.report.parts import Entry
from bench.report.tables import numbers

LOW = -1e9
"""Sorts what has no value behind everything that has one."""


def system(place: Place, detailed: Detailed, detail: Detail) -> Entry:
    """A system's name, marked where it is a control, which leads to what it is made of."""
    return named(place, detailed, detail.row.system)


def named(place: Place, detailed: Detailed, name: str) -> Entry:
    """The same by a system's name, which is just a name where it is none of the comparison's."""
    for at, detail in enumerate(detailed.systems):
        if detail.row.system == name:
            style = "control" if detail.row.control else ""
            return Entry(numbers.name(detail.row), style=style, link=f"#{place.system(at)}")
    return Entry(name)


def score(cell: Cell, digits: int, *, limits: bool = False, link: str = "") -> Entry:
    """A score that its column is sorted by. limits: whether its interval stands under it."""
    note = numbers.limits(cell, digits) if limits and cell.low is not None else ""
    return Entry(numbers.shown(cell, digits), sort=LOW if cell.mean is None else cell.mean, note=note, link=link)
