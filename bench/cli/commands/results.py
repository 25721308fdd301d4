"""`bench results pack` and `bench results merge`."""

from __future__ import annotations

from pathlib import Path

import click

from bench.cli.common import FILE, echo
from bench.cli.group import bench


@bench.group(short_help="put results of several people together")
def results() -> None:
    """Put results of several people together, so that they fill one table."""


@results.command()
@click.argument("paths", metavar="[RESULTS]...", nargs=-1, type=FILE)
@click.option("--out", type=FILE, required=True, help="The archive to write: .zip.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def pack(paths: tuple[Path, ...], out: Path, force: bool) -> None:
    """Pack all runs under RESULTS into one archive, each checked by its digests; left out: results/."""
    from bench import api

    counts = api.pack_results(paths or (Path("results"),), out, force=force)
    listed = ", ".join(f"{name} {count}" for name, count in counts.items())
    echo(f"{out}: {_runs(sum(counts.values()))} ({listed}), {out.stat().st_size:,} bytes")


@results.command()
@click.argument("sources", metavar="ARCHIVE...", nargs=-1, required=True, type=FILE)
@click.option("--results", "folder", type=FILE, default="results", show_default=True, help="Folder they are added to.")
def merge(sources: tuple[Path, ...], folder: Path) -> None:
    """Add the runs of each ARCHIVE, or of another results folder, to a results folder: all of them, or none.

    Digests are checked, and what is there and differs is never replaced. bench verify runs them again.
    """
    from bench import api

    for done in api.merge_results(sources, folder):
        echo(f"{done.source}: {_runs(len(done.new))} added to {folder}, {len(done.there)} there already")


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
