"""Tables for a terminal: within its width, aligned with Chinese in them."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.core.errors import printable
from bench.report.tables.sheet import Column, Sheet
from bench.report.words import words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDEST_NAME, _TIGHT = 24, 6
_ANY_WIDTH = 10_000


def render(sheets: Sequence[Sheet], *, width: int | None = None, colour: bool = False) -> str:
    """Sheets as text of at most `width` columns (the terminal's own if None); without `colour` no escapes at all."""
    from rich.console import Console

    target = io.StringIO()
    console = Console(
        file=target, force_jupyter=False, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    for number, sheet in enumerate(sheets):
        if number and sheets[number - 1].notes:
            console.print()  # without notes the table's own last line is blank
        _print(console, sheet)
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _print(console: Console, sheet: Sheet) -> None:
    """With all columns where they fit, else without those that can be missed."""
    anywhere = console.options.update(max_width=_ANY_WIDTH)
    whole = sheet
    if _table(sheet).__rich_measure__(console, anywhere).maximum > console.width:
        sheet = whole.narrow(2)
    if _table(sheet).__rich_measure__(console, anywhere).minimum > console.width:
        sheet = whole.narrow(1)
    table = _table(sheet)
    if table.__rich_measure__(console, anywhere).minimum > console.width:
        table = _table(sheet, tight=True)
    console.print(words(sheet.title, "bold"))
    if sheet.lines:
        console.print(table)
    for line in sheet.notes:
        console.print(words(line, "dim"))
    if sheet.advice:
        console.print(words(sheet.advice, "bold"))


def _table(sheet: Sheet, *, tight: bool = False) -> Table:
    """A table; `tight` parts the words of headings and names, so that numbers stay whole in a narrow terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    # Where words fill several lines of a cell, its neighbours stand beside the first.
    prose = any(column.kind == "text" for column in sheet.columns)
    for at, column in enumerate(sheet.columns):
        table.add_column(
            Text(_wrapped(column, tight=tight)),
            justify="right" if column.kind == "number" else "left",
            overflow="fold",
            vertical="top" if prose else "bottom",
            no_wrap=tight and column.kind in {"number", "rank"},
            min_width=_least_width(sheet, at, tight=tight),
        )
    for line in sheet.lines:
        table.add_row(*map(words, line.cells), style="dim" if line.quiet else "")
    if sheet.bounds:
        table.add_section()
    for line in sheet.bounds:
        table.add_row(*map(words, line.cells), style="dim")
    return table


def _wrapped(column: Column, *, tight: bool) -> str:
    width = _TIGHT if tight else column.wrap
    return "\n".join(textwrap.wrap(printable(column.heading), width, break_long_words=tight))


def _least_width(sheet: Sheet, at: int, *, tight: bool) -> int:
    """Numbers are never parted; a name is, where it is longer than names should be, and a long word of prose."""
    from rich.cells import cell_len

    kind = sheet.columns[at].kind
    cells = [printable(line.cells[at]) for line in sheet.lines]
    if kind == "text":
        cells = [word for cell in cells for word in cell.split()]
    longest = max(map(cell_len, cells), default=0)
    return longest if kind in {"number", "rank"} else min(longest, _TIGHT if tight else _WIDEST_NAME)
