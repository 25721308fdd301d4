"""Tables as HTML for any page, a notebook's cell above all: in its own colours, light or dark, without a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from bench.core.errors import printable
from bench.report.tables.sheet import Column, Line, Sheet

# Colours come from the text around: what is quiet or drawn is its colour, thinned. So no theme has to be known.
STYLE = """<style>
.banmian { color: inherit; max-width: 100%; font-size: 13px; line-height: 1.45; }
.banmian .scroll { overflow-x: auto; }
.banmian table { border-collapse: collapse; border: 0; margin: .4em 0; width: auto; background: none; color: inherit;
  font-size: inherit; font-variant-numeric: tabular-nums; table-layout: auto; }
.banmian caption { caption-side: top; text-align: left; font-weight: 600; color: inherit; padding: 0 0 .3em; }
.banmian th, .banmian td { border: 0; padding: .18em .75em; text-align: left; vertical-align: baseline; color: inherit;
  background: none; white-space: nowrap; max-width: none; }
.banmian .prose { white-space: normal; max-width: 32em; }
.banmian th.number, .banmian td.number { text-align: right; }
.banmian thead th { font-weight: 600; vertical-align: bottom; border-bottom: 1px solid currentColor; }
.banmian tbody th { font-weight: 400; }
.banmian tbody tr, .banmian tbody tr:hover, .banmian tbody tr:nth-child(odd), .banmian tbody tr:nth-child(even)
  { background: none; }
.banmian tr.apart > * { border-top: 1px solid color-mix(in srgb, currentColor 45%, transparent); }
.banmian tr.quiet > * { color: color-mix(in srgb, currentColor 72%, transparent); }
.banmian .advice { font-weight: 600; margin: .3em 0; max-width: 60em; }
.banmian details { margin: .3em 0; max-width: 60em; }
.banmian summary { cursor: pointer; }
.banmian ul { margin: .2em 0; padding-left: 1.4em; }
</style>"""

_FEW_NOTES = 2


def render(sheets: Sequence[Sheet]) -> str:
    """Each table under its title: advice below it, what a reader must know behind a fold where that is long."""
    return f'<div class="banmian">{STYLE}{"".join(line for sheet in sheets for line in _lines(sheet))}</div>'


def text(value: str) -> str:
    """A text that HTML shows as it stands.

    >>> text("a<b & c")
    'a&lt;b &amp; c'
    """
    return escape(printable(value))


def _lines(sheet: Sheet) -> Iterator[str]:
    yield '<div class="scroll"><table>'
    yield f"<caption>{text(sheet.title)}</caption>"
    if sheet.lines:
        heads = "".join(f'<th scope="col"{_kind(column)}>{text(column.heading)}</th>' for column in sheet.columns)
        yield f"<thead><tr>{heads}</tr></thead><tbody>"
        yield from (_row(sheet, line, apart=apart) for line, apart in zip(sheet.lines, _apart(sheet), strict=True))
        yield from (_row(sheet, line, apart=at == 0) for at, line in enumerate(sheet.bounds))
        yield "</tbody>"
    yield "</table></div>"
    if sheet.advice:
        yield f'<p class="advice">{text(sheet.advice)}</p>'
    said = [note for note in sheet.notes if "--format" not in note]
    if said:
        items = "".join(f"<li>{text(note)}</li>" for note in said)
        folded = len(said) > _FEW_NOTES
        yield (
            f"<details><summary>How to read this</summary><ul>{items}</ul></details>" if folded else f"<ul>{items}</ul>"
        )


def _apart(sheet: Sheet) -> list[bool]:
    """Whether a line begins another tier than the one before it."""
    ranks = [at for at, column in enumerate(sheet.columns) if column.kind == "rank"]
    if not ranks:
        return [False] * len(sheet.lines)
    tiers = [line.cells[ranks[0]] for line in sheet.lines]
    return [at > 0 and tier != tiers[at - 1] for at, tier in enumerate(tiers)]


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
