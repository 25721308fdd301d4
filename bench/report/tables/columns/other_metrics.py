"""The metrics of a table except the one that orders it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual, in_language
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import MOST_CLASSES, bound, digits, heading, shown
from bench.report.tables.sheet import Column


@COLUMNS.register("other-metrics")
class OtherMetrics(TableColumns):
    """All other metrics of the comparison; the F1 of each class where the classes are few."""

    order = 60

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """A narrow terminal goes without the F1 of classes first, then without the others."""
        return [Column(heading(metric), optional=2 if ":" in metric else 1) for metric in _metrics(comparison)]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """With as many digits as the rows allow."""
        places = digits(comparison)
        return [shown(row.cells[metric], places) for metric in _metrics(comparison)]

    def bound(self, comparison: Comparison, name: str, scores: Mapping[str, float]) -> Sequence[str]:
        """Those that the line has."""
        del name
        return [bound(comparison, scores, metric) for metric in _metrics(comparison)]

    def left_out(self, comparison: Comparison) -> Mapping[int, str]:
        """The F1 of classes in two words, the others by name."""
        named = ", ".join(heading(metric) for metric in _metrics(comparison) if ":" not in metric)
        chinese = "、".join(in_language(heading(metric), "zh") for metric in _metrics(comparison) if ":" not in metric)
        return {2: Bilingual("F1 of each class", "各类别的 F1"), 1: Bilingual(named, chinese)}


def _metrics(comparison: Comparison) -> list[str]:
    few = len(comparison.data_summary.classes) <= MOST_CLASSES
    return [metric for metric in comparison.metrics[1:] if few or ":" not in metric]
