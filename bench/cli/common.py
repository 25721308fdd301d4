"""What commands share: options, exit codes, and what is printed where."""

from __future__ import annotations

import math
import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from bench.cli.streams import demand_every_character
from bench.core.errors import cut, printable
from bench.report.progress import progress

__all__ = [
    "BUG",
    "CHECK_FAILED",
    "DELIMITER",
    "FILE",
    "INTERRUPTED",
    "SEEDS",
    "SHEET",
    "USER_ERROR",
    "Number",
    "echo",
    "echo_form",
    "processes",
    "progress",
    "screen",
    "tell",
]

CHECK_FAILED, USER_ERROR, BUG, INTERRUPTED = 1, 2, 70, 130

_HALF = re.compile("[\ud800-\udfff]")

FILE = click.Path(path_type=Path)
"""A path, whether it exists or not."""


class Number(click.FloatRange):
    """A finite number in a range: click itself takes NaN for a number of any range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number, where it is one."""
        number = float(super().convert(value, param, ctx))
        return number if math.isfinite(number) else self.fail(f"{value!r} is not a finite number.", param, ctx)


class _Delimiter(click.ParamType[str]):
    """One character; a tab may be written with a backslash, or as the word."""

    name = "character"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The character."""
        text = {"\\t": "\t", "tab": "\t"}.get(value, value)
        if len(text) != 1 or text in '"\r\n':
            self.fail(f"{value!r} is not one character such as ';' (a tab: '\\t').", param, ctx)
        return str(text)


DELIMITER = click.option(
    "--delimiter",
    type=_Delimiter(),
    metavar="CHARACTER",
    help="Separates the fields of a CSV or TSV file, as in ';'; left out, what its first lines show.",
)
SHEET = click.option("--sheet", metavar="NAME", help="Of an Excel file; left out, the first sheet that holds anything.")

SEEDS = click.option(
    "--seeds", type=FILE, default="seeds", show_default=True, help="Folder of seed pages and their labels."
)


def echo(line: str, *, err: bool = False) -> None:
    """Print one line that may name files and quote errors: control characters are escaped, and a long line is cut."""
    click.echo(cut(printable(line)), err=err)


def echo_form(text: str, form: str) -> None:
    """Print text in a format. In a format for programs, a character that standard output lacks ends the command."""
    if form not in {"text", "table"}:
        demand_every_character()
    # A file's name that is no UTF-8 holds half surrogates, which JSON writes so.
    click.echo(_HALF.sub(lambda match: ascii(match[0])[1:-1], text), nl=False)


def tell(line: str) -> None:
    """Print one line on standard error."""
    echo(f"bench: {line}", err=True)


def processes(jobs: int | None, work: int | None = None) -> int:
    """How many processes to start; tells the user where that is not what was asked for."""
    from bench import api

    started, why = api.processes(jobs, work)
    if why is not None:
        tell(why)
    return started


def screen() -> dict[str, Any]:
    """Width in columns (None: the terminal's own) and whether to colour, for what is printed on standard output."""
    terminal = sys.stdout.isatty()
    width = None if terminal or "COLUMNS" in os.environ else 120
    return {"width": width, "colour": terminal and not os.environ.get("NO_COLOR")}
