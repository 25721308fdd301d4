"""The command line: parse, call one workflow function, print, exit code."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bench.core.errors import BenchError, printable

if TYPE_CHECKING:
    from bench.corpus.sheets import Pass
    from bench.workflow import Plan

CHECK_FAILED, USER_ERROR, BUG, INTERRUPTED = 1, 2, 70, 130

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

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
@click.option("--results", type=_FILE, default="results", show_default=True, help="Stored results that the card shows.")
@click.option("--check", is_flag=True, help="Write nothing: exit 1 where the dataset is not what the seeds give.")
@click.option("--without", metavar="KEY", multiple=True, help="Leave out a page, as one that is not labelled yet.")
def build(seeds: Path, out: Path, results: Path, check: bool, without: tuple[str, ...]) -> None:
    """Build the dataset from the seed pages."""
    from bench import workflow

    if check:
        found = workflow.check_build(seeds, out, results, without=without)
        for line in found:
            _echo(line, err=True)
        if found:
            sys.exit(CHECK_FAILED)
        _echo(f"{out} is what {seeds} gives.")
        return
    counts = workflow.build(seeds, out, results, without=without)
    left_out = f" (without {', '.join(without)})" if without else ""
    _echo(f"{out}: " + ", ".join(f"{config} {rows} rows" for config, rows in counts.items()) + left_out)


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
@click.option("--shuffle-labels", is_flag=True, help="Give rows each other's labels: scores must fall to chance.")
def run(
    configs: tuple[Path, ...],
    results: Path,
    systems: str | None,
    jobs: int | None,
    dry_run: bool,
    force: bool,
    shuffle_labels: bool,
) -> None:
    """Run experiment files and store their results."""
    from bench import workflow

    plans = workflow.plans(configs, results, pattern=systems, force=force, shuffle_labels=shuffle_labels)
    for line in dict.fromkeys(f"{planned.path}: warning: {line}" for planned in plans for line in planned.warnings):
        _echo(line, err=True)
    failed = False
    for planned in plans:
        _say(planned, detailed=dry_run)
        if dry_run or not planned.systems:
            continue
        with _progress(planned.steps) as advance:
            errors = workflow.run(planned, results, jobs=jobs or _cores(), advance=advance)
        for system, error in errors:
            _echo(f"{planned.path}: system {system!r} failed: {error}", err=True)
        failed = failed or bool(errors)
        _echo(f"{planned.experiment.name}: results in {results / planned.experiment.name}")
    if failed:
        sys.exit(CHECK_FAILED)


def _echo(line: str, *, err: bool = False) -> None:
    """One line that may name files and quote errors: nothing in it moves the terminal."""
    click.echo(printable(line), err=err)


def _say(planned: Plan, *, detailed: bool) -> None:
    experiment = planned.experiment
    counts = ", ".join(f"{name} {count}" for name, count in planned.data.counts().items())
    click.echo(f"{experiment.name}{planned.protocol.suffix}: {len(planned.data)} rows ({counts})")
    if planned.stored:
        click.echo(f"  {_systems(planned.stored)} done before; --force runs again")
    if planned.systems:
        click.echo(
            f"  {_systems(planned.systems)} to run, {planned.protocol.describe(len(planned.targets.group_names))}"
        )
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
@click.option("--baseline", metavar="SYSTEM", help="Test each system against this one; left out, all pairs.")
@click.option(
    "--equivalent",
    type=click.FloatRange(min=0, min_open=True),
    metavar="REGION",
    help="Show how probable it is that a difference is smaller than this, as in 0.02.",
)
@click.option("--published", type=_FILE, metavar="FILE", help="Show others' numbers apart: a YAML list with sources.")
@click.option("--against", type=_FILE, metavar="RESULTS", help="Test each system against its older run there.")
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
            _echo(line)
        sys.exit(CHECK_FAILED if worse and fail_if_worse else 0)
    options = {"baseline": baseline, "region": equivalent, "published": published, **_screen()}
    text = workflow.compare(paths, metric=metric, form=form, **options)
    click.echo(text, nl=False)


@bench.command()
@click.argument("results", nargs=-1, type=_FILE)
@click.option(
    "--folder", type=_FILE, default="configs", show_default=True, help="Where paths of own data start: the configs'."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; left out, one a core.")
def verify(results: tuple[Path, ...], folder: Path, jobs: int | None) -> None:
    """Run stored results again and demand the same predictions and scores; exit 1 where they differ.

    RESULTS is a results folder, an experiment's or a system's; left out: results/.
    """
    from bench import workflow

    verdicts = workflow.verify(results or (Path("results"),), folder, jobs=jobs or _cores(), advance=lambda _: None)
    differing = 0
    for verdict in verdicts:
        _echo(f"{verdict.folder}: {verdict.difference or 'the same'}")
        differing += verdict.difference is not None
    if differing:
        click.echo(f"{differing} of the runs came out differently", err=True)
        sys.exit(CHECK_FAILED)


class _Stopped(BaseException):
    """A signal asked for the end. No Exception, and no KeyboardInterrupt, for which click prints a line of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def _signals_stop() -> Iterator[None]:
    """SIGINT and SIGTERM raise _Stopped once; more of them do not disturb the end. What was ignored stays ignored."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    ours = {number for number, before in handlers.items() if before in {signal.SIG_DFL, signal.default_int_handler}}
    if threading.current_thread() is not threading.main_thread():
        ours = set()  # handlers are the main thread's

    def stop(number: int, _: FrameType | None) -> None:
        for each in ours:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped(number)

    for number in ours:
        signal.signal(number, stop)
    stopped = False
    try:
        yield
    except _Stopped:
        stopped = True
        raise
    finally:
        for number in set() if stopped else ours:
            signal.signal(number, handlers[number])


@bench.command()
@click.argument("config", required=False, type=_FILE)
@click.option("--config", "corpus", type=click.Choice(["paragraphs", "all"]), help="Config of the corpus.")
@click.option("--results", type=_FILE, help="Where stored predictions lie; left out, results/ if it is there.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--similarity", default=0.7, show_default=True, help="Near duplicates share so much, above 0 to 1.")
@click.option("--fail-on", metavar="KIND,...", help="Exit 1 on a finding of such a check or severity, as in 'fault'.")
def audit(
    config: Path | None, corpus: str | None, results: Path | None, form: str, similarity: float, fail_on: str | None
) -> None:
    """Tell what could mislead in the corpus, or in the data that the experiment file CONFIG names.

    Duplicates, wording that gives labels away, labels guessed from group, length or position, labels to read again,
    damaged characters. Nothing is ever changed.
    """
    from bench import workflow

    kinds = [kind.strip() for kind in fail_on.split(",")] if fail_on is not None else []
    found = workflow.audit(config, corpus=corpus, results=results, fail_on=kinds, similarity=similarity)
    click.echo(found.text(form=form, **_screen()), nl=False)
    if found.audit.failing(kinds):
        sys.exit(CHECK_FAILED)


def main() -> NoReturn:
    """Run the command line and exit.

    0 done, 1 a check did not hold or a system failed, 2 the user can mend it, 70 a bug, 130 interrupted (SIGINT),
    143 terminated (SIGTERM); the last two leave no worker process, and finished systems with their results.
    """
    try:
        with _signals_stop():
            bench.main(standalone_mode=False)
        sys.exit(0)
    except BenchError as error:
        _fail(str(error))
    except click.ClickException as error:
        _fail(error.format_message())
    except _Stopped as stopped:
        _end("terminated" if stopped.number == signal.SIGTERM else "interrupted", 128 + stopped.number)
    except (click.Abort, KeyboardInterrupt):
        _end("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        _leave_output()
        sys.exit(0)
    except OSError as error:
        if error.filename is not None:
            _fail(printable(f"{error.filename}: {error.strerror}"))
        if error.errno not in _FULL:
            _bug()
        _leave_output()
        _fail(f"output: {error.strerror}")
    except Exception:  # noqa: BLE001  whatever is left is a bug, and keeps its traceback
        _bug()


def _leave_output() -> None:
    """What is still to be printed goes nowhere: Python would try once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(how: str, code: int) -> NoReturn:
    click.echo(f"{how}; results of finished systems stand", err=True)
    sys.exit(code)


def _bug() -> NoReturn:
    traceback.print_exc()
    click.echo("This is a bug in bench; please report it with the lines above.", err=True)
    sys.exit(BUG)


def _fail(message: str) -> NoReturn:
    _echo(f"bench: {' '.join(message.splitlines())}", err=True)
    sys.exit(USER_ERROR)
