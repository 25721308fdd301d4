"""What blocks of a section share: how they write a system and its score, and place a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.comparison import Cell
from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.report import plots
from bench.report.elements import Entry, Figure
from bench.report.links import Place
from bench.report.tables import numbers
from bench.report.wording.headings import IN_TABLE

LOW = -1e9
"""The sort key of missing values: behind all values."""


def system(place: Place, detailed: DetailedComparison, detail: RunDetails) -> Entry:
    """A system's name, marked where it is a control, which leads to what it is made of."""
    return named(place, detailed, detail.row.system)


def named(place: Place, detailed: DetailedComparison, name: str) -> Entry:
    """The same by a system's name, which is just a name where it is none of the comparison's."""
    for at, detail in enumerate(detailed.systems):
        if detail.row.system == name:
            style = "control" if detail.row.control else ""
            return Entry(numbers.name(detail.row), style=style, link=f"#{place.system(at)}")
    return Entry(name)


def score(cell: Cell, digits: int, *, limits: bool = False, link: str = "") -> Entry:
    """A score that its column is sorted by. limits: whether its interval is shown under it."""
    note = numbers.limits(cell, digits) if limits and cell.low is not None else ""
    return Entry(numbers.shown(cell, digits), sort=LOW if cell.mean is None else cell.mean, note=note, link=link)


def figure(
    place: Place,
    name: str,
    make: Callable[[plots.Size], plots.Spec],
    title: str,
    caption: str,
    *,
    description: str = IN_TABLE,
    sizes: Sequence[plots.Size] = plots.SIZES,
) -> Figure:
    """A drawing in the page's language, under its own key in the section. description: what a reader hears of it."""
    key = f"{place.key}-{name}"
    svg = plots.draw(make, key=key, title=title, description=description, language=place.language, sizes=sizes)
    return Figure(key, svg, title, caption)
