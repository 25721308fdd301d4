"""The command that all verbs belong to."""

from __future__ import annotations

import click

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
