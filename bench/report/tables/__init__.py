"""Tables of comparisons, differences and suites: for a terminal, a notebook, and in every registered format."""

from bench.report.tables.comparisons import sheets as as_sheets
from bench.report.tables.formats.base import FORMATS
from bench.report.tables.frames import difference_frame, pair_frame, score_frame
from bench.report.tables.limits import cannot_show
from bench.report.tables.notes import notes, title
from bench.report.tables.numbers import CONTROL_MARK
from bench.report.tables.outlook import gains_sheet, growth_lines
from bench.report.tables.views import (
    as_html,
    as_terminal,
    difference_as_html,
    difference_as_terminal,
    suite_as_html,
    suite_as_terminal,
)

__all__ = [
    "CONTROL_MARK",
    "FORMATS",
    "as_html",
    "as_sheets",
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
