"""Tables as GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.core.markdown import literal
from bench.report.tables.formats.base import FORMATS, TableFormat
from bench.report.tables.sheet import Sheet

_ALIGNED = {"rank": "---:|", "name": "---|", "number": "---:|", "text": "---|"}


def render(sheets: Sequence[Sheet]) -> str:
    """Each table under its title, its notes under it as a list; nothing in a name is taken for markup."""
    return "\n".join(line for sheet in sheets for line in _lines(sheet))


def _lines(sheet: Sheet) -> Iterator[str]:
    if sheet.answer:
        yield f"**{literal(sheet.answer)}** {literal(sheet.advice)}\n"
    yield f"{literal(sheet.title)}\n" if sheet.answer else f"**{literal(sheet.title)}**\n"
    if sheet.lines:
        yield _row([column.heading for column in sheet.columns])
        yield "|" + "".join(_ALIGNED[column.kind] for column in sheet.columns)
        for line in (*sheet.lines, *sheet.bounds):
            yield _row(line.cells)
        yield ""
    advice = [sheet.advice] if sheet.advice and not sheet.answer else []
    said = [*sheet.notes, *sheet.further, *advice]
    for text in said:
        yield f"- {literal(text)}"
    if said:
        yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(literal, cells))} |"


@FORMATS.register("markdown")
class Markdown(TableFormat):
    """GitHub's Markdown: a table for each group of runs, its notes as a list."""

    def sheets(self, tables: Sequence[Sheet]) -> str:
        """Each table under its title."""
        return render(tables)
