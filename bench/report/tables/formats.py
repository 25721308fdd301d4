"""Every format by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.difference import Difference
from bench.comparison.published import Published
from bench.report.tables import differences, html, latex, markdown, suites, terminal
from bench.report.tables.comparisons import sheets
from bench.report.tables.values import (
    comparisons_csv,
    comparisons_json,
    difference_csv,
    difference_json,
    suite_csv,
    suite_json,
)
from bench.suites import Suite


def as_terminal(
    comparisons: Sequence[Comparison],
    beside: Sequence[SideBySide] = (),
    published: Sequence[Published] = (),
    *,
    width: int | None = None,
    colour: bool = False,
) -> str:
    """Tables for a terminal of `width` columns (its own width if None), aligned with Chinese in them."""
    return terminal.render(sheets(comparisons, beside, published), width=width, colour=colour)


def as_markdown(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """GitHub tables, each under a line that says what its runs have in common."""
    return markdown.render(sheets(comparisons, beside, published))


def as_latex(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """Floats with tables ruled by booktabs."""
    return latex.render(sheets(comparisons, beside, published))


def as_html(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """Tables that stand in any page, as a notebook's cell: in its colours, without a script."""
    return html.render(sheets(comparisons, beside, published))


as_csv, as_json = comparisons_csv, comparisons_json

FORMATS: dict[str, Callable[[Sequence[Comparison], Sequence[SideBySide], Sequence[Published]], str]] = {
    "markdown": as_markdown,
    "csv": as_csv,
    "latex": as_latex,
    "json": as_json,
}
"""Formats that hang on nothing but the comparisons; `as_terminal` hangs on the terminal too."""


def difference_as_terminal(found: Difference, *, width: int | None = None, colour: bool = False) -> str:
    """What changed and what became of the scores, for a terminal of `width` columns (its own width if None)."""
    return terminal.render(differences.sheets(found), width=width, colour=colour)


def difference_as_html(found: Difference) -> str:
    """What changed and what became of the scores, for a notebook's cell."""
    return html.render(differences.sheets(found))


def suite_as_terminal(suite: Suite, *, width: int | None = None, colour: bool = False) -> str:
    """Systems over data sets, and the critical-difference diagram, for a terminal of `width` columns."""
    table = terminal.render([suites.sheet(suite)], width=width, colour=colour)
    drawn = suites.axis(suite)
    return table + ("\n" + "\n".join(drawn) + "\n" if drawn else "")


def suite_as_html(suite: Suite) -> str:
    """Systems over data sets, for a notebook's cell."""
    return html.render([suites.sheet(suite)])


SUITE_FORMATS: dict[str, Callable[[Suite], str]] = {
    "markdown": lambda suite: markdown.render([suites.sheet(suite)]),
    "csv": suite_csv,
    "latex": lambda suite: latex.render([suites.sheet(suite)]),
    "json": suite_json,
}
"""The same formats, of a suite."""

DIFFERENCE_FORMATS: dict[str, Callable[[Difference], str]] = {
    "markdown": lambda found: markdown.render(differences.sheets(found)),
    "csv": difference_csv,
    "latex": lambda found: latex.render(differences.sheets(found)),
    "json": difference_json,
}
"""The same formats, of a difference."""
