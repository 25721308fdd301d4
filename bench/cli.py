"""The command line: parse, call one workflow function, print, exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.corpus.sheets import Pass
    from bench.workflow import Plan

CHECK_FAILED, USER_ERROR, BUG, INTERRUPTED = 1, 2, 70, 130

_FILE = click.Path(path_type=Path)
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(package_name="banmian", prog_name="bench")
@click.pass_context
def bench(context: click.Context) -> None:
    """Chinese newspaper pages as a labelled topic dataset, and an honest comparison of text classifiers on it.

    Start with: bench run configs/quick.yaml, then: bench compare
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@bench.command()
@click.option("--seeds", type=_FILE, default="seeds", show_default=True, help="Folder of seed pages and their labels.")
@click.option("--out", type=_FILE, default="dataset", show_default=True, help="Folder of the dataset.")
@click.option("--check", is_flag=True, help="Write nothing: exit 1 where the dataset is not what the seeds give.")
@click.option("--without", metavar="KEY", multiple=True, help="Leave out a page, as one that is not labelled yet.")
def build(seeds: Path, out: Path, check: bool, without: tuple[str, ...]) -> None:
    """Build the dataset from the seed pages."""
    from bench import workflow

    if check:
        found = workflow.check_build(seeds, out, without=without)
        for line in found:
            click.echo(line, err=True)
        if found:
            sys.exit(CHECK_FAILED)
        click.echo(f"{out} is what {seeds} gives.")
        return
    counts = workflow.build(seeds, out, without=without)
    left_out = f" (without {', '.join(without)})" if without else ""
    click.echo(f"{out}: " + ", ".join(f"{config} {rows} rows" for config, rows in counts.items()) + left_out)


_SEEDS = click.option(
    "--seeds", type=_FILE, default="seeds", show_default=True, help="Folder of seed pages and their labels."
)


