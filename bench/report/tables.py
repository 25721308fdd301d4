"""Comparisons as tables: for a terminal, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bench.evaluation.compare import Cell, Comparison, Row

if TYPE_CHECKING:
    from rich.table import Table

CONTROL_MARK = "*"
MOST_CLASSES = 8
"""Tables for people show the F1 of each class up to so many classes; CSV and JSON always do."""

_NONE = "–"
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def title(comparison: Comparison) -> str:
    """What the runs of a table have in common, in one line."""
    facts, protocol = comparison.facts, comparison.protocol
    return (
        f"{', '.join(comparison.experiments)}: {facts.rows} rows, {len(facts.classes)} classes; {protocol['kind']}, "
        f"{protocol['repeats']} × {protocol['folds']} folds; data {facts.sha256[:12]}"
    )


def notes(comparison: Comparison) -> list[str]:
    """What a reader must know to read the table right, a line each."""
    spread = "Mean and standard deviation over repeats. That spread is the luck of the folds, no confidence interval."
    alone = "One repeat only: nothing here tells how far the luck of the folds moves a score."
    lines = [
        alone if comparison.protocol["repeats"] == 1 else spread,
        f"One row is {100 / comparison.facts.rows:.2g} points of accuracy; a difference of a few rows shows no order.",
    ]
    if any(row.control for row in comparison.rows):
        lines.append(f"{CONTROL_MARK} control: reads no words.")
    if len(comparison.facts.classes) > MOST_CLASSES:
        lines.append(f"F1 of each of the {len(comparison.facts.classes)} classes: --format csv or json.")
    lines += [
        f"These runs used more than one version of {name}: {', '.join(versions)}."
        for name, versions in comparison.versions.items()
    ]
    lines += [f"{row.system} failed: {row.error}" for row in comparison.rows if row.error]
    reasons = {
        f"{_NONE} in {metric}: {cell.reason}"
        for row in comparison.rows
        for metric, cell in row.cells.items()
        if cell.mean is None and cell.reason and not row.error
    }
    return lines + sorted(reasons)


def as_terminal(comparisons: Sequence[Comparison], *, width: int | None = None, colour: bool = False) -> str:
    """Tables for a terminal of `width` columns (its own width if None), aligned with Chinese in them."""
    from rich.console import Console
    from rich.text import Text

    target = io.StringIO()
    console = Console(file=target, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    for number, comparison in enumerate(comparisons):
        if number:
            console.print()
        console.print(Text(title(comparison), style="bold"))
        console.print(_rich_table(comparison))
        for line in notes(comparison):
            console.print(Text(line, style="dim"))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _rich_table(comparison: Comparison) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    metrics = _shown_metrics(comparison)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    longest = max(len(_name(row)) for row in comparison.rows)
    table.add_column("system", overflow="fold", vertical="bottom", min_width=min(longest, 24))
    for metric in metrics:
        heading = "\n".join(textwrap.wrap(_heading(metric), 12, break_long_words=False))
        table.add_column(Text(heading), justify="right", overflow="fold")
    for row in comparison.rows:
        cells = [_name(row), *_numbers(comparison, row, metrics)]
        table.add_row(*map(Text, cells), style="dim" if row.control else "")
    return table


def as_markdown(comparisons: Sequence[Comparison]) -> str:
    """GitHub tables, each under a line that says what its runs have in common."""
    return "\n".join(line for comparison in comparisons for line in _markdown(comparison))


def _markdown(comparison: Comparison) -> Iterator[str]:
    metrics = _shown_metrics(comparison)
    yield f"**{_escaped(title(comparison))}**\n"
    yield "| system | " + " | ".join(_escaped(_heading(metric)) for metric in metrics) + " |"
    yield "|---|" + "---:|" * len(metrics)
    for row in comparison.rows:
        cells = " | ".join(_numbers(comparison, row, metrics))
        yield f"| {_escaped(_name(row))} | {cells} |"
    yield ""
    for line in notes(comparison):
        yield f"- {_escaped(line)}"
    yield ""


def as_csv(comparisons: Sequence[Comparison]) -> str:
    """One line a system and metric, numbers in full."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["experiments", "data", "system", "control", "metric", "mean", "spread", "reason"])
    for comparison in comparisons:
        for row in comparison.rows:
            for metric, cell in row.cells.items():
                where = ["+".join(comparison.experiments), comparison.facts.sha256, row.system, row.control, metric]
                writer.writerow([_plain(value) for value in [*where, *dataclasses.astuple(cell)]])
    return target.getvalue()


def as_json(comparisons: Sequence[Comparison]) -> str:
    """Everything that a comparison holds."""
    plain = [
        {
            "experiments": comparison.experiments,
            "facts": comparison.facts.model_dump(),
            "protocol": comparison.protocol,
            "metric": comparison.metric,
            "versions": comparison.versions,
            "rows": [dataclasses.asdict(row) for row in comparison.rows],
        }
        for comparison in comparisons
    ]
    return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _shown_metrics(comparison: Comparison) -> list[str]:
    few = len(comparison.facts.classes) <= MOST_CLASSES
    return [metric for metric in comparison.metrics if few or ":" not in metric or metric == comparison.metric]


def _heading(metric: str) -> str:
    return {"f1_macro": "macro-F1"}.get(metric, metric.replace("f1:", "F1 ", 1))


def _name(row: Row) -> str:
    return f"{row.system} {CONTROL_MARK}" if row.control else row.system


def _numbers(comparison: Comparison, row: Row, metrics: Sequence[str]) -> list[str]:
    # A digit finer than a tenth of one row's share would be noise.
    digits = 2 if comparison.facts.rows < 100 else 3
    return [_shown(row.cells[metric], digits) for metric in metrics]


def _shown(cell: Cell, digits: int) -> str:
    if cell.mean is None:
        return _NONE
    mean = _short(cell.mean, digits)
    return mean if cell.spread is None else f"{mean} ±{_short(cell.spread, digits)}"


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0")


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]])", r"\\\1", text)


def _plain(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


FORMATS: dict[str, Callable[[Sequence[Comparison]], str]] = {
    "markdown": as_markdown,
    "csv": as_csv,
    "json": as_json,
}
"""Formats that hang on nothing but the comparisons; `as_terminal` hangs on the terminal too."""
