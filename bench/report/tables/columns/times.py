"""The time for fitting and predicting."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import figures
from bench.report.tables.sheet import Column

_NAMES = {"fit": "fit_seconds_per_row", "predict": "predict_seconds_per_row"}


def measured_seconds(value: Any) -> float | None:
    """Seconds as `timings.json` has them; None for what no clock gives: no record's digest guards that file.

    >>> measured_seconds(0.5), measured_seconds(float("nan")), measured_seconds(-1), measured_seconds(True)
    (0.5, None, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value <= sys.float_info.max else None


@COLUMNS.register("times")
class Times(TableColumns):
    """Seconds of one core for 1,000 rows: of fitting, tuning left out, and of predicting."""

    order = 80
    on_request = True

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """One for each of the two."""
        del comparison
        chinese = {"fit": "拟合", "predict": "预测"}
        return [Column(Bilingual(f"{what} s/1,000 rows", f"{chinese[what]} 秒/千行")) for what in _NAMES]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """Three figures; a dash where that was not recorded."""
        del comparison
        return [figures(None if value is None else 1000 * value) for value in self.numbers(row).values()]

    def numbers(self, row: Row) -> Mapping[str, float | None]:
        """Seconds a row, as `timings.json` has them."""
        timings = {} if row.run is None else row.run.timings()
        return {name: measured_seconds(timings.get(name)) for name in _NAMES.values()}