@bench.command()
@click.argument("page", type=_FILE)
@_SEEDS
@click.option("--results", type=_FILE, default="results", show_default=True, help="Where the best system is looked up.")
@click.option("--key", help="Names the page in row ids; left out, the file's name without leading number.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of the page's file, as gb18030.")
@click.option("--dry-run", is_flag=True, help="Show everything, write nothing.")
def add(page: Path, seeds: Path, results: Path, key: str | None, encoding: str, dry_run: bool) -> None:
    """Add a seed page: repair it, show what that did, and write a label file to fill in.

    The best system so far proposes topics in a file of its own, least certain first. They are never read as labels:
    label before you look at them.
    """
    from bench import workflow

    added = workflow.add(page, seeds, results, key=key, encoding=encoding, dry=dry_run)
    click.echo(workflow.show_repair(added.page, **_screen()), nl=False)
    paragraphs = added.page.paragraphs
    lost = sum(not paragraph.complete for paragraph in paragraphs)
    click.echo(f"{added.file}: {len(paragraphs)} paragraphs and captions, {lost} of them incomplete")
    click.echo(f"{added.labels}: labels to fill in" + (", least certain first" if added.proposals else ""))
    if added.proposals_file is not None:
        click.echo(f"{added.proposals_file}: proposals, never read as labels")
    for line in added.notes:
        click.echo(f"  {line}")
    if dry_run:
        click.echo("nothing was written")


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
@click.argument("page", metavar="PAGE")
@_TOOL
@click.option("--out", type=_FILE, required=True, help="File to write: .json for Label Studio, .jsonl for doccano.")
@_PASS
@_SEEDS
@click.option("--with-proposals", is_flag=True, help="Show proposals as predictions; they sway whoever sees them.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
def export_labels(page: str, tool: str, out: Path, pass_: Pass, seeds: Path, with_proposals: bool, force: bool) -> None:
    """Write the paragraphs of PAGE (its key or its file) for a labelling tool, with one pass's labels so far."""
    from bench import workflow

    done = workflow.export_labels(page, seeds, tool, out, pass_=pass_, with_proposals=with_proposals, force=force)
    files = " and ".join(map(str, done.files))
    click.echo(f"{files}: {done.rows} paragraphs, {done.labelled} of them labelled in the {pass_} pass")


@labels.command("import")
@click.argument("file", type=_FILE)
@_TOOL
@_PASS
@_SEEDS
@click.option("--annotator", metavar="NAME", help="Take the answers of one annotator, as the file names him or her.")
@click.option("--force", is_flag=True, help="Replace labels that are there and differ.")
def import_labels(file: Path, tool: str, pass_: Pass, seeds: Path, annotator: str | None, force: bool) -> None:
    """Take one pass's labels from FILE, which a labelling tool exported."""
    from bench import workflow

    merged = workflow.import_labels(file, seeds, tool, pass_=pass_, annotator=annotator, force=force)
    for path, done in merged.items():
        click.echo(
            f"{path}: {pass_}: {done.set_} labels set, {done.kept} there before, {done.replaced} replaced, "
            f"{done.skipped} skipped by the annotator, {done.unanswered} left as they were without an answer"
        )


def _screen() -> dict[str, Any]:
    """Width in columns (None: the terminal's own) and whether to colour, for what is printed on standard output."""
    terminal = sys.stdout.isatty()
    width = None if terminal or "COLUMNS" in os.environ else 120
    return {"width": width, "colour": terminal and not os.environ.get("NO_COLOR")}


@bench.command()
@click.argument("configs", metavar="CONFIG...", nargs=-1, required=True, type=_FILE)
@click.option("--results", type=_FILE, default="results", show_default=True, help="Folder of the results.")
@click.option("--systems", metavar="PATTERN", help="Only systems that fit, as in 'char-*,majority'.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; left out, one a core.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, say what would be run, run nothing.")
@click.option("--force", is_flag=True, help="Run again what stands already.")
def run(
    configs: tuple[Path, ...], results: Path, systems: str | None, jobs: int | None, dry_run: bool, force: bool
) -> None:
    """Run experiment files and store their results."""
    from bench import workflow

    plans = workflow.plans(configs, results, pattern=systems, force=force)
    for planned in plans:
        for line in planned.warnings:
            click.echo(f"{planned.path}: warning: {line}", err=True)
    failed = False
    for planned in plans:
        _say(planned, detailed=dry_run)
        if dry_run or not planned.systems:
            continue
        with _progress(planned.steps) as advance:
            errors = workflow.run(planned, results, jobs=jobs or _cores(), advance=advance)
        for system, error in errors:
            click.echo(f"{planned.path}: system {system!r} failed: {error}", err=True)
        failed = failed or bool(errors)
        click.echo(f"{planned.experiment.name}: results in {results / planned.experiment.name}")
    if failed:
        sys.exit(CHECK_FAILED)


def _say(planned: Plan, *, detailed: bool) -> None:
    experiment, protocol = planned.experiment, planned.experiment.protocol
    counts = ", ".join(f"{name} {count}" for name, count in planned.data.counts().items())
    click.echo(f"{experiment.name}: {len(planned.data)} rows ({counts})")
    if planned.stored:
        click.echo(f"  {_systems(planned.stored)} done before; --force runs again")
    if planned.systems:
        click.echo(f"  {_systems(planned.systems)} to run, {protocol.repeats} × {protocol.folds} folds")
    for system in planned.systems if detailed else ():
        click.echo(f"    {system.name}: {planned.fits(system)} fits")


def _systems(systems: Sequence[object]) -> str:
    return "1 system" if len(systems) == 1 else f"{len(systems)} systems"


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=steps)
        yield lambda name: progress.update(task, advance=1, description=name)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@bench.command()
@click.argument("results", nargs=-1, type=_FILE)
@click.option("--metric", default="f1_macro", show_default=True, help="Orders the rows: f1_macro, accuracy, f1:CLASS.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "markdown", "csv", "json"]),
    default="table",
    show_default=True,
    help="What is printed.",
)
def compare(results: tuple[Path, ...], metric: str, form: str) -> None:
    """Print the scores of runs, best first, one table for each group of comparable runs.

    RESULTS is a results folder, an experiment's or a system's; left out: results/.
    """
    from bench import workflow

    paths = results or (Path("results"),)
    click.echo(workflow.compare(paths, metric=metric, form=form, **_screen()), nl=False)


def main() -> NoReturn:
    """Run the command line and exit.

    0 done, 1 a check did not hold or a system failed, 2 the user can mend it, 70 a bug, 130 interrupted.
    """
    try:
        bench.main(standalone_mode=False)
        sys.exit(0)
    except BenchError as error:
        _fail(str(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; results of finished systems stand", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename is None:
            _bug()
        _fail(f"{error.filename}: {error.strerror}")
    except Exception:  # noqa: BLE001  whatever is left is a bug, and keeps its traceback
        _bug()


def _bug() -> NoReturn:
    traceback.print_exc()
    click.echo("This is a bug in bench; please report it with the lines above.", err=True)
    sys.exit(BUG)


def _fail(message: str) -> NoReturn:
    click.echo(f"bench: {' '.join(message.splitlines())}", err=True)
    sys.exit(USER_ERROR)
