"""`bench audit`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from bench.cli.common import CHECK_FAILED, FILE, echo_form, screen
from bench.cli.group import bench


@bench.command(short_help="what in the data could mislead")
@click.argument("config", required=False, type=FILE)
@click.option("--config", "corpus", type=click.Choice(["paragraphs", "all"]), help="Config of the corpus.")
@click.option("--results", type=FILE, help="Where stored predictions lie; left out, results/ if it is there.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--similarity", default=0.7, show_default=True, help="Near duplicates share so much, above 0 to 1.")
@click.option("--examples", type=click.IntRange(min=1), default=10, show_default=True, help="Rows shown of a finding.")
@click.option("--fail-on", metavar="KIND,...", help="Exit 1 on a finding of such a check or severity, as in 'fault'.")
def audit(config: Path | None, corpus: str | None, form: str, fail_on: str | None, **options: Any) -> None:
    """Tell what could mislead in the corpus, or in the data that the experiment file CONFIG names.

    Duplicates, wording that gives labels away, labels predicted from group, length or position, labels to read again,
    damaged characters. Nothing is ever changed.
    """
    from bench import api

    kinds = [kind.strip() for kind in fail_on.split(",")] if fail_on is not None else []
    found = api.audit(config, corpus=corpus, fail_on=kinds, **options)
    echo_form(found.render(form, **screen()), form)
    if found.failing(kinds):
        sys.exit(CHECK_FAILED)
