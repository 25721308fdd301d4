"""`bench fit`, `bench predict` and `bench explain`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bench.cli.common import DELIMITER, FILE, SHEET, echo, echo_form, processes, progress, screen
from bench.cli.completion import systems_of_configs
from bench.cli.group import bench
from bench.cli.streams import demand_every_character

_FORMS = ("table", "csv", "jsonl", "json")
_JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Processes that embed many texts, one a core at most; left out, one a core.",
)


@bench.command(short_help="fit a system on all rows, save it as a model")
@click.argument("config", type=FILE)
@click.option(
    "--system",
    metavar="NAME",
    shell_complete=systems_of_configs,
    help="Which system of CONFIG; left out, the only one.",
)
@click.option("--out", type=FILE, required=True, metavar="MODEL", help="Folder to write the model to.")
@click.option("--results", type=FILE, help="Whose scores the model card shows; left out, results/ if it is there.")
@click.option("--force", is_flag=True, help="Replace a model that is there.")
@_JOBS
def fit(config: Path, system: str | None, out: Path, results: Path | None, force: bool, jobs: int | None) -> None:
    """Fit a system of the experiment file CONFIG on all rows and save it with a model card.

    Listed values are tuned on all rows as the experiment's protocol tunes. A model holds settings and arrays, no code.
    """
    from bench import api

    done = api.fit(config, system, out, results=results, force=force, jobs=processes(jobs))
    for line in done.notes:
        echo(f"{config}: warning: {line}", err=True)
    record = done.record
    chosen = "".join(f", {name} = {value} chosen" for name, value in record.chosen.items())
    rows = f"{record.data_summary.rows} rows of {len(record.classes)} classes"
    card = "its card shows stored scores" if done.scored else "no scores stored for its card"
    echo(f"{record.system}: fitted on {rows}{chosen}; written to {out}, {card}")


@bench.command(short_help="label texts with a model")
@click.argument("model", type=FILE)
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--page", is_flag=True, help="FILE is a raw newspaper page: repair it, a row a paragraph.")
@click.option(
    "--text", metavar="COLUMN", help="Of a table, the column with the text; left out, the model's own, or text."
)
@click.option("--id", "row_id", metavar="COLUMN", help="Of a table, the column with ids.")
@click.option("--keep", metavar="COLUMN", multiple=True, help="Of a table, a column to write out too; may be repeated.")
@DELIMITER
@SHEET
@click.option("--multiline", is_flag=True, help="Quoted fields of a CSV file that span lines are meant.")
@click.option("--encoding", help="Of lines or a page, as gb18030; left out, found from a file's bytes, else utf-8.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="Left out: by --out, else table or, piped, csv.")
@click.option("--out", type=FILE, help="File to write in place of standard output: .csv, .jsonl or .json.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@_JOBS
def predict(
    model: Path,
    file: Path | None,
    page: bool,
    text: str | None,
    row_id: str | None,
    keep: tuple[str, ...],
    delimiter: str | None,
    sheet: str | None,
    multiline: bool,
    encoding: str | None,
    form: str | None,
    out: Path | None,
    force: bool,
    jobs: int | None,
) -> None:
    """Label the texts of FILE with the fitted MODEL: a row out for each row in, in order.

    FILE holds a text a line (.txt), or is a table (.csv, .tsv, .json, .jsonl, .parquet, .xlsx). Left out or '-', texts
    are read from standard input, one a line. A blank text gets a row without a label.
    """
    from bench import api

    if file is None and sys.stdin.isatty():
        raise click.UsageError("name a FILE, or pipe texts in, one a line; '-' reads what is typed")
    path = None if file is None or str(file) == "-" else file
    source = api.Source(path, sys.stdin.buffer, page, text, row_id, keep, encoding, delimiter, multiline, sheet)
    if out is None and _form(form, out) != "table":
        demand_every_character()
    target = api.Target(sys.stdout, _form(form, out), out, force, **screen())
    done = api.predict(model, source, target, progress=progress, jobs=processes(jobs))
    for line in done.notes:
        echo(f"warning: {line}", err=True)
    if done.blank:
        echo(f"{_texts(done.blank)} blank: a row without a label", err=True)
    if done.unknown:
        echo(f"{_texts(done.unknown)} without any n-gram that the model knows: labelled blindly", err=True)
    if out is not None:
        echo(f"{out}: {_texts(done.texts)} labelled")


def _form(form: str | None, out: Path | None) -> str:
    if form is not None:
        return form
    if out is not None:
        known = out.suffix.lower().removeprefix(".")
        return known if known in _FORMS else "csv"
    return "table" if sys.stdout.isatty() else "csv"


def _texts(count: int) -> str:
    return "1 text" if count == 1 else f"{count:,} texts"


@bench.command(short_help="why a model gives a text its label")
@click.argument("model", type=FILE)
@click.argument("text")
@click.option("--top", type=click.IntRange(min=1), default=6, show_default=True, help="N-grams named for each class.")
@click.option(
    "--classes", type=click.IntRange(min=1), default=3, show_default=True, help="Classes shown, the likeliest first."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(model: Path, text: str, top: int, classes: int, form: str) -> None:
    """Show what in TEXT spoke for and against each class, by the fitted MODEL; '-' reads TEXT from standard input."""
    from bench import api

    given = api.read_text(sys.stdin.buffer) if text == "-" else text
    found = api.load_model(model).explain(given, top=top)
    echo_form(found.render(form, classes=classes, **screen()), form)
