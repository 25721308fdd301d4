"""Tables as GitHub's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bench.core.errors import printable
from bench.report.tables.sheet import Sheet

_ALIGNED = {"rank": "---:|", "name": "---|", "number": "---:|", "text": "---|"}


def render(sheets: Sequence[Sheet]) -> str:
    """Each table under its title, its notes under it as a list; nothing in a name is taken for markup."""
    return "\n".join(line for sheet in sheets for line in _lines(sheet))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"**{_escaped(sheet.title)}**\n"
    if sheet.lines:
        yield _row([column.heading for column in sheet.columns])
        yield "|" + "".join(_ALIGNED[column.kind] for column in sheet.columns)
        for line in (*sheet.lines, *sheet.bounds):
            yield _row(line.cells)
        yield ""
    said = [*sheet.notes, *([sheet.advice] if sheet.advice else [])]
    for text in said:
        yield f"- {_escaped(text)}"
    if said:
        yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]])", r"\\\1", printable(text))
