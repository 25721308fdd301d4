"""Comparisons and differences for programs: CSV and JSON, numbers in full."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Sequence

from bench.comparison import Comparison, Row, SideBySide
from bench.comparison.difference import Difference
from bench.comparison.published import Published
from bench.core.spreadsheets import harmless
from bench.report.tables.suites import suite_csv_lines, suite_object
from bench.suites import Suite


def comparisons_csv(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """One line a system and metric."""
    del beside  # the same numbers again
    columns = ["experiments", "data", "splits", "system", "control", "tier", "metric"]
    lines: list[list[object]] = [[*columns, "mean", "spread", "low", "high", "reason"]]
    for comparison in comparisons:
        where = ["+".join(comparison.experiments), comparison.data_summary.sha256, comparison.splits]
        for row in comparison.rows:
            for metric, cell in row.cells.items():
                lines.append([*where, row.system, row.control, row.tier, metric, *dataclasses.astuple(cell)])
            for name, value in _chat_use(row).items():
                lines.append([*where, row.system, row.control, row.tier, name, value, None, None, None, None])
    for entry in published:
        for metric, value in entry.scores.items():
            line = ["published", "", entry.protocol, entry.system, False, None, metric, value]
            lines.append([*line, None, None, None, entry.source])
    return _written(lines)


def comparisons_json(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> str:
    """Everything that comparisons hold: an object of `comparisons`, `side_by_side` and `published`."""
    plain = {
        "comparisons": [
            {
                **{
                    field.name: getattr(comparison, field.name)
                    for field in dataclasses.fields(comparison)
                    if field.name not in {"data_summary", "rows", "pairs", "resolution"}
                },
                "facts": comparison.data_summary.model_dump(),
                "rows": [_row(row) for row in comparison.rows],
                "pairs": [dataclasses.asdict(pair) for pair in comparison.pairs],
                "resolution": None if comparison.resolution is None else dataclasses.asdict(comparison.resolution),
            }
            for comparison in comparisons
        ],
        "side_by_side": [dataclasses.asdict(each) for each in beside],
        "published": [entry.model_dump(mode="json") for entry in published],
    }
    return _json(plain)


def _row(row: Row) -> dict[str, object]:
    """Without `asked` for a system that asks no chat model."""
    fields = dataclasses.asdict(row)
    chat_use = fields.pop("chat_use")
    return fields if chat_use is None else {**fields, "asked": chat_use}


def _chat_use(row: Row) -> dict[str, float]:
    """What a chat model took, beside the metrics."""
    if row.chat_use is None:
        return {}
    named = {"tokens_per_text": row.chat_use.tokens, "seconds_per_text": row.chat_use.seconds}
    named[f"cost_per_1000_texts_{row.chat_use.currency}"] = row.chat_use.cost
    named["invalid_share"] = sum(row.chat_use.invalid.values()) / row.chat_use.requests
    return {name: value for name, value in named.items() if value is not None}


def difference_csv(found: Difference) -> str:
    """One line a changed key, then one a system (`part` is score); `only_old` and `only_new` name what has no pair."""
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


def difference_json(found: Difference) -> str:
    """Everything that a difference holds."""
    return _json({**dataclasses.asdict(found), "worse": found.worse})


def suite_csv(suite: Suite) -> str:
    """A line a system, best mean rank first, with a column a data set."""
    return _written(suite_csv_lines(suite))


def suite_json(suite: Suite) -> str:
    """Everything that a suite holds."""
    return _json(suite_object(suite))


def _written(lines: Iterable[Sequence[object]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerows([harmless(value) for value in line] for line in lines)
    return target.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
