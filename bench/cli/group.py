"""The command that all verbs belong to."""

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
    """One line a record that moves no terminal, after the seconds since the start."""

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


class _Verbs(click.Group):
    """A group whose output may be read in part."""

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
    """Chinese newspaper pages as a labelled topic dataset, and an honest comparison of text classifiers on it.

    bench alone tells what can be done next in this folder.
    """
    if verbose:
        _tell_all()
    if context.invoked_subcommand is None:
        for line in next_steps(Path()):
            click.echo(cut(printable(line)))
