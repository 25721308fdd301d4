"""CSV: numbers in full, one line for each system and metric."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Sequence

from bench.comparison import Comparison, Row, SideBySide
from bench.comparison.difference import Difference
from bench.comparison.published import Published
from bench.core.spreadsheets import harmless
from bench.report.tables.columns.base import TableColumns, shown_columns
from bench.report.tables.formats.base import FORMATS, TableFormat
from bench.report.tables.suites import suite_csv_lines
from bench.suites import Suite


@FORMATS.register("csv")
class CommaSeparated(TableFormat):
    """CSV: numbers in full, a line a system and metric."""

    def comparisons(
        self,
        comparisons: Sequence[Comparison],
        by_protocol: Sequence[SideBySide] = (),
        published: Sequence[Published] = (),
    ) -> str:
        """One line a system and metric, and one for each number of a further column."""
        del by_protocol  # the same numbers again
        columns = ["experiments", "data", "splits", "system", "control", "tier", "metric"]
        lines: list[list[object]] = [[*columns, "mean", "spread", "low", "high", "reason"]]
        for comparison in comparisons:
            where = ["+".join(comparison.experiments), comparison.data_summary.sha256, comparison.splits]
            kinds = shown_columns(comparison)
            for row in comparison.rows:
                for metric, cell in row.cells.items():
                    lines.append([*where, row.system, row.control, row.tier, metric, *dataclasses.astuple(cell)])
                for name, value in _numbers(kinds, row).items():
                    lines.append([*where, row.system, row.control, row.tier, name, value, None, None, None, None])
        for entry in published:
            for metric, value in entry.scores.items():
                line = ["published", "", entry.protocol, entry.system, False, None, metric, value]
                lines.append([*line, None, None, None, entry.source])
        return _written(lines)

    def difference(self, found: Difference) -> str:
        """One line a changed key, then one a system (`part` is score); `only_old` and `only_new` have no pair."""
        columns = ["part", "key", "systems", "old", "new", "difference", "low", "high", "p_value", "adjusted"]
        lines: list[list[object]] = [[*columns, "verdict", "reason"]]
        lines += [
            [change.part, change.key, ",".join(change.systems), change.old, change.new, *[None] * 7]
            for change in found.changes
        ]
        for each in found.systems:
            pair = each.pair
            numbers: Sequence[object] = [None] * 5
            if pair is not None:
                numbers = [pair.difference, pair.low, pair.high, pair.p_value, pair.adjusted]
            lines.append(["score", found.metric, each.system, each.old, each.new, *numbers, each.verdict, each.reason])
        for part, names in (("only_old", found.only_old), ("only_new", found.only_new)):
            lines += [[part, None, name, *[None] * 9] for name in names]
        return _written(lines)

    def suite(self, suite: Suite) -> str:
        """A line a system, best mean rank first, with a column a data set."""
        return _written(suite_csv_lines(suite))


def _numbers(kinds: Sequence[TableColumns], row: Row) -> dict[str, float]:
    """What further columns show of a system, where they have a number."""
    found = {name: value for kind in kinds for name, value in kind.numbers(row).items()}
    return {name: value for name, value in found.items() if value is not None}


def _written(lines: Iterable[Sequence[object]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerows([harmless(value) for value in line] for line in lines)
    return target.getvalue()
