"""The way in: what can be asked for, and the schema that editors check experiment files by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.experiment.starter import Proposal


def kinds(names: Sequence[str], *, form: str, width: int | None, colour: bool) -> str:
    """Every kind with its parameters, or the groups and kinds that are named, in one of the forms: table, json."""
    from bench.experiment.catalogue import catalogue
    from bench.report.catalogue import as_json, as_terminal

    found = catalogue(names)
    if form == "json":
        return as_json(found)
    return as_terminal(found, detailed=bool(names), width=width, colour=colour)


def schema() -> bytes:
    """The JSON Schema of experiment files."""
    from bench.core.digests import readable_json
    from bench.experiment.schema import experiment_schema

    return readable_json(experiment_schema())


def write(path: Path, data: bytes, *, force: bool) -> None:
    """Put a new file in place. Raises BenchError for one that is there already, unless `force`."""
    from bench.core.errors import BenchError
    from bench.core.files import write_together
    from bench.core.targets import FileIsThereError

    try:
        write_together({path: data}, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None


def init(
    path: Path,
    out: Path | None,
    *,
    text: str | None,
    label: str | None,
    group: str | None,
    force: bool,
    multiline: bool = False,
) -> tuple[Path, Proposal]:
    """Write an experiment file for a table of the user's own; where it lies, and what was taken for what.

    out: left out, the table's name with .yaml, in the working folder.
    """
    from bench.experiment.starter import propose_experiment

    target = Path(f"{path.name.partition('.')[0]}.yaml") if out is None else out
    made = propose_experiment(path, target, text=text, label=label, group=group, multiline=multiline)
    write(target, made.text.encode(), force=force)
    return target, made


def export(config: Path, system: str, out: Path | None) -> str:
    """One system of an experiment as a plain scikit-learn script; the file that it is for, or the working folder."""
    from bench.core.errors import BenchError
    from bench.experiment.config import load_experiment
    from bench.experiment.export import export_script

    try:
        return export_script(load_experiment(config), system, Path() if out is None else out.parent)
    except BenchError as error:
        raise error if error.place is not None else BenchError(error.message, place=config) from None
