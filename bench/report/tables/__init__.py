"""Comparisons and differences as tables: for a terminal, Markdown, LaTeX, CSV and JSON."""

from bench.report.tables.formats import (
    DIFFERENCE_FORMATS,
    FORMATS,
    SUITE_FORMATS,
    as_csv,
    as_html,
    as_json,
    as_latex,
    as_markdown,
    as_terminal,
    difference_as_html,
    difference_as_terminal,
    suite_as_html,
    suite_as_terminal,
)
from bench.report.tables.frames import difference_frame, pair_frame, score_frame
from bench.report.tables.notes import cannot_show, notes, title
from bench.report.tables.numbers import CONTROL_MARK
from bench.report.tables.outlook import gains_sheet, growth_lines

__all__ = [
    "CONTROL_MARK",
    "DIFFERENCE_FORMATS",
    "FORMATS",
    "SUITE_FORMATS",
    "as_csv",
    "as_html",
    "as_json",
    "as_latex",
    "as_markdown",
    "as_terminal",
    "cannot_show",
    "difference_as_html",
    "difference_as_terminal",
    "difference_frame",
    "gains_sheet",
    "growth_lines",
    "notes",
    "pair_frame",
    "score_frame",
    "suite_as_html",
    "suite_as_terminal",
    "title",
]
