"""`bench compare`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bench.cli.group import bench
from bench.cli.screen import CHECK_FAILED, FILE, echo, screen


@bench.command()
@click.argument("results", nargs=-1, type=FILE)
@click.option("--metric", default="f1_macro", show_default=True, help="Orders the rows: f1_macro, accuracy, f1:CLASS.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "csv", "json"]),
    default="table",
    show_default=True,
    help="What is printed.",
)
@click.option("--baseline", metavar="SYSTEM", help="Test each system against this one; left out, all pairs.")
@click.option(
    "--equivalent",
    type=click.FloatRange(min=0, min_open=True),
    metavar="REGION",
    help="Show how probable it is that a difference is smaller than this, as in 0.02.",
)
@click.option("--published", type=FILE, metavar="FILE", help="Show others' numbers apart: a YAML list with sources.")
@click.option("--against", type=FILE, metavar="RESULTS", help="Test each system against its older run there.")
@click.option("--fail-if-worse", is_flag=True, help="With --against: exit 1 where a system became worse.")
def compare(
    results: tuple[Path, ...],
    metric: str,
    form: str,
    baseline: str | None,
    equivalent: float | None,
    published: Path | None,
    against: Path | None,
    fail_if_worse: bool,
) -> None:
    """Print the scores of runs, best first, one table for each group of comparable runs.

    RESULTS is a results folder, an experiment's or a system's; left out: results/.
    """
    from bench import workflow

    paths = results or (Path("results"),)
    if fail_if_worse and against is None:
        raise click.UsageError("--fail-if-worse needs --against RESULTS: what the runs are compared with")
    if against is not None:
        lines, worse = workflow.gate(paths, against, metric=metric)
        for line in lines:
            echo(line)
        sys.exit(CHECK_FAILED if worse and fail_if_worse else 0)
    options = {"baseline": baseline, "region": equivalent, "published": published, **screen()}
    text = workflow.compare(paths, metric=metric, form=form, **options)
    click.echo(text, nl=False)
