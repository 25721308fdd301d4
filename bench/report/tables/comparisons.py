"""Comparisons, scores under several protocols, and published numbers, as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.published import Published
from bench.report.tables.columns.base import shown_columns
from bench.report.tables.notes import notes, title
from bench.report.tables.numbers import NONE, bounds, heading, short, signed
from bench.report.tables.outlook import gains_sheet, growth_lines
from bench.report.tables.sheet import Column, Line, Sheet

PUBLISHED_TITLE = "Published by others: other runs, maybe other rows; not compared with the above"


def sheets(
    comparisons: Sequence[Comparison], beside: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> list[Sheet]:
    """All tables, in the order in which they are shown."""
    others = [_published(published)] if published else []
    replayed = [gains_sheet(each) for each in beside if each.gains]
    return [*map(_comparison, comparisons), *map(_beside, beside), *replayed, *others]


def _comparison(comparison: Comparison) -> Sheet:
    kinds = shown_columns(comparison)
    left_out = {number: what for kind in kinds for number, what in kind.left_out(comparison).items()}
    return Sheet(
        title(comparison),
        tuple(column for kind in kinds for column in kind.columns(comparison)),
        tuple(
            Line(tuple(text for kind in kinds for text in kind.cells(comparison, row)), quiet=row.control)
            for row in comparison.rows
        ),
        tuple(
            Line(tuple(text for kind in kinds for text in kind.bound(comparison, name, scores)), quiet=True)
            for name, scores in bounds(comparison)
        ),
        tuple(notes(comparison)),
        comparison.advice,
        left_out,
    )


def _beside(each: SideBySide) -> Sheet:
    under, columns = _protocols(each)
    return Sheet(
        f"{heading(each.metric)} of the same rows (data {each.data[:12]}) under {under}",
        (Column("system", "name"), *(Column(protocol, wrap=16) for protocol in columns)),
        tuple(
            Line((system, *(_with_gap(value, each.gaps.get(system, {}).get(at)) for at, value in enumerate(row))))
            for system, row in each.values.items()
        ),
        notes=tuple(growth_lines(each)),
    )


def _protocols(each: SideBySide) -> tuple[str, tuple[str, ...]]:
    """What the columns have in common, and what tells them apart: of a replay the number of labels alone."""
    split = [protocol.rpartition(", ") for protocol in each.protocols]
    first = split[0][0]
    if first.startswith("labelling") and all(before == first for before, _, _ in split):
        return first, tuple(after for _, _, after in split)
    return "each protocol", each.protocols


def _with_gap(value: float | None, gap: float | None) -> str:
    if value is None:
        return NONE
    return short(value, 3) if gap is None else f"{short(value, 3)} ({signed(gap, 3)})"


def _published(published: Sequence[Published]) -> Sheet:
    metrics = list(dict.fromkeys(metric for entry in published for metric in entry.scores))
    columns = (Column("system", "text"), *(Column(heading(metric)) for metric in metrics))
    return Sheet(
        PUBLISHED_TITLE,
        (*columns, Column("protocol", "text"), Column("source", "text")),
        tuple(
            Line(
                (
                    entry.system,
                    *(short(entry.scores[metric], 3) if metric in entry.scores else NONE for metric in metrics),
                    entry.protocol,
                    entry.source,
                )
            )
            for entry in published
        ),
    )
