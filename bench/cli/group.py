"""The command that all verbs belong to."""

from __future__ import annotations

from pathlib import Path

import click

from bench.cli.next_steps import next_steps
from bench.core.errors import printable

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(package_name="banmian", prog_name="bench")
@click.pass_context
def bench(context: click.Context) -> None:
    """Chinese newspaper pages as a labelled topic dataset, and an honest comparison of text classifiers on it.

    bench alone tells what can be done next in this folder.
    """
    if context.invoked_subcommand is None:
        for line in next_steps(Path()):
            click.echo(printable(line))
