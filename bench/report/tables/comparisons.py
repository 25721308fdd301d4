"""Comparisons, scores under several protocols, and published numbers, as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, Row, SideBySide
from bench.comparison.published import Published
from bench.report.tables.chat_use import chat_use_cells, chat_use_columns
from bench.report.tables.notes import MOST_CLASSES, notes, title
from bench.report.tables.numbers import NONE, bounds, digits, heading, limits, name, short, shown, signed, tested
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
    metrics = _shown_metrics(comparison)
    return Sheet(
        title(comparison),
        tuple(_columns(comparison, metrics)),
        tuple(Line(tuple(_cells(comparison, row, metrics)), quiet=row.control) for row in comparison.rows),
        tuple(Line(tuple(_bound(comparison, *each, metrics)), quiet=True) for each in bounds(comparison)),
        tuple(notes(comparison)),
        comparison.advice,
        {2: "F1 of each class", 1: ", ".join(heading(metric) for metric in metrics[1:] if ":" not in metric)},
    )


def _shown_metrics(comparison: Comparison) -> list[str]:
    few = len(comparison.data_summary.classes) <= MOST_CLASSES
    return [metric for metric in comparison.metrics if few or ":" not in metric or metric == comparison.metric]


def _columns(comparison: Comparison, metrics: Sequence[str]) -> list[Column]:
    between = ["95 %", *(["difference", "p"] if comparison.pairs else []), *(["equal"] if _region(comparison) else [])]
    return [
        *([Column("tier", "rank")] if _tiered(comparison) else []),
        Column("system", "name"),
        Column(heading(comparison.metric)),
        *map(Column, between),
        *(Column(heading(metric), optional=2 if ":" in metric else 1) for metric in metrics[1:]),
        *(Column(of_asked) for of_asked in chat_use_columns(comparison)),
    ]


def _tiered(comparison: Comparison) -> bool:
    return any(row.tier is not None for row in comparison.rows)


def _region(comparison: Comparison) -> bool:
    """Whether the probability of equivalence was asked for."""
    return comparison.pairs.equivalent is not None


def _cells(comparison: Comparison, row: Row, metrics: Sequence[str]) -> list[str]:
    places = digits(comparison)
    cell = row.cells[comparison.metric]
    is_reference = row.system == comparison.reference
    equal = []
    if _region(comparison):
        equal = [NONE if row.against is None or row.against.equivalent is None else f"{row.against.equivalent:.0%}"]
    return [
        *([NONE if row.tier is None else str(row.tier)] if _tiered(comparison) else []),
        name(row),
        shown(cell, places),
        limits(cell, places),
        *(tested(row.against, is_reference=is_reference, places=places) if comparison.pairs else []),
        *equal,
        *(shown(row.cells[metric], places) for metric in metrics[1:]),
        *chat_use_cells(comparison, row.chat_use),
    ]


def _bound(comparison: Comparison, of: str, scores: dict[str, float], metrics: Sequence[str]) -> list[str]:
    numbers = [short(scores[metric], digits(comparison)) if metric in scores else NONE for metric in metrics]
    before = [""] if _tiered(comparison) else []
    chat_use = [""] * len(chat_use_columns(comparison))
    blank = [""] * (len(_columns(comparison, metrics)) - len(before) - 1 - len(metrics) - len(chat_use))
    return [*before, of, numbers[0], *blank, *numbers[1:], *chat_use]


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
