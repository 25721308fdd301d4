"""The same rows under several protocols, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.comparison.comparable import is_transductive
from bench.comparison.labelling_gains import gains
from bench.comparison.learning_curves import growths
from bench.comparison.needed_rows import plan_of
from bench.comparison.scored_runs import train_size
from bench.comparison.values import Comparison, SideBySide
from bench.execution.results import StoredRun


def side_by_side(
    comparisons: Sequence[Comparison], runs: Sequence[StoredRun] = (), *, reach: float | None = None
) -> list[SideBySide]:
    """One for each data set that stands in more than one table; transductive systems stand apart from the others.

    runs: those that were compared, for learning curves to be carried on and for gains of labelling. reach: the score
    that curves are asked for; left out, the next twentieth above the best. Raises BenchError for damaged predictions.
    """
    by_data: dict[tuple[str, bool], list[Comparison]] = {}
    for comparison in comparisons:
        by_data.setdefault((comparison.data_summary.sha256, comparison.transductive), []).append(comparison)
    own: dict[tuple[str, bool], list[StoredRun]] = {}
    for run in runs:
        own.setdefault((run.record.data_summary.sha256, is_transductive(run.record)), []).append(run)
    return [_side_by_side(group, own.get(key, []), reach) for key, group in by_data.items() if len(group) > 1]


def _side_by_side(group: Sequence[Comparison], runs: Sequence[StoredRun], reach: float | None) -> SideBySide:
    group = sorted(group, key=lambda each: (each.blocked, train_size(each.protocol) or math.inf))
    metric = group[0].metric
    systems = list(dict.fromkeys(row.system for comparison in group for row in comparison.rows))
    scores = [{row.system: row.cells[metric].mean for row in comparison.rows} for comparison in group]
    values = {system: tuple(column.get(system) for column in scores) for system in systems}
    blocked = [comparison.blocked for comparison in group]
    open_column = blocked.index(False) if False in blocked else None
    gaps: dict[str, dict[int, float]] = {}
    for system, row in values.items() if open_column is not None else ():
        base = row[open_column] if open_column is not None else None
        gaps[system] = {
            column: value - base
            for column, value in enumerate(row)
            if blocked[column] and value is not None and base is not None
        }
    shown = {name.rpartition("/")[2] for name in systems}
    own = [run for run in runs if run.record.system in shown]
    growth = growths(own, metric, reach)
    return SideBySide(
        metric,
        group[0].data_summary.sha256,
        tuple(each.splits for each in group),
        values,
        gaps,
        growth,
        gains(own, metric),
        group[0].data_summary.ceiling.get(metric),
        plan_of(group) if growth else None,
    )
