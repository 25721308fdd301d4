"""How much the scores of a comparison vary with random splits."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.report import plots
from bench.report.elements import Block, Entry, Figure, Heading, Table
from bench.report.links import Place
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.sections.entries import figure, system
from bench.report.tables import numbers
from bench.report.wording import stability as wording
from bench.report.wording.headings import COLUMNS, TITLES


@dataclass(frozen=True, slots=True)
class _Scored:
    """One system. prediction: (repeats, rows) indices of classes; repeats: the score of each repeat that has one."""

    detail: RunDetails
    prediction: NDArray[np.int64]
    repeats: Sequence[float]


def stability(place: Place, detailed: DetailedComparison) -> Block | None:
    """The scores of every repeat; None where no run has predictions that scored."""
    comparison = detailed.comparison
    key, title = f"{place.key}-stability", TITLES["stability"]
    if not detailed.scored:
        return None
    if comparison.repeats < 2:
        return Block(key, title, (wording.ONE_REPEAT,))
    metric = comparison.metric
    scored = [
        _Scored(detail, detail.predictions.prediction, repeats)
        for detail in detailed.scored
        if detail.predictions is not None and (repeats := _repeats(detail, metric))
    ]
    if not scored:
        return None
    headings = (
        Heading(COLUMNS["system"]),
        *(Heading(COLUMNS[name], numeric=True) for name in ("spread", "smallest", "largest", "changes")),
    )
    rows = tuple((system(place, detailed, each.detail), *_spread(each)) for each in scored)
    table = Table(f"{place.key}-spread", wording.spread_caption(numbers.heading(metric)), headings, rows)
    words = wording.stability_words(comparison.repeats, given=comparison.protocol["kind"] == "fixed")
    return Block(key, title, (words,), (_strips(place, metric, scored),), (table,))


def _repeats(detail: RunDetails, metric: str) -> list[float]:
    """The score of each repeat that has one."""
    score = detail.record.scores.get(metric)
    return [] if score is None else [value for value in score.repeats if value is not None]


def _spread(scored: _Scored) -> tuple[Entry, ...]:
    prediction, repeats = scored.prediction, scored.repeats
    changed = int((prediction != prediction[0]).any(axis=0).sum())
    spread = statistics.stdev(repeats) if len(repeats) > 1 else 0.0
    return (
        Entry(numbers.short(spread, 3), sort=spread),
        Entry(numbers.short(min(repeats), 3), sort=min(repeats)),
        Entry(numbers.short(max(repeats), 3), sort=max(repeats)),
        Entry(f"{changed} ({changed / prediction.shape[1]:.0%})", sort=changed),
    )


def _strips(place: Place, metric: str, scored: Sequence[_Scored]) -> Figure:
    heading = numbers.heading(metric)
    values = [{"name": each.detail.row.system, "value": value} for each in scored for value in each.repeats]
    means = [
        {
            "name": each.detail.row.system,
            "mean": statistics.fmean(each.repeats),
            "tip": wording.strip_tip(
                each.detail.row.system,
                heading,
                *(numbers.short(of(each.repeats), 3) for of in (statistics.fmean, min, max)),
            ),
            "link": place.rows_of(system=each.detail.row.system, outcome="unsure"),
        }
        for each in scored
    ]
    return figure(
        place,
        "strips",
        lambda size: plots.strips(size, values, means, axis=heading),
        wording.strips_title(heading, len(scored)),
        wording.strips_caption(),
    )


@BLOCKS.register("stability")
class StabilityBlock(ComparisonBlock):
    """The scores of every repeat."""

    order = 70

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `stability`."""
        return stability(place, detailed)
