"""The script: data, features, classifier, splits and tuning put together."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.core.digests import digest
from bench.core.errors import BenchError, suggest
from bench.core.records import LabelledTexts
from bench.core.spreadsheets import FORMULA
from bench.corpus.configs import GROUPS
from bench.data.sources.base import SourceSettings
from bench.data.sources.corpus import CorpusSource, parquet_of, shipped_corpus
from bench.data.sources.files import FilesSource
from bench.experiment.config import Experiment, System
from bench.experiment.export.code import Code
from bench.experiment.export.features import features_code
from bench.experiment.export.splits import splits_code
from bench.experiment.protocols.base import Targets


def export_script(experiment: Experiment, name: str, folder: Path) -> str:
    """A system of an experiment as Python source that needs scikit-learn, and no bench; it reads the data's own files.

    folder: where the script will lie; it finds the files from there.
    Raises BenchError for an unknown system, for data that cannot be read, and for kinds of data, features, classifiers
    and protocols that no plain script can hold.
    """
    names = [system.name for system in experiment.systems]
    if name not in names:
        raise BenchError(f"no system is called {name!r}{suggest(name, names)}")
    system = experiment.systems[names.index(name)]
    code = Code()
    code.need(
        "from sklearn.metrics import accuracy_score, f1_score", "from sklearn.model_selection import GridSearchCV"
    )
    code.need("from sklearn.pipeline import Pipeline", "from threadpoolctl import threadpool_limits")
    source = _source(experiment.data, folder)
    data = experiment.data.load()
    targets = Targets.of(data)
    splits = splits_code(experiment.protocol, targets, code)
    experiment.protocol.check(targets, tuned=system.combinations > 1 or system.calibration is not None)
    fields = {
        **source,
        "title": f"The system {name!r} of the experiment {experiment.name!r} in plain scikit-learn.",
        "versions": ", ".join(f"{each} {version(each)}" for each in ("scikit-learn", "numpy", "jieba")),
        "classes": list(data.classes),
        "data_digest": _digest(data),
        "grouped": data.groups is not None,
        "formula": repr(FORMULA.pattern),
        "random_state": experiment.protocol.random_state,
        "features": features_code(system.features, code, folder),
        "classifier": _classifier(system, experiment.protocol.random_state, code),
        "grid": {f"classifier__{key}": list(values) for key, values in _tuned(system).items()},
        "calibration": system.calibration,
        "fixed": experiment.protocol.kind == "fixed",
    }
    if system.calibration is not None:
        code.need("from sklearn.calibration import CalibratedClassifierCV")
    tuned = bool(_tuned(system)) or system.calibration is not None
    definitions = [*code.definitions, f"TUNED = {tuned}"]
    text = _template().render(**fields, splits=splits, imports=sorted(code.imports), definitions=definitions)
    return str(text)


def _tuned(system: System) -> dict[str, tuple[Any, ...]]:
    """Every listed field, where there is something to choose."""
    return system.classifier.grid() if system.combinations > 1 else {}


def _classifier(system: System, random_state: int, code: Code) -> str:
    first = {key: values[0] for key, values in system.classifier.grid().items()}
    return code.estimator(system.classifier.build(random_state=random_state, **first))


def _digest(data: LabelledTexts) -> str:
    return digest(digest(column) for column in (data.row_ids, data.texts, data.labels, data.groups or ()))


def _source(source: SourceSettings, folder: Path) -> dict[str, Any]:
    """How the script reads the data. Raises BenchError for a kind of data that it cannot read."""
    roles: tuple[str, str, str | None, str | None]
    if isinstance(source, CorpusSource):
        root = shipped_corpus() if source.path is None else source.path.path
        files, roles = [parquet_of(root, source.config)], ("text", "label", GROUPS[source.config], "id")
        options: dict[str, Any] = {"label_names": None, "drop_empty": False, "columns": None, "delimiter": None}
    elif isinstance(source, FilesSource):
        given = [*source.train, *(source.validation or ()), *(() if source.test is None else (source.test,))]
        files, roles = [each.path for each in given], (source.text, source.label, source.group, source.id)
        for file in files:
            if file.is_dir():
                raise BenchError("a saved data set cannot be read by a plain script; save it as Parquet", place=file)
        options = {key: getattr(source, key) for key in ("label_names", "drop_empty", "columns", "delimiter")}
    else:
        raise BenchError(f"data of the kind {source.kind!r} cannot be exported; save its rows to a file")
    # From the folder that links lead to, as the script resolves its own place.
    written = [Path(os.path.relpath(os.path.realpath(file), os.path.realpath(folder))).as_posix() for file in files]
    return {"files": written, "roles": roles, **{key: _plain(value) for key, value in options.items()}}


def _plain(value: object) -> object:
    """As Python writes it."""
    return value if isinstance(value, bool) else repr(list(value) if isinstance(value, tuple) else value)


def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bench.experiment")
    return Environment(loader=loader, undefined=StrictUndefined, keep_trailing_newline=True).get_template(  # noqa: S701  Python
        "script.py.jinja"
    )
