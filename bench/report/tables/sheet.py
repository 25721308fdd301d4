"""A table as every format for people renders it: columns, lines of text, and what is said around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. kind: what it holds, which tells how it is aligned.

    optional: above 0 where a terminal that is too narrow goes without it, the largest first.
    wrap: how many columns of a terminal its heading takes.
    """

    heading: str
    kind: Literal["rank", "name", "number", "text"] = "number"
    optional: int = 0
    wrap: int = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One text a column. quiet: less to be noticed, as a control is."""

    cells: tuple[str, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. bounds: lines that stand apart, under the others.

    notes: what a reader must know, a line each. advice: the last line, for emphasis; empty for none.
    left_out: by its number, what an optional column is; said where it is left out.
    """

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    bounds: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    advice: str = ""
    left_out: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        widths = {len(line.cells) for line in (*self.lines, *self.bounds)}
        if widths - {len(self.columns)}:
            raise ValueError(f"a line has one text a column ({len(self.columns)}), got {sorted(widths)}")

    def narrow(self, least: int) -> Sheet:
        """Without the columns whose `optional` is so large or larger; itself where there is none."""
        kept = [at for at, column in enumerate(self.columns) if column.optional < least]
        if len(kept) == len(self.columns):
            return self
        gone = sorted({column.optional for column in self.columns if column.optional >= least}, reverse=True)
        lines, bounds = (
            tuple(Line(tuple(line.cells[at] for at in kept), line.quiet) for line in group)
            for group in (self.lines, self.bounds)
        )
        what = " and ".join(self.left_out[number] for number in gone)
        notes = (f"{what}: in a wider terminal, or --format markdown, csv or json.", *self.notes)
        return Sheet(self.title, tuple(self.columns[at] for at in kept), lines, bounds, notes, self.advice)
