"""What the systems of a comparison cost: the time to read, fit and predict a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.report import plots
from bench.report.elements import Block, Entry, Figure, Heading, Table
from bench.report.links import Place
from bench.report.plots.costs import seconds_in_words
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.sections.entries import LOW, figure, score, system
from bench.report.tables import numbers
from bench.report.tables.columns.chat_use import chat_use_cells, chat_use_columns
from bench.report.tables.columns.times import measured_seconds
from bench.report.wording import cost as wording
from bench.report.wording.headings import CAPTIONS, COLUMNS, TITLES

_STEPS = {"read": "read_seconds_per_row", "fit": "fit_seconds_per_row", "predict": "predict_seconds_per_row"}


def cost(place: Place, detailed: DetailedComparison) -> Block | None:
    """Time a row to learn from it and to label it; None where no run has predictions."""
    comparison = detailed.comparison
    key, title = f"{place.key}-cost", TITLES["cost"]
    if not detailed.scored:
        return None
    timed = [detail for detail in detailed.scored if seconds_of(detail, "fit") is not None]
    if not timed:
        return Block(key, title, (wording.NO_TIMES,))
    headings = (
        Heading(COLUMNS["system"]),
        Heading(numbers.heading(comparison.metric), numeric=True),
        *(Heading(COLUMNS[name], numeric=True) for name in ("read", "fit", "predict", "learn", "answer", "columns")),
    )
    digits = numbers.digits(comparison)
    rows = tuple(
        (
            system(place, detailed, detail),
            score(detail.row.cells[comparison.metric], digits),
            *(_time(seconds_of(detail, *steps)) for steps in (("read",), ("fit",), ("predict",))),
            *(_time(seconds_of(detail, "read", step)) for step in ("fit", "predict")),
            _columns(detail),
        )
        for detail in timed
    )
    table = Table(f"{place.key}-costs", CAPTIONS["costs"], headings, rows)
    machines = sorted({str(detail.timings["machine"]) for detail in timed if "machine" in detail.timings})
    drawing = _drawing(place, comparison.metric, timed, digits)
    return Block(key, title, (wording.cost_words(machines),), drawing, (table, *_chat_use(place.key, detailed)))


def seconds_of(detail: RunDetails, *steps: str) -> float | None:
    """What steps take together, a row: `read`, `fit`, `predict`. None where one of them was not measured."""
    total = 0.0
    for step in steps:
        value = measured_seconds(detail.timings.get(_STEPS[step]))
        if value is None:
            return None
        total += value
    return total


def _chat_use(key: str, detailed: DetailedComparison) -> Iterator[Table]:
    """What chat models took; no table where none was asked."""
    columns = chat_use_columns(detailed.comparison)
    if not columns:
        return
    comparison = detailed.comparison
    headings = (
        Heading(COLUMNS["system"]),
        Heading(numbers.heading(comparison.metric), numeric=True),
        *(Heading(name, numeric=True) for name in columns),
    )
    rows = tuple(
        (
            Entry(numbers.name(row)),
            score(row.cells[comparison.metric], numbers.digits(comparison)),
            *(Entry(text) for text in chat_use_cells(comparison, row.chat_use)),
        )
        for row in comparison.rows
        if row.chat_use is not None
    )
    yield Table(f"{key}-asked", CAPTIONS["asked"], headings, rows)


def _columns(detail: RunDetails) -> Entry:
    columns = detail.timings.get("features")
    return Entry(f"{columns:,}", sort=columns) if isinstance(columns, int) else Entry(numbers.NONE, sort=LOW)


def _drawing(place: Place, metric: str, timed: Sequence[RunDetails], digits: int) -> tuple[Figure, ...]:
    """Both times of each system; none where no system has both."""
    values = []
    for detail in timed:
        name, shown = detail.row.system, numbers.shown(detail.row.cells[metric], digits)
        link = f"#{place.key}-costs"
        for kind, step in ((wording.LEARNS, "fit"), (wording.ANSWERS, "predict")):
            seconds = seconds_of(detail, "read", step)
            if seconds:
                tip = wording.cost_tip(name, kind, seconds_in_words(seconds), shown)
                values.append({"name": name, "seconds": seconds, "kind": kind, "tip": tip, "link": link})
    if not values:
        return ()
    kinds = (wording.LEARNS, wording.ANSWERS)
    drawn = figure(
        place,
        "cost-drawing",
        lambda size: plots.costs(size, values, axis=wording.TIME, kinds=kinds),
        wording.cost_title(len(timed)),
        wording.COST_CAPTION,
    )
    return (drawn,)


def _time(seconds: float | None) -> Entry:
    return Entry(numbers.NONE, sort=LOW) if seconds is None else Entry(seconds_in_words(seconds), sort=seconds)


@BLOCKS.register("cost")
class CostBlock(ComparisonBlock):
    """Time a row to learn from it and to label it."""

    order = 80

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `cost`."""
        return cost(place, detailed)
