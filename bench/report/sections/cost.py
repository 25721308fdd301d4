"""What the systems of a comparison cost: time to fit, predict and read a row, against their scores."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.comparison.run_details import Detail, Detailed
from bench.experiment.metrics.base import metric_of
from bench.report import plots
from bench.report.parts import Block, Entry, Figure, Heading, Table
from bench.report.sections.entries import LOW, score, system, times
from bench.report.tables import numbers
from bench.report.tables.columns.chat_use import chat_use_cells, chat_use_columns

_COSTS = {
    "fit_seconds_per_row": "fit, ms a row",
    "predict_seconds_per_row": "predict, ms a row",
    "read_seconds_per_row": "read, ms a row",
}
_CAPTION = (
    "Farther left: cheaper, on a logarithmic scale. Named are the systems that no other one beats in score and in time."
)


def cost(key: str, detailed: Detailed) -> Block | None:
    """Time a row to fit, predict and read, against the score; None where no run has predictions."""
    comparison = detailed.comparison
    if not detailed.scored:
        return None
    timed = [detail for detail in detailed.scored if _seconds(detail, "fit_seconds_per_row") is not None]
    if not timed:
        words = (
            "No timings are stored with these results: they differ from machine to machine and are no part of what is "
            "kept. `bench run CONFIG --force` with the experiment's file measures them here."
        )
        return Block(f"{key}-cost", "Cost", (words,))
    headings = (
        Heading("system"),
        Heading(numbers.heading(comparison.metric), numeric=True),
        *(Heading(text, numeric=True) for text in _COSTS.values()),
        Heading("columns", numeric=True),
    )
    digits = numbers.digits(comparison)
    rows = tuple(_costs(detail, comparison.metric, digits) for detail in timed)
    table = Table(f"{key}-costs", "What each system costs", headings, rows)
    machines = sorted({str(detail.timings["machine"]) for detail in timed if "machine" in detail.timings})
    words = (
        f"One core of {', '.join(machines) or 'a machine that was not recorded'}; columns are those of the matrix that "
        f"the classifier is fitted on. Tuning is in the time of fitting."
    )
    tables = (table, *_chat_use(key, detailed))
    return Block(f"{key}-cost", "Cost", (words,), _drawing(key, comparison.metric, timed), tables)


def _chat_use(key: str, detailed: Detailed) -> Iterator[Table]:
    """What chat models took; no table where none was asked."""
    columns = chat_use_columns(detailed.comparison)
    if not columns:
        return
    comparison = detailed.comparison
    headings = (
        Heading("system"),
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
    yield Table(f"{key}-asked", "What chat models took", headings, rows)


def _costs(detail: Detail, metric: str, digits: int) -> tuple[Entry, ...]:
    columns = detail.timings.get("features")
    return (
        system(detail),
        score(detail.row.cells[metric], digits),
        *(_milliseconds(_seconds(detail, name)) for name in _COSTS),
        Entry(f"{columns:,}", sort=columns) if isinstance(columns, int) else Entry(numbers.NONE, sort=LOW),
    )


def _drawing(key: str, metric: str, timed: Sequence[Detail]) -> tuple[Figure, ...]:
    """Scores against the time of fitting; none where no system has both."""
    values: list[dict[str, Any]] = []
    for detail in timed:
        mean, fit = detail.row.cells[metric].mean, _seconds(detail, "fit_seconds_per_row")
        if mean is not None and fit:
            values.append({"name": detail.row.system, "seconds": fit, "mean": mean})
    if not values:
        return ()
    values = _with_labels(values, 1 if metric_of(metric).higher_is_better else -1)
    name = f"{key}-cost-drawing"
    svg = plots.draw(
        lambda size: plots.cost(size, values, axis=numbers.heading(metric)),
        key=name,
        title=f"{numbers.heading(metric)} against seconds to fit a row, {times(len(values), 'system')}",
        description="The same numbers stand in the table under this drawing.",
    )
    return (Figure(name, svg, _CAPTION),)


def _with_labels(values: Sequence[dict[str, Any]], better: int) -> list[dict[str, Any]]:
    """With a `label`, the name of a system that no other one beats in both score and time, else blank."""
    return [
        {**one, "label": "" if any(_beats(other, one, better) for other in values) else one["name"]} for one in values
    ]


def _beats(other: Mapping[str, Any], one: Mapping[str, Any], better: int) -> bool:
    gain, saved = better * (other["mean"] - one["mean"]), one["seconds"] - other["seconds"]
    return bool(gain >= 0 and saved >= 0 and (gain > 0 or saved > 0))


def _seconds(detail: Detail, name: str) -> float | None:
    value = detail.timings.get(name)
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        return None  # timings are no part of what a record's digest guards
    return float(value)


def _milliseconds(seconds: float | None) -> Entry:
    return Entry(numbers.NONE, sort=LOW) if seconds is None else Entry(f"{1000 * seconds:.3g}", sort=seconds)
