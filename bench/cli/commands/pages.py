"""`bench build` and `bench add`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bench.cli.common import CHECK_FAILED, FILE, SEEDS, echo, progress, screen
from bench.cli.group import bench


@bench.command(short_help="the dataset from the labelled pages")
@click.option("--seeds", type=FILE, default="seeds", show_default=True, help="Folder of seed pages and their labels.")
@click.option("--out", type=FILE, default="dataset", show_default=True, help="Folder of the dataset.")
@click.option("--results", type=FILE, default="results", show_default=True, help="Stored results that the card shows.")
@click.option("--check", is_flag=True, help="Write nothing: exit 1 where the dataset is not what the seeds give.")
@click.option("--without", metavar="KEY", multiple=True, help="Leave out a page, as one that is not labelled yet.")
def build(seeds: Path, out: Path, results: Path, check: bool, without: tuple[str, ...]) -> None:
    """Build the dataset from the seed pages."""
    from bench import api

    if check:
        with progress(api.build_steps()) as advance:
            found = api.check_build(seeds, out, results, without=without, advance=advance)
        for line in found:
            echo(line, err=True)
        if found:
            sys.exit(CHECK_FAILED)
        echo(f"{out} is what {seeds} gives.")
        return
    with progress(api.build_steps()) as advance:
        counts = api.build(seeds, out, results, without=without, advance=advance)
    left_out = f" (without {', '.join(without)})" if without else ""
    echo(f"{out}: " + ", ".join(f"{config} {rows} rows" for config, rows in counts.items()) + left_out)


@bench.command(short_help="prepare a new newspaper page")
@click.argument("page", type=FILE)
@SEEDS
@click.option("--results", type=FILE, default="results", show_default=True, help="Where the best system is looked up.")
@click.option("--key", help="Names the page in row ids; left out, the file's name without leading number.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of the page's file, as gb18030.")
@click.option("--dry-run", is_flag=True, help="Show everything, write nothing.")
def add(page: Path, seeds: Path, results: Path, key: str | None, encoding: str, dry_run: bool) -> None:
    """Add a seed page: repair it, show what that did, and write a label file to fill in.

    The best system so far proposes topics in a file of its own, least certain first. They are never read as labels:
    label before you look at them.
    """
    from bench import api

    added = api.add(page, seeds, results, key=key, encoding=encoding, dry=dry_run)
    click.echo(api.show_repair(added.page, **screen()), nl=False)
    paragraphs = added.page.paragraphs
    lost = sum(not paragraph.complete for paragraph in paragraphs)
    echo(f"{added.file}: {len(paragraphs)} paragraphs and captions, {lost} of them incomplete")
    echo(f"{added.labels}: labels to fill in" + (", least certain first" if added.proposals else ""))
    if added.proposals_file is not None:
        echo(f"{added.proposals_file}: proposals, never read as labels")
    for line in added.notes:
        echo(f"  {line}")
    if dry_run:
        echo("nothing was written")
