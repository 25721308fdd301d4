"""Audits as text for a terminal, JSON and Markdown."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.corpus.audit.base import Audit, Examples, Severity
from bench.corpus.audit.markdown import as_markdown
from bench.corpus.audit.shown import counted

if TYPE_CHECKING:
    from rich.table import Table

_STYLES: dict[Severity, str] = {"fault": "bold red", "risk": "yellow", "note": "cyan"}


def title(audit: Audit) -> str:
    """What was audited, in one line."""
    groups = "" if audit.groups is None else f", {counted(audit.groups, 'group')}"
    return f"{counted(audit.rows, 'row')}, {len(audit.classes)} classes{groups}"


def as_terminal(audit: Audit, *, name: str, width: int | None = None, colour: bool = False) -> str:
    """Findings worst first, each with its table, for a terminal of `width` columns (its own width if None)."""
    from rich.console import Console
    from rich.text import Text

    target = io.StringIO()
    console = Console(file=target, width=width, force_terminal=colour, no_color=not colour, highlight=False)
    console.print(Text(f"{name}: {title(audit)}", style="bold"))
    for finding in audit.findings:
        severity = (finding.severity, _STYLES[finding.severity])
        console.print()
        console.print(Text.assemble(severity, f" {finding.check}: {finding.message}"))
        if finding.examples is not None:
            console.print(_rich_table(finding.examples), end="")
    console.print()
    for what, figures in audit.measured.items():
        console.print(Text(f"Measured: {what}: {figures}.", style="dim"))
    if audit.clean:
        console.print(Text(f"Nothing found by: {', '.join(audit.clean)}.", style="dim"))
    for kind, reason in audit.skipped.items():
        console.print(Text(f"Not made: {kind} ({reason}).", style="dim"))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _rich_table(examples: Examples) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    for at, name in enumerate(examples.header):
        numbers = all(isinstance(row[at], (int, float)) for row in examples.rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in examples.rows:
        table.add_row(*(Text(f"{value:g}" if isinstance(value, float) else str(value)) for value in row))
    return table


def as_json(audit: Audit, *, name: str) -> str:
    """Everything that an audit holds, ids of all rows concerned among it."""
    return json.dumps({"data": name, **dataclasses.asdict(audit)}, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_section(audit: Audit, *, name: str) -> str:
    """A section of a dataset card, as Markdown."""
    return f"## What could mislead\n\n{name}: {title(audit)}.\n\n{as_markdown(audit)}"


FORMATS: dict[str, Callable[..., str]] = {"json": as_json, "markdown": as_section}
"""Formats that hang on nothing but the audit and its name; `as_terminal` hangs on the terminal too."""
