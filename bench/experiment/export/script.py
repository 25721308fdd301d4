"""Assembles the exported script: data, features, classifier, splits and tuning."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.core.digests import digest
from bench.core.errors import BenchError, suggest
from bench.core.labelled_texts import LabelledTexts
from bench.core.spreadsheets import FORMULA
from bench.core.text_files import read_bytes
from bench.corpus.configs import GROUPS
from bench.data.memory import MemorySource
from bench.data.sources.base import SourceSettings
from bench.data.sources.corpus import CorpusSource, parquet_of
from bench.data.sources.files import FilesSource
from bench.experiment.config import Experiment, System
from bench.experiment.export.code import Code
from bench.experiment.export.features import features_code, part_weights
from bench.experiment.export.model import named_model
from bench.experiment.export.paths import is_installed, relative
from bench.experiment.export.splits import splits_code
from bench.experiment.shared_settings import with_names
from bench.experiment.splits import Targets
from bench.experiment.tuning import USUAL, scorer_code
from bench.systems.classifiers.base import NAMES_WEIGHT
from bench.systems.classifiers.ensemble import EnsembleSettings
from bench.systems.union import WEIGHTS

_MOST_CARRIED = 5_000_000
"""The most characters of text that a script carries."""


def export_script(experiment: Experiment, name: str, folder: Path) -> str:
    """A system of an experiment as Python source that needs scikit-learn, and no bench.

    Its head names the packages that it needs, in the installed versions (PEP 723), so that `uv run` installs them. It
    reads the data's own files and demands the same rows; rows that an installed package holds it carries.
    folder: where the script will lie; it finds the files from there.
    Raises BenchError for an unknown system, for data that cannot be read, and for kinds of data, features, classifiers
    and protocols that no plain script can hold.
    """
    names = [system.name for system in experiment.systems]
    if name not in names:
        raise BenchError(f"no system is called {name!r}{suggest(name, names)}")
    _demand_plain(experiment.systems[names.index(name)])
    code = Code()
    code.need("import numpy as np")
    code.need(
        "from sklearn.metrics import accuracy_score, f1_score", "from sklearn.model_selection import GridSearchCV"
    )
    code.need("from sklearn.pipeline import Pipeline", "from threadpoolctl import threadpool_limits")
    read = _source(experiment.data, folder)
    data = experiment.data.load()
    system = with_names(experiment, data).systems[names.index(name)]
    if system.calibration is not None and system.classifier.learns_names:
        raise BenchError("a script of a calibrated system takes no names of classes; set classifier.names_weight to 0")
    source = _carried(data) if read is None else read
    if data.chosen_by is not None:
        raise BenchError("a plain script tests every row; leave data.chosen_by out")
    scoring, needed = scorer_code(system.tune_by or USUAL)
    code.need(*needed)
    targets = Targets.of(data)
    splits = splits_code(experiment.protocol, targets, code)
    experiment.protocol.check(targets, tuned=system.combinations > 1 or system.calibrates)
    fields = {
        **source,
        "title": f"The system {name!r} of the experiment {experiment.name!r} in plain scikit-learn.",
        "classes": list(data.classes),
        "data_digest": _digest(data),
        "grouped": data.groups is not None,
        "formula": repr(FORMULA.pattern),
        "random_state": experiment.protocol.random_state,
        "features": features_code(system.features, code, folder),
        "classifier": _classifier(system, experiment.protocol.random_state, code),
        "model": named_model(system, data.classes, code),
        "scoring": scoring,
        "grid": {_parameter(key): _listed(key, values) for key, values in _tuned(system).items()},
        "calibration": system.calibration,
        "validated": targets.parts is not None and bool(targets.parts.validation),
    }
    if system.calibration is not None:
        code.need("from sklearn.calibration import CalibratedClassifierCV")
    if source["parquet"]:
        code.need("import pyarrow.parquet")
    tuned = bool(_tuned(system)) or system.calibration is not None
    definitions = [*code.definitions, f"TUNED = {tuned}"]
    # Solvers' last digits depend on scipy, which scikit-learn imports.
    imports, required = sorted(code.imports), code.requirements("scipy")
    fields["reads_files"] = source["rows"] is None or any("model_folder(" in each for each in code.definitions)
    text = _template().render(**fields, splits=splits, imports=imports, required=required, definitions=definitions)
    # Parts that the data lack leave blank lines; no row's text has a line end there, because `repr` escapes it.
    return re.sub(r"\n{4,}", "\n\n\n", str(text))


def _demand_plain(system: System) -> None:
    """Raises BenchError for a system that no plain script can hold."""
    name = system.name
    if isinstance(system.classifier, EnsembleSettings):
        raise BenchError(f"system {name!r} is an ensemble, which no plain script holds; export its members one by one")
    if system.unlabelled is not None:
        text = f"system {name!r} learns from unlabelled texts, which no plain script holds"
        raise BenchError(f"{text}; export it without 'unlabelled'")
    if system.classifier.servers:
        raise BenchError(f"system {name!r} asks a chat model, which no script of plain scikit-learn does")


def _parameter(key: str) -> str:
    """The name of a field in the whole model, for `GridSearchCV`."""
    if key == WEIGHTS:
        return "features__transformer_weights"
    return key if key == NAMES_WEIGHT else f"classifier__{key}"


def _listed(key: str, values: Sequence[Any]) -> list[Any]:
    """The values of a listed field, as the plain model takes them."""
    return [part_weights(each) for each in values] if key == WEIGHTS else list(values)


def _tuned(system: System) -> dict[str, tuple[Any, ...]]:
    """Every field with more than one listed value."""
    return system.grid() if system.combinations > 1 else {}


def _classifier(system: System, random_state: int, code: Code) -> str:
    first = {key: values[0] for key, values in system.classifier.grid().items()}
    return code.estimator(system.classifier.build_of(first, random_state=random_state))


def _digest(data: LabelledTexts) -> str:
    return digest(digest(column) for column in (data.row_ids, data.texts, data.labels, data.groups or ()))


def _source(source: SourceSettings, folder: Path) -> dict[str, Any] | None:
    """How the script reads the data; None where no file of the user's holds them, so that it must carry them.

    Raises BenchError for a kind of data that it cannot read.
    """
    if isinstance(source, MemorySource):
        return None
    if isinstance(source, CorpusSource):
        if source.path is None:
            return None
        files, roles = [parquet_of(source.path.path, source.config)], ("text", "label", GROUPS[source.config], "id")
        options: dict[str, Any] = {"label_names": None, "drop_empty": False, "columns": None, "delimiter": None}
        return _read(files, roles, options, folder)
    if not isinstance(source, FilesSource):
        raise BenchError(f"data of the kind {source.kind!r} cannot be exported; save its rows to a file")
    given = [*source.train, *(source.validation or ()), *(() if source.test is None else (source.test,))]
    files = [each.path for each in given]
    for file in files:
        if file.is_dir():
            raise BenchError("a saved data set cannot be read by a plain script; save it as Parquet", place=file)
    if any(map(is_installed, files)):
        return None
    options = {key: getattr(source, key) for key in ("label_names", "drop_empty", "columns", "delimiter")}
    return _read(files, (source.text, source.label, source.group, source.id), options, folder)


def _carried(data: LabelledTexts) -> dict[str, Any]:
    size = sum(map(len, data.texts))
    if size > _MOST_CARRIED:
        text = f"the data lie in no file of yours and hold {size:,} characters, where a script carries at most"
        raise BenchError(f"{text} {_MOST_CARRIED:,}; save them to a file, and name it in the experiment")
    groups = data.groups or (None,) * len(data)
    return {"rows": list(zip(data.row_ids, data.texts, data.labels, groups, strict=True)), "parquet": False}


def _read(
    files: Sequence[Path], roles: Sequence[str | None], options: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    named = {relative(file, folder): hashlib.sha256(read_bytes(file)).hexdigest() for file in files}
    parquet = any(file.suffix.lower() == ".parquet" for file in files)
    plain = {key: _plain(value) for key, value in options.items()}
    return {"rows": None, "files": named, "roles": tuple(roles), "parquet": parquet, **plain}


def _plain(value: object) -> object:
    """The value as Python source."""
    return value if isinstance(value, bool) else repr(list(value) if isinstance(value, tuple) else value)


def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bench.experiment")
    return Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True).get_template(  # noqa: S701  Python
        "script.py.jinja"
    )
