"""How far the scores of a comparison hang on the luck of the splits."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.comparison.run_details import Detail, Detailed
from bench.report import plots
from bench.report.parts import Block, Entry, Figure, Heading, Table
from bench.report.sections.entries import system, times
from bench.report.tables import numbers


@dataclass(frozen=True, slots=True)
class _Scored:
    """One system. prediction: (repeats, rows) indices of classes; repeats: the score of each repeat that has one."""

    detail: Detail
    prediction: NDArray[np.int64]
    repeats: Sequence[float]


def stability(key: str, detailed: Detailed) -> Block | None:
    """The scores of every repeat; None where no run has predictions that scored."""
    comparison = detailed.comparison
    if not detailed.scored:
        return None
    if comparison.repeats < 2:
        words = "There is one repeat only: how far a score hangs on the luck of the splits cannot be seen."
        return Block(f"{key}-stability", "Stability", (words,))
    metric = comparison.metric
    scored = [
        _Scored(detail, detail.predictions.prediction, repeats)
        for detail in detailed.scored
        if detail.predictions is not None and (repeats := _repeats(detail, metric))
    ]
    if not scored:
        return None
    headings = (
        Heading("system"),
        Heading("standard deviation", numeric=True),
        Heading("smallest", numeric=True),
        Heading("largest", numeric=True),
        Heading("rows whose guess changes", numeric=True),
    )
    rows = tuple(map(_spread, scored))
    table = Table(f"{key}-spread", f"Spread of {numbers.heading(metric)} over repeats", headings, rows)
    given = comparison.protocol["kind"] == "fixed"
    each = "trains on other rows and is tested on the same" if given else "splits the same rows anew"
    luck = "training rows" if given else "splits"
    words = (
        f"Each of {times(comparison.repeats, 'repeat')} {each}. The spread shows the luck of the {luck} alone: it is "
        f"no interval, which also holds the luck of the tested rows."
    )
    return Block(f"{key}-stability", "Stability", (words,), (_strips(key, metric, scored),), (table,))


def _repeats(detail: Detail, metric: str) -> list[float]:
    """The score of each repeat that has one."""
    score = detail.record.scores.get(metric)
    return [] if score is None else [value for value in score.repeats if value is not None]


def _spread(scored: _Scored) -> tuple[Entry, ...]:
    prediction, repeats = scored.prediction, scored.repeats
    changed = int((prediction != prediction[0]).any(axis=0).sum())
    spread = statistics.stdev(repeats) if len(repeats) > 1 else 0.0
    return (
        system(scored.detail),
        Entry(numbers.short(spread, 3), sort=spread),
        Entry(numbers.short(min(repeats), 3), sort=min(repeats)),
        Entry(numbers.short(max(repeats), 3), sort=max(repeats)),
        Entry(f"{changed} ({changed / prediction.shape[1]:.0%})", sort=changed),
    )


def _strips(key: str, metric: str, scored: Sequence[_Scored]) -> Figure:
    values = [
        {"name": each.detail.row.system, "value": value, "mean": statistics.fmean(each.repeats)}
        for each in scored
        for value in each.repeats
    ]
    name = f"{key}-strips"
    svg = plots.draw(
        lambda size: plots.strips(size, values, axis=numbers.heading(metric)),
        key=name,
        title=f"{numbers.heading(metric)} of every repeat, {times(len(scored), 'system')}",
        description="Spread, smallest and largest score of each system stand in the table under this drawing.",
    )
    return Figure(name, svg, "A tick a repeat; the dot is their mean.")
