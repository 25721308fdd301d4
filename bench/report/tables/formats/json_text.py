"""JSON: everything that comparisons, differences and suites hold."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from bench.comparison import Comparison, Row, SideBySide
from bench.comparison.difference import Difference
from bench.comparison.published import Published
from bench.report.tables.columns.base import TableColumns, shown_columns
from bench.report.tables.formats.base import FORMATS, TableFormat
from bench.report.tables.suites import suite_object
from bench.suites import Suite

_WRITTEN_APART = {"data_summary", "rows", "pairs", "resolution", "columns"}


@FORMATS.register("json")
class Json(TableFormat):
    """JSON: everything that was computed, numbers in full."""

    def comparisons(
        self,
        comparisons: Sequence[Comparison],
        by_protocol: Sequence[SideBySide] = (),
        published: Sequence[Published] = (),
    ) -> str:
        """An object of `comparisons`, `side_by_side` and `published`."""
        return _json(
            {
                "comparisons": [_comparison(comparison) for comparison in comparisons],
                "side_by_side": [dataclasses.asdict(each) for each in by_protocol],
                "published": [entry.model_dump(mode="json") for entry in published],
            }
        )

    def difference(self, found: Difference) -> str:
        """An object of all that a difference holds."""
        return _json({**dataclasses.asdict(found), "worse": found.worse})

    def suite(self, suite: Suite) -> str:
        """An object of all that a suite holds."""
        return _json(suite_object(suite))


def _comparison(comparison: Comparison) -> dict[str, object]:
    plain = {
        field.name: getattr(comparison, field.name)
        for field in dataclasses.fields(comparison)
        if field.name not in _WRITTEN_APART
    }
    further = [kind for kind in shown_columns(comparison) if kind.on_request]
    return {
        **plain,
        "facts": comparison.data_summary.model_dump(),
        "rows": [_row(row, further) for row in comparison.rows],
        "pairs": [dataclasses.asdict(pair) for pair in comparison.pairs],
        "resolution": None if comparison.resolution is None else dataclasses.asdict(comparison.resolution),
        "selected": None if comparison.selected is None else dataclasses.asdict(comparison.selected),
    }


def _row(row: Row, further: Sequence[TableColumns]) -> dict[str, object]:
    """`asked`: what a chat model took; `columns`: numbers of columns that were asked for; each where it is there."""
    fields = dataclasses.asdict(dataclasses.replace(row, run=None))
    del fields["run"]
    chat_use = fields.pop("chat_use")
    if chat_use is not None:
        fields["asked"] = chat_use
    if further:
        fields["columns"] = {name: value for kind in further for name, value in kind.numbers(row).items()}
    return fields


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
