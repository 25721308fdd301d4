"""The system's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables import numbers
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.sheet import Column


@COLUMNS.register("system")
class SystemName(TableColumns):
    """The name of each system, marked where it is a control; of a floor or ceiling, what it is."""

    order = 20

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """One."""
        del comparison
        return [Column(Bilingual("system", "系统"), "name")]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """The name."""
        del comparison
        return [numbers.name(row)]

    def bound(self, comparison: Comparison, name: str, scores: Mapping[str, float]) -> Sequence[str]:
        """The line's name."""
        del comparison, scores
        return [name]
