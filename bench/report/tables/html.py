"""Tables as HTML for a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.report.notebook_html import framed, text
from bench.report.tables.sheet import Column, Line, Sheet

_FEW_NOTES = 2


def render(sheets: Sequence[Sheet]) -> str:
    """Each table under its title: advice below it, what a reader must know behind a fold where that is long."""
    return framed("".join(line for sheet in sheets for line in _lines(sheet)))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield '<div class="scroll"><table>'
    yield f"<caption>{text(sheet.title)}</caption>"
    if sheet.lines:
        heads = "".join(f'<th scope="col"{_kind(column)}>{text(column.heading)}</th>' for column in sheet.columns)
        yield f"<thead><tr>{heads}</tr></thead><tbody>"
        yield from (_row(sheet, line, apart=apart) for line, apart in zip(sheet.lines, sheet.starts, strict=True))
        yield from (_row(sheet, line, apart=at == 0) for at, line in enumerate(sheet.bounds))
        yield "</tbody>"
    yield "</table></div>"
    for said in (sheet.answer, sheet.advice):
        if said:
            yield f'<p class="advice">{text(said)}</p>'
    notes = [note for note in (*sheet.notes, *sheet.further) if "--format" not in note]
    if notes:
        items = "".join(f"<li>{text(note)}</li>" for note in notes)
        folded = len(notes) > _FEW_NOTES
        yield (
            f"<details><summary>How to read this</summary><ul>{items}</ul></details>" if folded else f"<ul>{items}</ul>"
        )


def _row(sheet: Sheet, line: Line, *, apart: bool) -> str:
    named = [name for name, there in (("apart", apart), ("quiet", line.quiet)) if there]
    cells = "".join(
        f'<th scope="row">{text(cell)}</th>' if column.kind == "name" else f"<td{_kind(column)}>{text(cell)}</td>"
        for column, cell in zip(sheet.columns, line.cells, strict=True)
    )
    return f"<tr{_classes(named)}>{cells}</tr>"


def _kind(column: Column) -> str:
    return _classes({"number": ["number"], "rank": ["number"], "text": ["prose"]}.get(column.kind, []))


def _classes(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""
