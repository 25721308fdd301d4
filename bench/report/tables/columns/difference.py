"""Difference and p against the system that all others are compared with."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import digits, tested
from bench.report.tables.sheet import Column


@COLUMNS.register("difference")
class Difference(TableColumns):
    """The tested difference from the reference system, and its p, adjusted by Holm."""

    order = 40

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """None where no pair was tested."""
        if not comparison.pairs:
            return []
        tiered = any(row.tier is not None for row in comparison.rows)
        against = Bilingual("vs best", "比最好的") if tiered else Bilingual("vs baseline", "比基准")
        return [Column(against), Column("p")]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """Blanks for the reference itself."""
        is_reference = row.system == comparison.reference
        return tested(row.against, is_reference=is_reference, places=digits(comparison))
