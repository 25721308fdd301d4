"""`bench report`."""

from __future__ import annotations

from pathlib import Path

import click

from bench.cli.common import FILE, echo
from bench.cli.completion import metrics_of_results
from bench.cli.group import bench


@bench.command(short_help="the results as one web page")
@click.argument("results", nargs=-1, type=FILE)
@click.option("--results", "root", type=FILE, default="results", show_default=True, help="Folder of the results.")
@click.option("--out", type=FILE, help="The page to be written; left out, report.html in RESULTS.")
@click.option(
    "--metric",
    default="f1_macro",
    show_default=True,
    shell_complete=metrics_of_results,
    help="Orders the systems, and is what is tested.",
)
@click.option(
    "--folder", type=FILE, help="Folder of the experiment files; left out, where they lay, else configs/ or here."
)
@click.option("--across", is_flag=True, help="Show also what several data sets show together, each counting once.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="What the page is written in."
)
@click.option("--force", is_flag=True, help="Write over a file that is no report.")
def report(
    results: tuple[Path, ...],
    root: Path,
    out: Path | None,
    metric: str,
    folder: Path | None,
    across: bool,
    language: str,
    force: bool,
) -> None:
    """Write results as one web page: scores, differences, topics, and every row with what each system said.

    RESULTS is a results folder, an experiment's or a system's; left out: all of --results. The page works from disk
    without a network.
    """
    from bench import api

    written = api.report(
        results or (root,),
        out or _home(results, root) / api.PAGE,
        metric=metric,
        folder=folder,
        across=across,
        language=language,
        force=force,
    )
    for line in written.notes:
        echo(f"warning: {line}", err=True)
    size = f"{written.size / 1e6:.1f} MB" if written.size >= 1e6 else f"{written.size / 1e3:.0f} kB"
    echo(f"report in {written.path} ({size})")


def _home(results: tuple[Path, ...], root: Path) -> Path:
    """The folder for the page: the one that was named; for a single system, its experiment's; otherwise the root."""
    if len(results) != 1 or not results[0].is_dir():
        return root
    return results[0].parent if (results[0] / "run.json").is_file() else results[0]
