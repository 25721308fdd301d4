"""How many more rows a data set needs, and of which class: to separate the best two, to test and to know each class."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.comparison.scored_runs import train_size
from bench.comparison.values import ClassNeed, Comparison, Plan

NARROW = 0.1
"""Half the width of a 95 % interval of F1 that a class is planned for."""


def plan_of(group: Sequence[Comparison]) -> Plan | None:
    """The rows that a data set needs, by the comparison that trains on all its rows; None where none does.

    group: one for each protocol. It is assumed that rows are drawn at random, so that a class gets its share of them,
    and that intervals narrow with the square root of a class's rows.
    """
    whole = [each for each in group if not each.blocked and train_size(each.protocol) is None]
    folds = whole[0].protocol.get("folds") if whole else None
    if not whole or not isinstance(folds, int) or folds < 2:
        return None
    comparison = whole[0]
    rows = sum(comparison.tested.values())
    needs = [_need(comparison, name, count, rows, folds) for name, count in comparison.tested.items()]
    known = [need for need in needs if need.half is not None and need.half > NARROW]
    widest = max(known, key=lambda need: need.half or 0, default=None)
    return Plan(rows, folds, comparison.resolution, tuple(need for need in needs if need.more), widest)


def _need(comparison: Comparison, name: str, count: int, rows: int, folds: int) -> ClassNeed:
    more = max(0, folds - count)
    share = max(count, 1) / rows
    half = _half(comparison, name)
    narrow = None if half is None else math.ceil(count * (half / NARROW) ** 2)
    to_narrow = None if narrow is None else math.ceil(narrow / share)
    return ClassNeed(name, count, more, math.ceil(folds / share), half, narrow, to_narrow)


def _half(comparison: Comparison, name: str) -> float | None:
    """Half the interval of the F1 of a class, by the best system; None where there is none."""
    cell = comparison.rows[0].cells.get(f"f1:{name}") if comparison.rows else None
    return None if cell is None or cell.low is None or cell.high is None else (cell.high - cell.low) / 2
