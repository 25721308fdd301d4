"""Difference and p against the system that all others are compared with."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, Row
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import digits, tested
from bench.report.tables.sheet import Column


@COLUMNS.register("difference")
class Difference(TableColumns):
    """The tested difference from the reference system, and its p, adjusted by Holm."""

    order = 40

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """None where no pair was tested."""
        return [Column("difference"), Column("p")] if comparison.pairs else []

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """Blanks for the reference itself."""
        is_reference = row.system == comparison.reference
        return tested(row.against, is_reference=is_reference, places=digits(comparison))
