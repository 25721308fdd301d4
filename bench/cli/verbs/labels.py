"""`bench labels export` and `bench labels import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bench.cli.completing import pages_and_files
from bench.cli.group import bench
from bench.cli.screen import FILE, SEEDS, echo

if TYPE_CHECKING:
    from bench.corpus.label_files import Pass


@bench.group()
def labels() -> None:
    """Label pages in Label Studio or doccano, and take the labels back."""


_TOOL = click.option(
    "--format", "tool", type=click.Choice(["label-studio", "doccano"]), required=True, help="The tool's file format."
)
_PASS = click.option(
    "--pass",
    "pass_",
    type=click.Choice(["first", "second"]),
    default="first",
    show_default=True,
    help="Whose labels: the first annotator's or the second's.",
)


@labels.command("export")
@click.argument("page", metavar="PAGE", shell_complete=pages_and_files)
@_TOOL
@click.option("--out", type=FILE, required=True, help="File to write: .json for Label Studio, .jsonl for doccano.")
@_PASS
@SEEDS
@click.option("--with-proposals", is_flag=True, help="Show proposals as predictions; they sway whoever sees them.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def export_labels(page: str, tool: str, out: Path, pass_: Pass, seeds: Path, with_proposals: bool, force: bool) -> None:
    """Write the paragraphs of PAGE (its key or its file) for a labelling tool, with one pass's labels so far."""
    from bench import api

    done = api.export_labels(page, seeds, tool, out, pass_=pass_, with_proposals=with_proposals, force=force)
    files = " and ".join(map(str, done.files))
    echo(f"{files}: {done.rows} paragraphs, {done.labelled} of them labelled in the {pass_} pass")


@labels.command("import")
@click.argument("file", type=FILE)
@_TOOL
@_PASS
@SEEDS
@click.option("--annotator", metavar="NAME", help="Take the answers of one annotator, as the file names him or her.")
@click.option("--force", is_flag=True, help="Replace labels that are there and differ.")
def import_labels(file: Path, tool: str, pass_: Pass, seeds: Path, annotator: str | None, force: bool) -> None:
    """Take one pass's labels from FILE, which a labelling tool exported."""
    from bench import api

    merged = api.import_labels(file, seeds, tool, pass_=pass_, annotator=annotator, force=force)
    for path, done in merged.items():
        echo(
            f"{path}: {pass_}: {done.set_} labels set, {done.kept} there before, {done.replaced} replaced, "
            f"{done.skipped} skipped by the annotator, {done.unanswered} left as they were without an answer"
        )
