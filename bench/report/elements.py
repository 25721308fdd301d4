"""The elements of a page: tables whose cells can be sorted, and figures with a description in words."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table.

    text: what is read. sort: what the column is ordered by, the text itself if None. style: a name that the style sheet
    knows, or none. note: a second, smaller line. link: where the text leads on the page, empty for nowhere.
    """

    text: str
    sort: float | str | None = None
    style: str = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column. numeric: numbers, set to the right. sortable: whether a click orders the rows by it."""

    text: str
    numeric: bool = False
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table. key: unique on the page; caption: what it shows; foot: rows that stay last however it is ordered.

    Every row's first `row_heads` cells head it. ids: of its rows, for links to lead to; empty for none.
    starts: the rows, from 1, above which a line parts them from those before.
    """

    key: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Entry, ...], ...]
    foot: tuple[tuple[Entry, ...], ...] = ()
    row_heads: int = 1
    style: str = ""
    ids: tuple[str, ...] = ()
    starts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing. key: unique on the page; svg: its mark-up, made by `bench.report.plots`; name: what it is called;
    caption: how it is read.
    """

    key: str
    svg: str
    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a list. link: where it leads on the page, empty for nowhere."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a section: a heading, words, then figures and tables. folded: tables that open on demand.

    lines: a list of sentences after the words. more: what the fold is called.
    """

    key: str
    title: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    small: bool = False
    """Whether its tables are small ones, shown side by side."""

    lines: tuple[Line, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of the first screen. name: what it is; text: the figure; link: where the page says more about it."""

    name: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One comparison. advice: the first thing said; facts: the figures that it rests on; limits: what its data cannot
    show; figure: of the scores; blocks: everything else.
    """

    key: str
    name: str
    title: str
    advice: str
    facts: tuple[Fact, ...]
    limits: tuple[str, ...]
    figure: Figure | None = None
    blocks: tuple[Block, ...] = field(default=())
