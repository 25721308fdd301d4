"""Comparisons and differences as frames: numbers in full, one row for each system or pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.comparison import Comparison, Row
from bench.comparison.difference import Difference
from bench.report.frames import Frame
from bench.report.tables.columns.base import shown_columns


def score_frame(comparisons: Sequence[Comparison]) -> Frame:
    """A row a system, best first, of each comparison.

    The numbers of further columns come last: what chat models took, and what was asked for.
    `low`, `high`: limits of the metric at 95 %; `difference`, `p`: against the reference, p adjusted by Holm.
    """
    first = [each.metric for each in comparisons]
    metrics = list(dict.fromkeys([*first, *(name for each in comparisons for name in each.metrics)]))
    kinds = [shown_columns(each) for each in comparisons]
    further = [
        {_name(name): value for kind in shown for name, value in kind.numbers(row).items()}
        for each, shown in zip(comparisons, kinds, strict=True)
        for row in each.rows
    ]
    scores = [_scores(each, row, metrics) for each in comparisons for row in each.rows]
    return _frame([{**own, **more} for own, more in zip(scores, further, strict=True)], index=3)


def _name(name: str) -> str:
    """A number's name without its currency, so that a frame has one column for all of them."""
    return "cost_per_1000_texts" if name.startswith("cost_per_1000_texts_") else name


def _scores(comparison: Comparison, row: Row, metrics: Sequence[str]) -> dict[str, Any]:
    cells = {name: row.cells.get(name) for name in metrics}
    main = row.cells[comparison.metric]
    return {
        "experiment": "+".join(comparison.experiments),
        "splits": comparison.splits,
        "system": row.system,
        "control": row.control,
        "tier": row.tier,
        comparison.metric: main.mean,
        "low": main.low,
        "high": main.high,
        "difference": None if row.against is None else row.against.difference,
        "p": None if row.against is None else row.against.adjusted,
        **{name: None if cell is None else cell.mean for name, cell in cells.items() if name != comparison.metric},
    }


def pair_frame(comparisons: Sequence[Comparison]) -> Frame:
    """A row a tested pair: `difference` is `first` minus `second`, `low` and `high` its limits at 95 %."""
    return _frame(
        [
            {
                "experiment": "+".join(each.experiments),
                "splits": each.splits,
                "first": pair.first,
                "second": pair.second,
                "difference": pair.difference,
                "low": pair.low,
                "high": pair.high,
                "p": pair.p_value,
                "p_adjusted": pair.adjusted,
            }
            for each in comparisons
            for pair in each.pairs
        ],
        index=4,
    )


def difference_frame(found: Difference) -> Frame:
    """A row a system: its scores then and now, the tested difference with its limits, p adjusted by Holm, verdict."""
    return _frame(
        [
            {
                "system": each.system,
                "old": each.old,
                "new": each.new,
                "difference": None if each.pair is None else each.pair.difference,
                "low": None if each.pair is None else each.pair.low,
                "high": None if each.pair is None else each.pair.high,
                "p": None if each.pair is None else each.pair.adjusted,
                "verdict": each.verdict,
                "reason": each.reason,
            }
            for each in found.systems
        ]
    )


def _frame(rows: Sequence[dict[str, Any]], *, index: int = 1) -> Frame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return Frame({name: [row.get(name) for row in rows] for name in names}, index)
