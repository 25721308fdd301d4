"""The metric that orders the table, with its 95 % interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import bound, digits, heading, limits, shown
from bench.report.tables.sheet import Column


@COLUMNS.register("score")
class Score(TableColumns):
    """The score of each system by the comparison's metric, and the limits of its 95 % interval."""

    order = 30

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """The score, then its limits."""
        return [Column(heading(comparison.metric)), Column(Bilingual("95 %", "95 % 区间"))]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """Both with as many digits as the rows allow."""
        cell, places = row.cells[comparison.metric], digits(comparison)
        return [shown(cell, places), limits(cell, places)]

    def bound(self, comparison: Comparison, name: str, scores: Mapping[str, float]) -> Sequence[str]:
        """The score alone."""
        del name
        return [bound(comparison, scores, comparison.metric), ""]
