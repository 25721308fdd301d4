"""The tier: systems that no test shows to differ from the best in it."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import NONE
from bench.report.tables.sheet import Column


@COLUMNS.register("tier")
class Tier(TableColumns):
    """The tier of each system, where all pairs were tested."""

    order = 10

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """None where no system has a tier."""
        return [Column(Bilingual("tier", "档"), "rank")] if any(row.tier is not None for row in comparison.rows) else []

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """A number from 1."""
        del comparison
        return [NONE if row.tier is None else str(row.tier)]
