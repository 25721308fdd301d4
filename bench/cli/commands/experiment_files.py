"""`bench init`, `list`, `schema`, `export` and `completion`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import click

from bench.cli.common import DELIMITER, FILE, SHEET, echo, echo_form, screen
from bench.cli.completion import kinds, systems_of_configs
from bench.cli.group import bench


@bench.command("list", short_help="what an experiment file can hold")
@click.argument("names", metavar="[KIND]...", nargs=-1, shell_complete=kinds)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_(names: tuple[str, ...], form: str) -> None:
    """List what an experiment file can hold, with parameters, defaults and meaning; plug-ins, too.

    KIND is one (linear-svm), or a group: data, features, embedders, classifiers, protocols, metrics, checks.
    """
    from bench import api

    echo_form(api.kinds(*names).render(form, **screen()), form)


@bench.command(short_help="the JSON Schema of experiment files, for editors")
@click.option("--out", type=FILE, help="Write it there; left out, print it.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def schema(out: Path | None, force: bool) -> None:
    """Print the JSON Schema of experiment files, by which editors complete and check them.

    An editor finds it by a first line such as: # yaml-language-server: $schema=../docs/experiment.schema.json
    """
    from bench import api

    data = api.schema()
    if out is None:
        echo_form(data.decode(), "json")
        return
    api.write(out, data, force=force)
    echo(f"{out}: written")


@bench.command(short_help="look at a table of yours, write an experiment file for it")
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, metavar="CONFIG", help="The experiment file; left out, FILE's name with .yaml, here.")
@click.option("--text", metavar="COLUMN", help="Holds the texts; left out, guessed.")
@click.option("--label", metavar="COLUMN", help="Holds the labels; left out, guessed.")
@click.option("--group", metavar="COLUMN", help="Holds what rows have in common, as their article; left out, guessed.")
@click.option("--no-group", is_flag=True, help="Take no column for a group.")
@DELIMITER
@SHEET
@click.option("--multiline", is_flag=True, help="Quoted fields of a CSV file that span lines are meant.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(
    file: Path,
    out: Path | None,
    text: str | None,
    label: str | None,
    group: str | None,
    no_group: bool,
    **options: Any,
) -> None:
    """Write a commented experiment file for FILE, a table of your own, after a look at its columns.

    FILE is CSV, TSV, JSON (array or lines), Parquet or Excel, or a folder that save_to_disk wrote.
    """
    from bench import api

    if no_group and group is not None:
        raise click.UsageError("--group names a column, and --no-group wants none; leave one out")
    target, made = api.init(file, out, text=text, label=label, group=group, grouped=not no_group, **options)
    for line in made.said:
        echo(line)
    for line in made.warnings:
        echo(f"warning: {line}", err=True)
    echo(f"{target}: written; next: bench run {shlex.quote(str(target))}")


@bench.command(short_help="completion of commands in your shell")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script by which SHELL completes commands, options, files, systems, metrics, kinds and pages.

    bash: eval "$(bench completion bash)" in ~/.bashrc; zsh: the same with zsh in ~/.zshrc; fish: bench completion
    fish > ~/.config/fish/completions/bench.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(bench, {}, "bench", "_BENCH_COMPLETE").source())


@bench.command(short_help="a system as a plain scikit-learn script")
@click.argument("config", type=FILE)
@click.option(
    "--system", required=True, metavar="NAME", shell_complete=systems_of_configs, help="Which of its systems."
)
@click.option("--out", type=FILE, help="Write it there; left out, print it (for the working folder).")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export(config: Path, system: str, out: Path | None, force: bool) -> None:
    """Write one system of an experiment as a plain scikit-learn script, without bench, that predicts the same.

    The script names the packages that it needs, so that 'uv run' gets them by itself.
    """
    from bench import api

    text = api.export(config, system, out, force=force)
    if out is None:
        echo_form(text, "python")
        return
    name = shlex.quote(str(out))
    echo(f"{out}: written; uv run {name}, or python {name}, prints its scores and writes predictions.csv")
