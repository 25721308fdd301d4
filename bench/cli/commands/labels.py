"""`bench labels export` and `bench labels import`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from bench.cli.common import FILE, SEEDS, echo
from bench.cli.completion import pages_and_files
from bench.cli.group import bench
from bench.cli.kind_names import RegisteredChoice, tools

if TYPE_CHECKING:
    from bench.corpus.exchange.answers import Counts
    from bench.corpus.label_files import Pass

Command = TypeVar("Command", bound=Callable[..., Any])

_TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".csv.gz", ".tsv.gz", ".json.gz", ".jsonl.gz")
_OF_TABLES = ("text", "label", "row_id", "labels", "labels_from", "multiline")
_OF_PAGES = ("pass_", "seeds", "with_proposals")


@bench.group(short_help="labels to and from Label Studio or doccano")
def labels() -> None:
    """Label pages, or the texts of a table, in Label Studio or doccano, and take the labels back."""


_TOOL = click.option("--format", "tool", type=RegisteredChoice(tools), required=True, help="The tool's file format.")
_PASS = click.option(
    "--pass",
    "pass_",
    type=click.Choice(["first", "second"]),
    default="first",
    show_default=True,
    help="Of a page: whose labels, the first annotator's or the second's.",
)


def _table_options(command: Command) -> Command:
    """Options that describe a table of texts."""
    options = (
        click.option("--text", metavar="COLUMN", default="text", show_default=True, help="Of a table: its texts."),
        click.option("--label", metavar="COLUMN", default="label", show_default=True, help="Of a table: its labels."),
        click.option("--id", "row_id", metavar="COLUMN", help="Of a table: ids; left out, made from the texts."),
        click.option("--labels", metavar="A,B,...", help="Of a table: what to choose from; left out, labels it has."),
        click.option("--labels-from", type=FILE, metavar="FILE", help="The same: a label a line, TAB, its meaning."),
        click.option("--multiline", is_flag=True, help="Quoted fields of a CSV file that span lines are meant."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@labels.command("export")
@click.argument("source", metavar="PAGE|TABLE", shell_complete=pages_and_files)
@_TOOL
@click.option(
    "--out",
    type=FILE,
    required=True,
    help="File to write, with the ending that the tool reads: .json for Label Studio.",
)
@_table_options
@_PASS
@SEEDS
@click.option("--with-proposals", is_flag=True, help="Show proposals as predictions; they sway whoever sees them.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def export_labels(
    source: str,
    tool: str,
    out: Path,
    pass_: Pass,
    seeds: Path,
    with_proposals: bool,
    force: bool,
    **table: Any,
) -> None:
    """Write texts for a labelling tool, with the labels that they have, and the labels to choose from beside them.

    PAGE is a seed page's key or its file; its paragraphs are written, with one pass's labels. TABLE is a table of your
    own (.csv, .tsv, .json, .jsonl, .parquet).
    """
    from bench import api

    if source.lower().endswith(_TABLES):
        _refuse(_OF_PAGES, f"is for seed pages, and {source} is a table")
        done = api.export_table_labels(api.TextTable(Path(source), **table), tool, out, force=force)
        what = f"{done.rows} texts, {done.labelled} of them labelled already"
        what += f"; {done.blank} rows without a text left out" if done.blank else ""
    else:
        _refuse(_OF_TABLES, f"is for tables, and {source} is a seed page")
        done = api.export_labels(source, seeds, tool, out, pass_=pass_, with_proposals=with_proposals, force=force)
        what = f"{done.rows} paragraphs, {done.labelled} of them labelled in the {pass_} pass"
    echo(f"{' and '.join(map(str, done.files))}: {what}")


@labels.command("import")
@click.argument("file", type=FILE)
@_TOOL
@click.option("--table", "path", type=FILE, metavar="TABLE", help="The table that was exported; left out, seed pages.")
@click.option("--out", type=FILE, help="Of a table: the file to write, which may be TABLE itself with --force.")
@_table_options
@_PASS
@SEEDS
@click.option("--annotator", metavar="NAME", help="Take the answers of one annotator: e-mail, name or number.")
@click.option("--users", type=FILE, metavar="FILE", help="A table of users with 'id' and 'email', to name them by.")
@click.option("--force", is_flag=True, help="Replace labels that are there and differ, and files that are there.")
def import_labels(
    file: Path,
    tool: str,
    path: Path | None,
    out: Path | None,
    pass_: Pass,
    seeds: Path,
    annotator: str | None,
    users: Path | None,
    force: bool,
    **table: Any,
) -> None:
    """Take labels from FILE, which a labelling tool exported; doccano's archive (.zip) holds a file an annotator.

    Into the label files of seed pages, one pass's; or, with --table, into a table of your own.
    """
    from bench import api

    chosen: dict[str, Any] = {"annotator": annotator, "users": users, "force": force}
    if path is None:
        _refuse((*_OF_TABLES, "out"), "is for tables: name yours with --table")
        merged = api.import_labels(file, seeds, tool, pass_=pass_, **chosen)
        for target, done in merged.items():
            echo(f"{target}: {pass_}: {_counted(done.counts)}")
        return
    _refuse(_OF_PAGES, "is for seed pages; leave it out with --table")
    if out is None:
        raise click.UsageError("--out is missing: the file that the labelled table is written to")
    taken = api.import_table_labels(file, api.TextTable(path, **table), tool, out, **chosen)
    echo(f"{out}: {table['label']}: {_counted(taken.counts)}")
    rows = ", ".join(f"{label} {count}" for label, count in taken.labels.items())
    echo(f"{out}: {rows or 'no labels'}; {taken.unlabelled} without a label")


def _counted(counts: Counts) -> str:
    return (
        f"{counts.set_} labels set, {counts.kept} there before, {counts.replaced} replaced, "
        f"{counts.skipped} skipped by the annotator, {counts.unanswered} left as they were without an answer"
    )


def _refuse(names: tuple[str, ...], why: str) -> None:
    """Raises UsageError for the first of these options that was given."""
    context = click.get_current_context()
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT
        if parameter.name in names and given:
            raise click.UsageError(f"{parameter.opts[0]} {why}")
