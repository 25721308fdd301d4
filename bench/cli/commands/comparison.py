"""`bench compare`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import click

from bench.cli.common import CHECK_FAILED, FILE, Number, echo_form, screen, tell
from bench.cli.completion import columns_on_request, metrics_of_results, systems_of_results
from bench.cli.group import bench
from bench.cli.kind_names import RegisteredChoice, names_in


@bench.command(short_help="scores, intervals, tests: which system is best")
@click.argument("results", nargs=-1, type=FILE)
@click.option(
    "--metric",
    default="f1_macro",
    show_default=True,
    shell_complete=metrics_of_results,
    help="What is tested: f1_macro, accuracy, f1:CLASS.",
)
@click.option(
    "--systems",
    metavar="PATTERN",
    shell_complete=systems_of_results,
    help="Only systems that fit, as in 'char-*,majority'.",
)
@click.option("--sort", metavar="COLUMN", help="Order of the rows: a metric of the table, or name; left out, --metric.")
@click.option(
    "--format",
    "form",
    type=RegisteredChoice(lambda: ["table", *names_in("report/tables/formats", group="banmian.formats")]),
    default="table",
    show_default=True,
    help="What is printed.",
)
@click.option(
    "--columns",
    metavar="NAMES",
    shell_complete=columns_on_request,
    help="Show further columns, separated by commas, as in times.",
)
@click.option("--explain", is_flag=True, help="Print all notes of a table, in place of the three most important ones.")
@click.option(
    "--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of scores; zh is Chinese."
)
@click.option(
    "--baseline",
    metavar="SYSTEM",
    shell_complete=systems_of_results,
    help="Test each system against this one; left out, all pairs.",
)
@click.option(
    "--equivalent",
    type=Number(min=0, min_open=True),
    metavar="REGION",
    help="Show how probable it is that a difference is smaller than this, as in 0.02.",
)
@click.option(
    "--reach",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="SCORE",
    help="Tell how many rows learning curves (train_sizes) take to this score, as in 0.85.",
)
@click.option(
    "--class-counts",
    type=click.Choice(["fixed", "random"]),
    help="Rows of each class in data drawn anew: as many as here (fixed, if left out), or drawn by chance, too.",
)
@click.option(
    "--across", is_flag=True, help="Compare over data sets, each counting once: ranks, and tests of data sets."
)
@click.option(
    "--diagram", type=FILE, metavar="FILE", help="With --across: write the diagram of ranks (.svg, .png, .pdf)."
)
@click.option("--published", type=FILE, metavar="FILE", help="Show others' numbers apart: a YAML list with sources.")
@click.option(
    "--against", type=FILE, metavar="RESULTS", help="Show what changed since the older runs there, each system tested."
)
@click.option(
    "--fail-if-worse", is_flag=True, help="With --against: exit 1 where a system became worse, or has no new run."
)
def compare(
    results: tuple[Path, ...],
    metric: str,
    systems: str | None,
    sort: str | None,
    form: str,
    columns: str | None,
    explain: bool,
    language: str,
    baseline: str | None,
    equivalent: float | None,
    reach: float | None,
    class_counts: Literal["fixed", "random"] | None,
    across: bool,
    diagram: Path | None,
    published: Path | None,
    against: Path | None,
    fail_if_worse: bool,
) -> None:
    """Print the scores of runs, best first, one table for each group of comparable runs.

    RESULTS is a results folder, an experiment's or a system's, or several of them; left out: results/. With --against,
    what changed in config, data, protocol, versions and scores (--sort new, old, difference or name).
    """
    from bench import api

    paths = results or (Path("results"),)
    if across:
        _refuse(
            {
                "--sort": sort,
                "--columns": columns,
                "--published": published,
                "--reach": reach,
                "--class-counts": class_counts,
                "--against": against,
                "--explain": explain or None,
                "--language": None if language == "en" else language,
            },
            "leave it out with --across",
        )
        options: dict[str, Any] = {"metric": metric, "baseline": baseline, "region": equivalent, "systems": systems}
        _print_across(paths, form, diagram, **options)
        return
    _refuse({"--diagram": diagram}, "needs --across")
    chosen: dict[str, Any] = {"metric": metric, "systems": systems, "sort": sort}
    if against is not None:
        for_scores = {
            "--explain": explain or None,
            "--language": None if language == "en" else language,
            "--columns": columns,
            "--baseline": baseline,
            "--equivalent": equivalent,
            "--reach": reach,
            "--class-counts": class_counts,
            "--published": published,
        }
        _refuse(for_scores, "is for one table of scores; leave it out with --against")
        _print_difference(paths, against, form, fail_if_worse=fail_if_worse, **chosen)
        return
    if fail_if_worse:
        raise click.UsageError("--fail-if-worse needs --against RESULTS: what the runs are compared with")
    further = () if columns is None else tuple(name.strip() for name in columns.split(","))
    tested: dict[str, Any] = {"baseline": baseline, "region": equivalent, "reach": reach}
    tested["class_counts"] = class_counts or "fixed"
    found = api.compare(paths, **chosen, **tested, published=published, columns=further)
    echo_form(found.render(form, explain=explain, language=language, **screen()), form)


def _print_across(paths: Sequence[Path], form: str, diagram: Path | None, **options: Any) -> None:
    """Print ranks and tests over data sets; write their diagram where a file is named."""
    from bench import api

    suite = api.compare_across(paths, **options)
    echo_form(suite.render(form, **screen()), form)
    if diagram is not None:
        api.write_diagram(suite, diagram)


def _print_difference(paths: Sequence[Path], against: Path, form: str, *, fail_if_worse: bool, **chosen: Any) -> None:
    """Print what changed since the older runs; exit 1 where a system became worse and that is to fail."""
    from bench import api

    became = api.difference(paths, against, **chosen, decide=fail_if_worse)
    echo_form(became.render(form, **screen()), form)
    if fail_if_worse and (became.worse or became.gone):
        for what, names in (("became worse", became.worse), ("has no new run", became.gone)):
            for name in names:
                tell(f"{name} {what}")
        sys.exit(CHECK_FAILED)


def _refuse(given: Mapping[str, object], why: str) -> None:
    """Raises UsageError for the first of these options that was given."""
    for name, value in given.items():
        if value is not None:
            raise click.UsageError(f"{name} {why}")
