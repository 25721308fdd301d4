"""`bench next`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bench.cli.common import FILE, Number, echo, echo_form, screen
from bench.cli.completion import systems_of_configs
from bench.cli.group import bench
from bench.cli.kind_names import RegisteredChoice, tools


@bench.command("next", short_help="which texts to label next")
@click.argument("config", type=FILE)
@click.argument("unlabelled", type=FILE)
@click.option("--rows", type=click.IntRange(min=1), default=20, show_default=True, help="How many to label next.")
@click.option("--system", metavar="NAME", shell_complete=systems_of_configs, help="Left out, the best in the results.")
@click.option("--strategy", metavar="NAME", default="mixture", show_default=True, help="As 'bench list strategies'.")
@click.option("--random-share", type=Number(0, 1), help="Draw so much of the rows at random, 0 to 1.")
@click.option("--text", metavar="COLUMN", help="Of a table, the column with the text; left out, as in CONFIG.")
@click.option("--results", type=FILE, help="Where the best system is looked up; left out, results/ if it is there.")
@click.option(
    "--format",
    "form",
    type=RegisteredChoice(lambda: ["table", "csv", *tools()]),
    help="Left out: by --out, else table.",
)
@click.option(
    "--out", type=FILE, help="File to write: .csv, .jsonl, …; with --format a tool, the ending that it reads."
)
@click.option("--force", is_flag=True, help="Replace files that are there.")
def next_(
    config: Path, unlabelled: Path, form: str | None, out: Path | None, *, force: bool, rows: int, **chosen: Any
) -> None:
    """Choose which texts of UNLABELLED to label next, by what the labelled data of CONFIG teaches.

    UNLABELLED holds a text a line (.txt), or is a table. Near duplicates of labelled texts and of each other are left
    out. A share of the rows is drawn at random, so that scores may rest on them: see the column chosen_by.
    """
    from bench import api

    tool = None if form in {None, "table", "csv"} else form
    if out is None and tool is not None:
        raise click.UsageError(f"--out is missing: the file to write for {form}")
    found = api.next_rows(config, unlabelled, rows=rows, **chosen)
    for line in found.notes:
        echo(f"warning: {line}", err=True)
    written = [] if out is None else api.write_next_rows(found, out, tool=tool, force=force)
    if out is None or form == "table":
        _print(found, form)
    _summary(found, lambda line: echo(line, err=out is None))
    for path in written:
        echo(f"{path}: written")


def _print(found: Any, form: str | None) -> None:
    if form == "csv":
        from bench.tables import table_bytes

        echo_form(table_bytes(found.columns, Path("next.csv")).decode(), "csv")
    else:
        echo_form(found.shown(**screen()), "table")


def _summary(found: Any, say: Callable[[str], None]) -> None:
    by: dict[str, int] = {}
    for row in found.rows:
        by[row.chosen_by] = by.get(row.chosen_by, 0) + 1
    counts = ", ".join(f"{name} {count}" for name, count in by.items())
    by_whom = f"{found.system}, {found.why}" if found.why else found.system
    say(f"{len(found.rows)} of {found.left.candidates} texts chosen ({counts}); proposals by {by_whom}")
    if found.left.labelled or found.left.repeated:
        text = f"left out: {found.left.labelled} labelled already or nearly so, {found.left.repeated} near duplicates"
        say(f"{text} of other texts")
