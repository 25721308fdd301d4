"""The command `bench`, which all others belong to."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bench.cli.next_steps import next_steps
from bench.core.errors import cut, printable


class _Plain(logging.Formatter):
    """Log records as one line each, control characters escaped, after the seconds since the start."""

    def format(self, record: logging.LogRecord) -> str:
        return cut(printable(f"{record.relativeCreated / 1000:7.2f} s  {record.getMessage()}"))


def _tell_all() -> None:
    """Show what bench logs, and nothing of what other packages do."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain())
    logger = logging.getLogger("bench")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


class ReaderLeft(BaseException):
    """Nobody reads standard output any more. No OSError: click ends the command with 1 where it meets that."""


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderLeft from error


_SECTIONS = {
    "Start": ("init", "list", "schema", "audit", "run"),
    "Results": ("compare", "report", "verify", "results", "export"),
    "Models": ("fit", "predict", "explain", "next"),
    "Corpus": ("add", "labels", "build"),
    "This program": ("cache", "completion"),
}
"""The commands as the help lists them."""


class _Verbs(click.Group):
    """A group whose output may be read in part, and whose help lists its commands by purpose."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each section with its commands; one that is in no section comes last."""
        named = {name for names in _SECTIONS.values() for name in names}
        rest = tuple(name for name in self.list_commands(ctx) if name not in named)
        widest = max(map(len, self.list_commands(ctx)))
        for title, names in (*_SECTIONS.items(), *([("Other", rest)] if rest else [])):
            found = [(name, command) for name in names if (command := self.get_command(ctx, name)) is not None]
            with formatter.section(title):
                formatter.write_dl(
                    [(name.ljust(widest), command.get_short_help_str(limit=200)) for name, command in found]
                )

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _told_apart():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _told_apart():
            return super().invoke(ctx)


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Verbs, context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(package_name="banmian", prog_name="bench")
@click.option("-v", "--verbose", is_flag=True, help="Tell on standard error what is read, kept and run, with times.")
@click.pass_context
def bench(context: click.Context, verbose: bool) -> None:
    """Compare classifiers of labelled Chinese texts: which is best, and whether the data can tell.

    'bench' alone says what can be done next in this folder, 'bench COMMAND --help' what a command takes.
    """
    if verbose:
        _tell_all()
    if context.invoked_subcommand is None:
        for line in next_steps(Path()):
            click.echo(cut(printable(line)))
