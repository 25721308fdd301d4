r"""Tables in LaTeX, ruled by booktabs, to be put into a paper with `\input`."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from bench.core.errors import printable
from bench.report.tables.formats.base import FORMATS, TableFormat
from bench.report.tables.sheet import Column, Line, Sheet

PREAMBLE = r"""% In the preamble: \usepackage{booktabs}
% Chinese in the table: compile with xelatex and \usepackage{xeCJK}, or take the class ctexart in place of article.
"""
_ALIGNED = {"rank": "r", "name": "l", "number": "r", "text": "l"}
_LONG, _PARAGRAPH = 30, r"p{0.3\linewidth}"
_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    # After the end of a row these would be its options.
    "[": "{[}",
    "*": "{*}",
}
_NEGATIVE = re.compile(r"(?<![\w.])-(?=[\d.])")


def render(sheets: Sequence[Sheet]) -> str:
    """Each table a float of its own, its title the caption, its notes under it."""
    return PREAMBLE + "".join(f"\n{line}" for sheet in sheets for line in _lines(sheet)) + "\n"


def escaped(text: str) -> str:
    r"""A text that LaTeX prints as it stands, in one line.

    >>> print(escaped("50 % of a_b & c"))
    50 \% of a\_b \& c
    """
    plain = "".join(_SPECIAL.get(character, character) for character in printable(text))
    # LaTeX would print two hyphens as one dash.
    return re.sub("-(?=-)", "-{}", plain)


def _lines(sheet: Sheet) -> Iterator[str]:
    yield r"\begin{table}[htbp]"
    yield r"  \centering\footnotesize\setlength{\tabcolsep}{3pt}"
    yield rf"  \caption{{{escaped(sheet.title)}}}"
    if sheet.lines:
        yield rf"  \begin{{tabular}}{{@{{}}{_alignment(sheet)}@{{}}}}"
        yield r"    \toprule"
        yield f"    {' & '.join(map(_heading, sheet.columns))} \\\\"
        yield r"    \midrule"
        yield from (_row(sheet, line) for line in sheet.lines)
        if sheet.bounds:
            yield r"    \midrule"
            yield from (_row(sheet, line) for line in sheet.bounds)
        yield r"    \bottomrule"
        yield r"  \end{tabular}"
    said = [text for text in (sheet.answer, sheet.advice, *sheet.notes, *sheet.further) if text]
    if said:
        yield r"  \par\smallskip"
        yield r"  \begin{minipage}{\linewidth}\footnotesize\raggedright"
        yield from (rf"    {escaped(text)}\par" for text in said)
        yield r"  \end{minipage}"
    yield r"\end{table}"
    yield ""


def _heading(column: Column) -> str:
    """In several lines where it is longer than the numbers under it."""
    lines = textwrap.wrap(column.heading, column.wrap, break_long_words=False)
    if len(lines) == 1:
        return escaped(lines[0])
    side = "r" if column.kind == "number" else "l"
    stacked = r"\\".join(map(escaped, lines))
    return rf"\shortstack[{side}]{{{stacked}}}"


def _alignment(sheet: Sheet) -> str:
    """A letter a column; a column of long texts is set as paragraphs."""
    widest = [max((len(line.cells[at]) for line in sheet.lines), default=0) for at in range(len(sheet.columns))]
    return "".join(
        _PARAGRAPH if column.kind == "text" and width > _LONG else _ALIGNED[column.kind]
        for column, width in zip(sheet.columns, widest, strict=True)
    )


def _row(sheet: Sheet, line: Line) -> str:
    cells = []
    for column, text in zip(sheet.columns, line.cells, strict=True):
        # A number's sign is a minus, not a hyphen.
        parts = _NEGATIVE.split(text) if column.kind == "number" else [text]
        cells.append("$-$".join(map(escaped, parts)))
    return f"    {' & '.join(cells)} \\\\"


@FORMATS.register("latex")
class Latex(TableFormat):
    """LaTeX, ruled by booktabs: floats to be put into a paper."""

    def sheets(self, tables: Sequence[Sheet]) -> str:
        """Each table a float of its own."""
        return render(tables)
