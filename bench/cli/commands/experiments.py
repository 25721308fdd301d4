"""`bench run` and `bench verify`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bench.cli.common import CHECK_FAILED, FILE, echo, processes, progress, tell
from bench.cli.completion import systems_of_configs
from bench.cli.group import bench

if TYPE_CHECKING:
    from bench.api import Plan


@bench.command(short_help="run experiment files, store the results")
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True, type=FILE)
@click.option("--results", type=FILE, default="results", show_default=True, help="Folder of the results.")
@click.option(
    "--systems",
    metavar="PATTERN",
    shell_complete=systems_of_configs,
    help="Only systems that fit, as in 'char-*,majority'.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes, one a core at most; left out, one a core.")
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Run on the Dask cluster of this scheduler: tcp://host:8786, or the .json it wrote.",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, say what would be run, run nothing.")
@click.option("--force", is_flag=True, help="Run again what stands already.")
@click.option(
    "--halves",
    metavar="N",
    type=click.IntRange(min=5, max=1000),
    help="Halve the rows N times, too, each half guessed by what the other taught: sharper paired tests; 20 will do.",
)
@click.option("--shuffle-labels", is_flag=True, help="Give rows each other's labels: scores must fall to chance.")
def run(
    configs: tuple[Path, ...],
    results: Path,
    systems: str | None,
    jobs: int | None,
    dask: str | None,
    dry_run: bool,
    force: bool,
    halves: int | None,
    shuffle_labels: bool,
) -> None:
    """Run experiment files and store their results."""
    from bench import api

    if dask is not None and jobs is not None:
        raise click.UsageError("--jobs counts processes here, and --dask runs elsewhere; leave one out")
    plans = api.plan(configs, results, systems=systems, force=force, shuffle_labels=shuffle_labels)
    for line in dict.fromkeys(f"{planned.place}: warning: {line}" for planned in plans for line in planned.warnings):
        echo(line, err=True)
    for planned in plans if halves is not None else ():
        api.halved_systems(planned, halves or 0)
    failed = False
    with api.cluster(None if dry_run else dask, plans, tell) as cluster:
        for planned in plans:
            _say(planned, detailed=dry_run)
            if dry_run or not planned.systems:
                continue
            done = api.run(planned, jobs=processes(jobs, planned.folds), dask=cluster)
            new = {system.name for system in planned.systems}
            for run in (each for each in done if each.record.system in new and each.record.status == "failed"):
                echo(f"{planned.place}: system {run.record.system!r} failed: {run.record.error}", err=True)
                failed = True
            echo(f"{planned.experiment.name}: results in {results / planned.experiment.name}")
    if not dry_run:
        echo(f"next: {_next(plans, results)}")
    if halves is not None and not dry_run:
        failed = sum(_halve(planned, halves, jobs=jobs, dask=dask) for planned in plans) > 0 or failed
    if failed:
        sys.exit(CHECK_FAILED)


def _next(plans: Sequence[Plan], results: Path) -> str:
    """The command that shows what was run."""
    names = list(dict.fromkeys(planned.experiment.name for planned in plans))
    folder = results / names[0] if len(names) == 1 else results
    name = shlex.quote(str(folder))
    return f"bench compare {name}, or bench report {name}"


def _halve(planned: Plan, halves: int, *, jobs: int | None, dask: str | None) -> bool:
    """Whether a system failed on halves of the rows."""
    from bench import api

    systems = api.halved_systems(planned, halves)
    if not systems:
        return False
    echo(f"{planned.experiment.name}: {_systems(systems)} on halves of the rows, {halves} × 2 folds")
    asked = replace(planned, systems=systems)
    with api.cluster(dask, [asked], tell) as cluster, progress(len(systems) * halves) as advance:
        errors = api.halve(planned, halves, jobs=processes(jobs), cluster=cluster, advance=advance)
    for system, error in errors:
        echo(f"{planned.place}: system {system!r} failed on halves of the rows: {error}", err=True)
    return bool(errors)


def _say(planned: Plan, *, detailed: bool) -> None:
    experiment = planned.experiment
    counts = ", ".join(f"{name} {count}" for name, count in planned.data.counts().items())
    more = len(planned.data.unlabelled)
    beside = f", and {more:,} texts without labels" if more else ""
    echo(f"{experiment.name}{planned.protocol.suffix}: {len(planned.data)} rows ({counts}){beside}")
    if planned.stored:
        echo(f"  {_systems(planned.stored)} done before; --force runs again")
    if planned.replaced:
        parts = ", ".join(sorted({part for parts in planned.replaced.values() for part in parts}))
        names = ", ".join(planned.replaced)
        keep = "to keep the old ones, choose another --results folder, or another name for the experiment"
        tell(f"stored results of {names} will be replaced: they were made with other {parts}; {keep}")
    if planned.systems:
        echo(f"  {_systems(planned.systems)} to run, {planned.protocol.describe(len(planned.targets.group_names))}")
    for system in planned.systems if detailed else ():
        echo(f"    {system.name}: {planned.fits(system)} fits")
        for each in planned.pending(system):
            requests = "1 request" if each.requests == 1 else f"{each.requests:,} requests"
            echo(f"    {system.name}: {requests} to {each.address}, of about {each.tokens:,} tokens together")


def _systems(systems: Sequence[object]) -> str:
    return "1 system" if len(systems) == 1 else f"{len(systems)} systems"


@bench.command(short_help="run again, demand the same predictions")
@click.argument("results", nargs=-1, type=FILE)
@click.option(
    "--folder", type=FILE, help="Folder of the experiment file; left out, where it lay, else configs/ or here."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes, one a core at most; left out, one a core.")
@click.option("--exact", is_flag=True, help="Let nothing pass as rounding: demand the same bits.")
def verify(results: tuple[Path, ...], folder: Path | None, jobs: int | None, *, exact: bool) -> None:
    """Run stored results again and demand the same predictions and scores; exit 1 where they differ.

    On another processor or with other versions, the same predictions pass where scores differ by rounding alone.
    RESULTS is a results folder, an experiment's or a system's; left out: results/.
    """
    from bench import api

    paths = results or (Path("results"),)
    differing = rounded = 0
    started = processes(jobs)
    with progress(api.verify_steps(paths)) as advance:
        for verdict in api.verdicts(paths, folder, jobs=started, advance=advance):
            echo(f"{verdict.folder}: {verdict.message}")
            differing += verdict.outcome == "different"
            rounded += verdict.outcome == "rounding"
    if differing:
        click.echo(f"{differing} of the runs came out differently", err=True)
    if exact and rounded:
        click.echo(f"{rounded} of the runs differ by rounding, which --exact does not let pass", err=True)
    if differing or (exact and rounded):
        sys.exit(CHECK_FAILED)
