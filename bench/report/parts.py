"""What a page is made of: tables whose cells can be sorted, and figures with words for those who do not see them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table.

    text: what is read. sort: what the column is ordered by, the text itself if None. style: a name that the style sheet
    knows, or none. note: a second, smaller line. mark: a word before the text that only screen readers say.
    """

    text: str
    sort: float | str | None = None
    style: str = ""
    note: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column. numeric: numbers, set to the right. sortable: whether a click orders the rows by it."""

    text: str
    numeric: bool = False
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table. key: unique on the page; caption: what it shows; foot: rows that stand last however it is ordered.

    Every row's first `row_heads` cells head it.
    """

    key: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Entry, ...], ...]
    foot: tuple[tuple[Entry, ...], ...] = ()
    row_heads: int = 1
    style: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing. key: unique on the page; svg: its mark-up, made by `bench.report.plots`; caption: what it shows."""

    key: str
    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a section: a heading, words, then figures and tables. folded: tables that open on demand."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    small: bool = False
    """Whether its tables are small ones that stand beside each other."""


@dataclass(frozen=True, slots=True)
class Section:
    """One comparison. advice: the first thing said; limits: what its data cannot show; blocks: everything else."""

    key: str
    name: str
    title: str
    advice: str
    limits: tuple[str, ...]
    blocks: tuple[Block, ...] = field(default=())
