"""The same rows under several protocols, with learning curves where training sizes differ."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.run_details import Detailed
from bench.comparison.scored_runs import train_size
from bench.report import plots
from bench.report.parts import Block, Entry, Figure, Heading, Table
from bench.report.sections.entries import LOW
from bench.report.tables import gains_sheet, growth_lines, numbers


def beside(key: str, each: SideBySide, group: Sequence[Detailed]) -> Block:
    """The same rows under several protocols, with learning curves where training sizes differ."""
    headings = (Heading("system"), *(Heading(name, numeric=True) for name in each.protocols))
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
    caption = f"{numbers.heading(each.metric)} of the same rows"
    table = Table(f"{key}-protocols", caption, headings, rows, style="scores wrapped")
    sizes = _by_size(each.metric, group)
    if not sizes:
        words = (
            "No runs with training sizes: `train_sizes: [10, 20, all]` in an experiment's protocol gives learning "
            "curves."
        )
        return Block(f"{key}-beside", "The same rows under other protocols", (words,), (), (table, *_gains(key, each)))
    name = f"{key}-curves"
    svg = plots.draw(
        lambda size: plots.curves(size, sizes, axis=numbers.heading(each.metric)),
        key=name,
        title=f"Learning curves: {numbers.heading(each.metric)} against rows of training",
        description="The same numbers stand in the table under this drawing, a column a training size.",
    )
    said = ["Scores of one system at two sizes share rows: these lines are not tested.", *growth_lines(each)]
    said += gains_sheet(each).notes if each.gains else ()
    figure = Figure(name, svg, "Learning curves; vertical lines are 95 % intervals.")
    tables = (table, *_gains(key, each))
    return Block(f"{key}-beside", "Learning curves and other protocols", tuple(said), (figure,), tables)


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
    return "" if gap is None else f"{numbers.signed(gap, 3)} for groups left whole"


def _by_size(metric: str, group: Sequence[Detailed]) -> list[dict[str, object]]:
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
                values.append(
                    {"name": detail.row.system, "size": size, "mean": cell.mean, "low": cell.low, "high": cell.high}
                )
    return values if len({size for size, _ in found}) > 1 else []


def _rows_of_training(comparison: Comparison) -> int | None:
    """How many rows a fold trains on: the size that was set, or all but one fold's share."""
    size, folds = train_size(comparison.protocol), comparison.protocol.get("folds")
    if size is None and isinstance(folds, int) and folds > 1:
        return round(comparison.data_summary.rows * (folds - 1) / folds)
    return size
