"""The probability that a difference is too small to matter."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import NONE
from bench.report.tables.sheet import Column


@COLUMNS.register("equivalence")
class Equivalence(TableColumns):
    """The probability that a system and the reference differ by less than `compare --equivalent` says."""

    order = 50

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """None where that was not asked for."""
        return [] if comparison.pairs.equivalent is None else [Column(Bilingual("equal", "相当"))]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """A share in percent."""
        del comparison
        return [NONE if row.against is None or row.against.equivalent is None else f"{row.against.equivalent:.0%}"]
