"""Audits as text for a terminal, HTML for a notebook, JSON and Markdown."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.core.markdown import literal
from bench.data.audit.base import Audit, Examples, Severity
from bench.data.audit.excerpts import counted
from bench.data.audit.markdown import as_markdown
from bench.report.notebook_html import framed, grid, text
from bench.report.rich_text import words

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
    console = Console(
        file=target, force_jupyter=False, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    console.print(words(f"{name}: {title(audit)}", "bold"))
    for finding in audit.findings:
        severity = (finding.severity, _STYLES[finding.severity])
        console.print()
        console.print(Text.assemble(severity, words(f" {finding.check}: {finding.message}")))
        if finding.examples is not None:
            console.print(_rich_table(finding.examples), end="")
    console.print()
    if any(found.examples is not None and len(found.examples.rows) >= audit.examples for found in audit.findings):
        more = f"--examples {100 * audit.examples} shows more, --format json names every row"
        console.print(words(f"Tables show {audit.examples} lines at most: {more}."))
    for what, figures in audit.measured.items():
        console.print(words(f"Measured: {what}: {figures}.", "dim"))
    if audit.clean:
        console.print(words(f"Nothing found by: {', '.join(audit.clean)}.", "dim"))
    for kind, reason in audit.skipped.items():
        console.print(words(f"Not made: {kind} ({reason}).", "dim"))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _rich_table(examples: Examples) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    for at, name in enumerate(examples.header):
        numbers = all(isinstance(row[at], (int, float)) for row in examples.rows)
        table.add_column(words(name), justify="right" if numbers else "left", overflow="fold")
    for row in examples.rows:
        table.add_row(*(words(f"{value:g}" if isinstance(value, float) else value) for value in row))
    return table


def as_html(audit: Audit, *, name: str) -> str:
    """Findings worst first, each with its table behind a fold, for a notebook's cell."""
    parts = [f"<p><strong>{text(name)}: {text(title(audit))}</strong></p>"]
    for finding in audit.findings:
        line = (
            f'<span class="{finding.severity}">{finding.severity}</span> {text(f"{finding.check}: {finding.message}")}'
        )
        if finding.examples is None:
            parts.append(f"<p>{line}</p>")
        else:
            table = grid(finding.examples.header, finding.examples.rows)
            parts.append(f"<details><summary>{line}</summary>{table}</details>")
    parts += [f"<p>Measured: {text(f'{what}: {figures}')}.</p>" for what, figures in audit.measured.items()]
    if audit.clean:
        parts.append(f"<p>Nothing found by: {text(', '.join(audit.clean))}.</p>")
    parts += [f"<p>Not made: {text(f'{kind} ({reason})')}.</p>" for kind, reason in audit.skipped.items()]
    return framed("".join(parts))


def as_json(audit: Audit, *, name: str) -> str:
    """Everything that an audit holds, ids of all rows concerned among it."""
    return json.dumps({"data": name, **dataclasses.asdict(audit)}, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_section(audit: Audit, *, name: str) -> str:
    """A section of a dataset card, as Markdown."""
    return f"## What could mislead\n\n{literal(name)}: {title(audit)}.\n\n{as_markdown(audit)}"


FORMATS: dict[str, Callable[..., str]] = {"json": as_json, "markdown": as_section}
"""Formats that depend on nothing but the audit and its name; `as_terminal` depends on the terminal too."""
