"""Tables for a terminal: within its width, aligned also where they hold Chinese, without broken words."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.core.errors import printable
from bench.core.languages import Bilingual, in_language
from bench.report.rich_text import words
from bench.report.tables.sheet import Column, Sheet

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_WIDEST_WORD, _SHORTEST_NAME = 24, 10
_ANY_WIDTH = 10_000
_BREAKS = re.compile(r"(?<=[-+_@/.:，： ])(?=.)")
"""Where a long name may go on in the next line."""

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(f"[（“《]*(?:[^\\s{_WIDE}“”]+|[{_WIDE}]|[“”])[，。；：！？、）”》]*\\s*|\\s+")
"""What stays together in a line: a word or a Chinese character, with the marks that belong to it."""


def render(
    sheets: Sequence[Sheet],
    *,
    width: int | None = None,
    colour: bool = False,
    explain: bool = False,
    language: str = "en",
) -> str:
    """Sheets as text of at most `width` columns (the terminal's own if None); without `colour` no escapes at all.

    explain: whether all is shown that there is to know. language: `en` or `zh`, of texts that carry Chinese.
    """
    from rich.console import Console

    target = io.StringIO()
    console = Console(
        file=target, force_jupyter=False, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    for number, sheet in enumerate(sheets):
        if number and (sheets[number - 1].notes or sheets[number - 1].answer):
            console.print()  # without notes the table's own last line is blank
        _print(console, sheet.into(language), explain=explain, language=language)
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _print(console: Console, whole: Sheet, *, explain: bool, language: str) -> None:
    """With all columns where they fit, else without those that can be missed, else with names in several lines."""
    sheet = whole
    for least in (2, 1):
        if _width(console, _table(sheet)) > console.width:
            sheet = whole.narrow(least)
    table = _table(sheet)
    for width in range(_longest_name(sheet), _SHORTEST_NAME - 1, -1):
        if _width(console, table) <= console.width:
            break
        table = _table(sheet, names=width)
    answered = bool(sheet.answer or sheet.advice)
    if answered:
        _say(console, sheet.answer, "bold")
        _say(console, sheet.advice, "" if sheet.answer else "bold")
        console.print()
    _say(console, sheet.title, "" if answered else "bold")
    if sheet.lines:
        console.print(table)
    for line in (*sheet.notes, *(sheet.further if explain else ())):
        _say(console, line, "dim")
    _say(console, _more(sheet, explain=explain, language=language), "dim")


def _width(console: Console, table: Table) -> int:
    return table.__rich_measure__(console, console.options.update(max_width=_ANY_WIDTH)).minimum


def _say(console: Console, line: str, style: str = "") -> None:
    if line:
        console.print(_text(folded(printable(line), console.width), style))


def _text(lines: str, style: str = "") -> Text:
    """Text of several lines, in each of which nothing moves the terminal."""
    from rich.text import Text

    return Text("\n").join(words(line, style) for line in lines.split("\n"))


def folded(text: str, width: int) -> str:
    r"""A text in lines of at most so many columns: they end between words, or between Chinese characters.

    No line begins with a closing mark or ends with an opening one; a word that is longer stays whole.

    >>> folded("分数（共 7 个）：说的是新行。", 12)
    '分数（共 7\n个）：说的是\n新行。'
    """
    from rich.cells import cell_len

    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines).rstrip()


def _more(sheet: Sheet, *, explain: bool, language: str) -> str:
    """Where to find what is not shown; empty where all is."""
    parts = []
    if sheet.further and not explain:
        many = len(sheet.further)
        notes = "1 more note" if many == 1 else f"{many} more notes"
        parts.append(Bilingual(f"{notes}: --explain", f"另有 {many} 条说明：--explain"))
    if sheet.gone:
        gone = sheet.gone
        parts.append(Bilingual(f"{gone}: a wider terminal, or --format csv", f"{gone}：用更宽的终端，或 --format csv"))
    if not parts:
        return ""
    english = f"{'; '.join(parts)}."
    return in_language(Bilingual(english, f"{'；'.join(part.chinese for part in parts)}。"), language)


def _table(sheet: Sheet, *, names: int = 0) -> Table:
    """A table. names: how wide names may be, 0 for as wide as they are; headings are then narrow, too."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    # Where a cell has several lines, its neighbours are level with the first one.
    prose = any(column.kind == "text" for column in sheet.columns)
    for at, column in enumerate(sheet.columns):
        heading = _wrapped(column, tight=names > 0)
        table.add_column(
            _text(heading),
            justify="right" if column.kind == "number" else "left",
            overflow="fold",
            vertical="top" if prose else "bottom",
            no_wrap=column.kind != "text",
            min_width=_least_width(sheet, at, heading, names),
        )
    for starts, line in zip(sheet.starts, sheet.lines, strict=True):
        if starts:
            table.add_section()
        table.add_row(*_cells(sheet, line.cells, names), style="dim" if line.quiet else "")
    if sheet.bounds:
        table.add_section()
    for line in sheet.bounds:
        table.add_row(*_cells(sheet, line.cells, names), style="dim")
    return table


def _cells(sheet: Sheet, cells: Sequence[str], names: int) -> list[Text]:
    found = []
    for column, cell in zip(sheet.columns, cells, strict=True):
        parted = parted_name(printable(cell), names) if names and column.kind == "name" else cell
        found.append(_text(parted) if parted is not cell else words(cell))
    return found


def parted_name(name: str, width: int) -> str:
    r"""A name in lines of such a width, which end after a hyphen or the like; a longer piece stays whole.

    >>> parted_name("char-complement-nb", 12)
    'char-\ncomplement-\nnb'
    """
    from rich.cells import cell_len

    lines = [""]
    for piece in _BREAKS.split(name):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.strip() for line in lines)


def _wrapped(column: Column, *, tight: bool) -> str:
    """A heading in lines between its words."""
    heading = printable(column.heading)
    return parted_name(heading, max(_SHORTEST_NAME, column.wrap // 2)) if tight else folded(heading, column.wrap)


def _least_width(sheet: Sheet, at: int, heading: str, names: int) -> int:
    """Numbers and names are never parted within a word, nor is prose unless a word is very long."""
    from rich.cells import cell_len

    kind = sheet.columns[at].kind
    cells = [printable(line.cells[at]) for line in (*sheet.lines, *sheet.bounds)]
    if kind == "text":
        cells = [word for cell in cells for word in cell.split()]
        return min(max(map(cell_len, cells), default=0), _WIDEST_WORD)
    if kind == "name" and names:
        cells = [line for cell in cells for line in parted_name(cell, names).split("\n")]
    return max(map(cell_len, [*cells, *heading.split("\n")]), default=0)


def _longest_name(sheet: Sheet) -> int:
    from rich.cells import cell_len

    names = [at for at, column in enumerate(sheet.columns) if column.kind == "name"]
    lines = (*sheet.lines, *sheet.bounds)
    return max((cell_len(printable(line.cells[at])) for at in names for line in lines), default=0)
