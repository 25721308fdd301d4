"""Experiment files: proposed for a table, exported as a script, checked by a schema; and the kinds that they name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.experiment.catalogue import Kind
    from bench.experiment.resolving import ExperimentLike
    from bench.experiment.starter import Proposal


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds that an experiment can name, with their parameters. A notebook shows them.

    found: each of them; detailed: whether a parameter gets a line of its own.
    """

    found: tuple[Kind, ...]
    detailed: bool

    def to_frame(self) -> Any:
        """One row for each kind, as a pandas frame: `group`, `kind`, `meaning`, `parameters`, `install` (or None)."""
        from bench.report.frames import Frame

        return Frame(
            {
                "group": [kind.group for kind in self.found],
                "kind": [kind.name for kind in self.found],
                "meaning": [kind.meaning for kind in self.found],
                "parameters": [[each.name for each in kind.parameters] for kind in self.found],
                "install": [kind.install for kind in self.found],
            }
        ).to_frame()

    def render(self, form: str = "table", *, width: int | None = None, colour: bool = False) -> str:
        """As `table` (for a terminal of `width` columns) or `json`."""
        from bench.report.catalogue import as_json, as_terminal

        if form == "json":
            return as_json(self.found)
        return as_terminal(self.found, detailed=self.detailed, width=width, colour=colour)

    def __str__(self) -> str:
        return self.render(width=120)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from bench.report.catalogue import as_html

        return as_html(self.found, detailed=self.detailed)


def kinds(*names: str) -> Kinds:
    """Every kind of data, features, classifier, protocol, metric and check, or the groups and kinds that are named.

    names: as `classifiers`, `linear-svm`; every parameter of these is listed, with its values and default.
    Raises BenchError for a name that is neither a group nor a kind.
    """
    from bench.experiment.catalogue import catalogue

    return Kinds(tuple(catalogue(names)), bool(names))


def schema() -> bytes:
    """The JSON Schema of experiment files."""
    from bench.core.digests import readable_json
    from bench.experiment.json_schema import experiment_schema

    return readable_json(experiment_schema())


def write(path: Path, data: bytes, *, force: bool) -> None:
    """Put a new file in place. Raises BenchError for one that is there already, unless `force`."""
    from bench.core.errors import BenchError
    from bench.core.files import write_together
    from bench.core.outputs import FileIsThereError

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
    grouped: bool = True,
    delimiter: str | None = None,
    multiline: bool = False,
    sheet: str | None = None,
) -> tuple[Path, Proposal]:
    """Write an experiment file for a table of the user's own; return its path and what each column was taken for.

    out: left out, the table's name with .yaml, in the working folder.
    """
    from bench.experiment.starter import propose_experiment

    target = Path(f"{path.name.partition('.')[0]}.yaml") if out is None else out
    made = propose_experiment(
        path,
        target,
        text=text,
        label=label,
        group=group,
        grouped=grouped,
        delimiter=delimiter,
        multiline=multiline,
        sheet=sheet,
    )
    write(target, made.text.encode(), force=force)
    return target, made


def export(experiment: ExperimentLike, system: str, out: str | Path | None = None, *, force: bool = False) -> str:
    """One system of an experiment as a plain scikit-learn script, without bench, that predicts the same.

    experiment: as for `run`. system: its name. out: a file to write it to, from which it finds the data's files; left
    out, it is for the working folder. force: replace a file that is there.
    Raises BenchError for what no plain script can hold, and for a file that is there.
    """
    from bench.core.errors import BenchError
    from bench.experiment.export import export_script
    from bench.experiment.resolving import resolve_experiment

    resolved = resolve_experiment(experiment)
    target = None if out is None else Path(out)
    try:
        text = export_script(resolved.experiment, system, Path() if target is None else target.parent)
    except BenchError as error:
        raise error if error.place is not None else BenchError(error.message, place=resolved.place) from None
    if target is not None:
        write(target, text.encode(), force=force)
    return text
