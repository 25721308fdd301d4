"""Comparisons as tables: for a terminal, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from bench.evaluation.compare import Cell, Comparison, Row

if TYPE_CHECKING:
    from rich.table import Table

CONTROL_MARK = "*"
_NONE = "–"
_FORMULA = re.compile(r"^[=+\-@\t\r]")


def title(comparison: Comparison) -> str:
    """What the runs of a table have in common, in one line."""
    facts, protocol = comparison.facts, comparison.protocol
    return (
        f"{comparison.experiment}: {facts.rows} rows, {len(facts.classes)} classes; "
        f"{protocol['kind']}, {protocol['folds']} folds, {protocol['repeats']} repeats; data {facts.sha256[:12]}"
    )


def notes(comparison: Comparison) -> list[str]:
    """What a reader must know to read the table right, a line each."""
    point = 100 / comparison.facts.rows
    lines = [
        "Mean over repeats, in brackets the lowest and the highest repeat: how far the draw of folds moves a score. "
        "This is no confidence interval.",
        f"One row is {point:.2g} points of accuracy; differences of a few rows show no order.",
    ]
    if any(row.control for row in comparison.rows):
        lines.append(f"{CONTROL_MARK} control: learns nothing of what the texts say.")
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
    console = Console(
        file=target, width=width, force_terminal=colour, no_color=not colour, highlight=False, markup=False
    )
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

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("system", overflow="fold")
    for name in comparison.metrics:
        table.add_column(_heading(name), justify="right", overflow="fold")
    for row in comparison.rows:
        table.add_row(
            _name(row), *(_shown(row.cells[name]) for name in comparison.metrics), style="dim" if row.control else ""
        )
    return table


def as_markdown(comparisons: Sequence[Comparison]) -> str:
    """GitHub tables, each under a line that says what its runs have in common."""
    return "\n".join(line for comparison in comparisons for line in _markdown(comparison))


def _markdown(comparison: Comparison) -> Iterator[str]:
    yield f"**{_escaped(title(comparison))}**\n"
    yield "| system | " + " | ".join(_escaped(_heading(name)) for name in comparison.metrics) + " |"
    yield "|---|" + "---:|" * len(comparison.metrics)
    for row in comparison.rows:
        cells = " | ".join(_shown(row.cells[name]) for name in comparison.metrics)
        yield f"| {_escaped(_name(row))} | {cells} |"
    yield ""
    for line in notes(comparison):
        yield f"{_escaped(line)}  "
    yield ""


def as_csv(comparisons: Sequence[Comparison]) -> str:
    """One line a system and metric, numbers in full."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(["experiment", "data", "system", "control", "metric", "mean", "lowest", "highest", "reason"])
    for comparison in comparisons:
        for row in comparison.rows:
            for metric, cell in row.cells.items():
                where = [comparison.experiment, comparison.facts.sha256, row.system, row.control, metric]
                values = [*where, cell.mean, cell.low, cell.high, cell.reason]
                writer.writerow([_plain(value) for value in values])
    return target.getvalue()


def as_json(comparisons: Sequence[Comparison]) -> str:
    """Everything a comparison holds."""
    plain = [
        {**dataclasses.asdict(dataclasses.replace(c, facts=None)), "facts": c.facts.model_dump()}  # type: ignore[arg-type]
        for c in comparisons
    ]
    return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _heading(metric: str) -> str:
    return {"f1_macro": "macro-F1", "accuracy": "accuracy"}.get(metric, metric.replace("f1:", "F1 ", 1))


def _name(row: Row) -> str:
    return f"{row.system} {CONTROL_MARK}" if row.control else row.system


def _shown(cell: Cell) -> str:
    if cell.mean is None:
        return _NONE
    return f"{cell.mean:.3f} [{cell.low:.2f} {cell.high:.2f}]"


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
