"""How a terminal and a notebook show comparisons, differences and suites."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.difference import Difference
from bench.comparison.published import Published
from bench.report.tables import differences, html, suites, terminal
from bench.report.tables.comparisons import sheets
from bench.suites import Suite


def as_terminal(
    comparisons: Sequence[Comparison],
    by_protocol: Sequence[SideBySide] = (),
    published: Sequence[Published] = (),
    *,
    width: int | None = None,
    colour: bool = False,
    explain: bool = False,
    language: str = "en",
) -> str:
    """Tables for a terminal of `width` columns (its own width if None), aligned with Chinese in them.

    explain: with all notes. language: `en` or `zh`.
    """
    tables = sheets(comparisons, by_protocol, published)
    return terminal.render(tables, width=width, colour=colour, explain=explain, language=language)


def as_html(
    comparisons: Sequence[Comparison], by_protocol: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """Tables for any page, as a notebook's cell: in its colours, without a script."""
    return html.render(sheets(comparisons, by_protocol, published))


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
