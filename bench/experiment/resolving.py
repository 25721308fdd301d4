"""Resolves an experiment from a file, a mapping or settings, with one and the same set of checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bench.core.errors import BenchError, quoted, suggest
from bench.core.labelled_texts import LabelledTexts
from bench.core.settings import Settings
from bench.core.validation import check
from bench.core.yaml_files import Document, plain_document
from bench.data.memory import KIND, make_source
from bench.data.sources.base import AnySource, SourceSettings
from bench.experiment.config import Experiment, System, check_system, check_systems, load_document, read_experiment
from bench.experiment.shared_settings import with_names
from bench.tables import is_table

ExperimentLike: TypeAlias = "str | Path | Mapping[str, Any] | Experiment"
"""What can be given as an experiment: the path of its file, the same as a mapping, or typed settings."""

_PARAMETERS = (
    *("kind", "train", "validation", "test", "text", "label", "group", "id", "label_names", "drop_empty"),
    "unlabelled",
)
"""Keys of data in memory."""


@dataclass(frozen=True, slots=True)
class ResolvedExperiment:
    """An experiment that was checked. place: how messages name it; folder: where its paths start; file: its own."""

    experiment: Experiment
    place: str
    folder: Path
    file: Path | None = None

    def named(self, data: LabelledTexts) -> Experiment:
        """The experiment, its systems with the names of the data's classes. Raises BenchError as `with_names` does."""
        try:
            return with_names(self.experiment, data, self.file)
        except BenchError as error:
            raise error if error.place is not None else BenchError(error.message, place=self.place) from None


def resolve_experiment(experiment: ExperimentLike, *, folder: Path | None = None) -> ResolvedExperiment:
    """Read and check an experiment. folder: where paths start; left out, the file's own folder, or the working folder.

    Raises BenchError for the first fault: YAML, keys, values, names, pairs that cannot work. It has the line of a
    file, and of a mapping the path of keys, as `systems.0.classifier.kind`.
    """
    if isinstance(experiment, (str, Path)):
        path = Path(experiment)
        where = path.parent if folder is None else folder
        return ResolvedExperiment(read_experiment(load_document(path), where), str(path), where, path)
    where = Path() if folder is None else folder
    if isinstance(experiment, Experiment):
        check_systems(experiment, Document(None, None, {}))
        return ResolvedExperiment(experiment, experiment.name, where)
    if not isinstance(experiment, Mapping):
        raise BenchError(f"an experiment is a mapping, the path of a file or an Experiment, got {quoted(experiment)}")
    found = read_experiment(plain_document(_with_data(experiment)), where)
    return ResolvedExperiment(found, found.name, where)


def resolve_system(system: Mapping[str, Any] | System, *, folder: Path) -> System:
    """One system alone, checked; it may go without a name. folder: where paths start.

    Raises BenchError, with the path of keys, for settings that cannot be.
    """
    if not isinstance(system, System):
        if not isinstance(system, Mapping):
            raise BenchError(f"a system is a mapping of features and classifier, got {quoted(system)}")
        system = check(System, plain_document({"name": "system", **system}), context={"folder": folder})
    check_system(system)
    return system


def _with_data(experiment: Mapping[str, Any]) -> Mapping[str, Any]:
    """An experiment whose data, where it lies in memory, is read."""
    if "data" not in experiment:
        return experiment
    return {**experiment, "data": resolve_data(experiment["data"])}


def resolve_data(data: Any) -> Any:
    """Rows that Python holds as a source; what names a kind of data stays as it is.

    Rows are a table with the columns `text` and `label`, rows one after the other, `(texts, labels)`, or a mapping of
    `train` and the parameters of `bench.dataset`, as in `{"train": frame, "text": "sentence", "label": "topic"}`.
    """
    if isinstance(data, tuple) and len(data) == 2 and not any(map(is_table, data)):
        return make_source(*data)
    if is_table(data) or isinstance(data, (list, tuple)) or _holds_columns(data):
        return make_source(data)
    if not isinstance(data, Mapping) or data.get("kind", KIND) != KIND:
        return data
    if data.get("kind") == KIND or ("train" in data and not _is_name(data["train"])):
        unknown = next((key for key in data if key not in _PARAMETERS), None)
        if unknown is not None:
            raise BenchError(f"data: unknown key {quoted(unknown)}{suggest(unknown, _PARAMETERS)}")
        if "train" not in data:
            raise BenchError("data: the key 'train' is missing")
        return make_source(**{key: value for key, value in data.items() if key != "kind"})
    return data


def resolve_source(data: Any) -> SourceSettings:
    """The source of whatever is given as data: a source, rows that Python holds, or the settings of a kind of data.

    Raises BenchError as an experiment with this data would.
    """
    found = resolve_data(data)
    if isinstance(found, SourceSettings):
        return found
    return check(_Data, plain_document({"data": found}), context={"folder": Path()}).data


class _Data(Settings):
    """Data alone."""

    data: AnySource


def _holds_columns(data: Any) -> bool:
    """Whether it is a mapping of splits to tables, or of columns to their cells."""
    if not isinstance(data, Mapping) or not data:
        return False
    if all(map(is_table, data.values())):
        return True
    alone = (str, bytes, int, float, Path, Mapping, type(None))
    return not {"kind", "train"} & set(data) and not any(isinstance(value, alone) for value in data.values())


def _is_name(train: Any) -> bool:
    """Whether it can only be the name of a file, or names of files."""
    names = [train] if isinstance(train, (str, Path)) else train
    return isinstance(names, Sequence) and all(isinstance(name, (str, Path)) for name in names)
