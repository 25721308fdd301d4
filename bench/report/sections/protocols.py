"""The same rows under several protocols, with learning curves where training sizes differ."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.run_details import DetailedComparison
from bench.comparison.scored_runs import train_size
from bench.report import plots
from bench.report.elements import Block, Entry, Heading, Table
from bench.report.links import Place
from bench.report.sections.entries import LOW, figure
from bench.report.tables import gains_sheet, growth_lines, numbers
from bench.report.wording import protocols as wording
from bench.report.wording.headings import COLUMNS, TITLES


def by_protocol(place: Place, each: SideBySide, group: Sequence[DetailedComparison]) -> Block:
    """The same rows under several protocols, with learning curves where training sizes differ."""
    headings = (Heading(COLUMNS["system"]), *(Heading(name, numeric=True) for name in each.protocols))
    rows = tuple(
        (
            Entry(system),
            *(
                Entry(
                    numbers.NONE if value is None else numbers.short(value, 3),
                    sort=LOW if value is None else value,
                    note=_gap(each.gaps.get(system, {}).get(at)),
                )
                for at, value in enumerate(values)
            ),
        )
        for system, values in each.values.items()
    )
    key, heading = place.key, numbers.heading(each.metric)
    table = Table(f"{key}-protocols", wording.same_rows(heading), headings, rows, style="scores wrapped")
    tables = (table, *_gains(key, each))
    sizes = _by_size(each.metric, group)
    if not sizes:
        return Block(f"{key}-beside", TITLES["protocols"], (wording.NO_SIZES,), (), tables)
    curves = figure(
        place,
        "curves",
        lambda size: plots.curves(size, sizes, axis=heading, rows=wording.TRAINING_ROWS),
        wording.curves_title(heading),
        wording.CURVES_CAPTION,
    )
    said = [wording.SIZES_NOT_TESTED, *growth_lines(each)]
    said += gains_sheet(each).notes if each.gains else ()
    return Block(f"{key}-beside", TITLES["curves"], tuple(said), (curves,), tables)


def _gains(key: str, each: SideBySide) -> tuple[Table, ...]:
    """What strategies of labelling gain over random rows, where that was replayed."""
    if not each.gains:
        return ()
    sheet = gains_sheet(each)
    headings = tuple(Heading(column.heading, numeric=column.kind == "number") for column in sheet.columns)
    rows = tuple(
        (*map(Entry, line.cells[:2]), Entry(line.cells[2], sort=gain.difference), *map(Entry, line.cells[3:]))
        for line, gain in zip(sheet.lines, each.gains, strict=True)
    )
    return (Table(f"{key}-gains", sheet.title, headings, rows, row_heads=2, style="scores"),)


def _gap(gap: float | None) -> str:
    return "" if gap is None else wording.whole_groups(numbers.signed(gap, 3))


def _by_size(metric: str, group: Sequence[DetailedComparison]) -> list[dict[str, object]]:
    """The scores of the first systems by rows of training, where a size was set and there are at least two."""
    curve = [each for each in group if train_size(each.comparison.protocol) is not None]
    if not curve:
        return []
    kind = curve[0].comparison.protocol["kind"]
    same = [each for each in group if each.comparison.protocol["kind"] == kind]
    found = [(size, each) for each in same if (size := _rows_of_training(each.comparison)) is not None]
    names = list(dict.fromkeys(detail.row.system for _, each in found for detail in each.readers))[: len(plots.PALETTE)]
    values: list[dict[str, object]] = []
    for size, each in sorted(found, key=lambda pair: pair[0]):
        for detail in each.systems:
            cell = detail.row.cells[metric]
            if detail.row.system in names and cell.mean is not None:
                limits = "" if cell.low is None else numbers.limits(cell, 3)
                tip = wording.curve_tip(detail.row.system, size, numbers.shown(cell, 3), limits)
                here = {"size": size, "mean": cell.mean, "low": cell.low, "high": cell.high, "tip": tip}
                values.append({"name": detail.row.system, **here})
    return values if len({size for size, _ in found}) > 1 else []


def _rows_of_training(comparison: Comparison) -> int | None:
    """How many rows a fold trains on: the size that was set, or all but one fold's share."""
    size, folds = train_size(comparison.protocol), comparison.protocol.get("folds")
    if size is None and isinstance(folds, int) and folds > 1:
        return round(comparison.data_summary.rows * (folds - 1) / folds)
    return size
