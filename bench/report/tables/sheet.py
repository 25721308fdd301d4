"""A table before any format renders it: columns, lines of text, and the words around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.core.languages import in_language


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. kind: what it holds, which says how it is aligned.

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
    """A table. bounds: lines apart from the others, under them.

    answer: what the table shows, in one line above it; advice: what to do then; both empty for none.
    notes: what a reader must know, a line each; further: what else there is to know, shown on request.
    left_out: by its number, what an optional column is; gone: what was left out of a narrow table, in one line.
    """

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    bounds: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    advice: str = ""
    left_out: Mapping[int, str] = field(default_factory=dict)
    answer: str = ""
    further: tuple[str, ...] = ()
    gone: str = ""

    def __post_init__(self) -> None:
        widths = {len(line.cells) for line in (*self.lines, *self.bounds)}
        if widths - {len(self.columns)}:
            raise ValueError(f"a line has one text a column ({len(self.columns)}), got {sorted(widths)}")

    @property
    def starts(self) -> tuple[bool, ...]:
        """Whether a line begins another tier than the one before it, one value a line."""
        ranks = [at for at, column in enumerate(self.columns) if column.kind == "rank"]
        if not ranks:
            return (False,) * len(self.lines)
        tiers = [line.cells[ranks[0]] for line in self.lines]
        return tuple(at > 0 and tier != tiers[at - 1] for at, tier in enumerate(tiers))

    def narrow(self, least: int) -> Sheet:
        """Without the columns whose `optional` is so large or larger; itself where there is none."""
        kept = [at for at, column in enumerate(self.columns) if column.optional < least]
        if len(kept) == len(self.columns):
            return self
        numbers = sorted({column.optional for column in self.columns if column.optional >= least}, reverse=True)
        lines, bounds = (
            tuple(Line(tuple(line.cells[at] for at in kept), line.quiet) for line in group)
            for group in (self.lines, self.bounds)
        )
        columns = tuple(self.columns[at] for at in kept)
        gone = tuple(self.left_out[number] for number in numbers)
        return replace(self, columns=columns, lines=lines, bounds=bounds, gone=joined(gone))

    def into(self, language: str) -> Sheet:
        """The same in `en` or `zh`, as far as its texts carry Chinese."""

        def read(texts: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(in_language(text, language) for text in texts)

        lines, bounds = (
            tuple(replace(line, cells=read(line.cells)) for line in group) for group in (self.lines, self.bounds)
        )
        return Sheet(
            in_language(self.title, language),
            tuple(replace(column, heading=in_language(column.heading, language)) for column in self.columns),
            lines,
            bounds,
            read(self.notes),
            in_language(self.advice, language),
            {number: in_language(what, language) for number, what in self.left_out.items()},
            in_language(self.answer, language),
            read(self.further),
            in_language(self.gone, language),
        )


def joined(names: tuple[str, ...]) -> str:
    """Several things in a row."""
    return ", ".join(names)
