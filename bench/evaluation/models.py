"""A fitted system: fitted on all rows, saved without pickle, read again only where it would predict the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError
from scipy.sparse import issparse
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from bench.core.digests import canonical_json, digest, readable_json
from bench.core.documents import first_fault, read_bytes
from bench.core.errors import BenchError, shown, suggest
from bench.core.files import leaving_nothing, write_together
from bench.core.records import LabelledTexts
from bench.core.settings import Settings
from bench.evaluation.engine import tuned_values
from bench.evaluation.results import DataFacts, Question, packages
from bench.evaluation.state import Arrays, DamagedStateError, dump, load
from bench.experiment.config import System
from bench.experiment.protocols.base import Protocol, Split, Targets
from bench.systems.classifiers.base import ScoreKind
from bench.systems.features.embedding import Embedding
from bench.systems.features.lsa import LSA
from bench.systems.features.tfidf import Tfidf
from bench.systems.pipeline import build_features, calibrated, row_scores
from bench.systems.segment import dictionary_digest
from bench.systems.union import Union

SCHEMA = 1
MODEL, ARRAYS, CARD = "model.json", "arrays.safetensors", "README.md"
REMEDY = "fit it again: bench fit CONFIG --system NAME --out MODEL --force"

_PROBE = ["深化改革"]
_COMPARED = 100


class ModelRecord(Settings):
    """`model.json`: what was fitted on what, and the fitted values, their arrays aside."""

    schema_version: Literal[1] = Field(alias="schema")
    experiment: str
    system: str
    config: dict[str, Any]
    """The system's settings, every value that was in force."""

    data: dict[str, Any]
    """The data's settings, and under `facts` what they gave."""

    protocol: dict[str, Any]
    """The protocol in whose inner folds listed values were tuned."""

    chosen: dict[str, Any]
    """Of each field with listed values, the one that won."""

    classes: list[str]
    score_kind: ScoreKind
    warnings: dict[str, int]
    """Category of a warning raised while fitting, to how often."""

    environment: dict[str, str] = Field(default_factory=dict)
    """Versions of what computes the predictions."""

    state: dict[str, Any] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    """Name of a file beside this one to its SHA-256."""

    model_sha256: str = ""

    @property
    def facts(self) -> DataFacts:
        """What the data was."""
        return DataFacts.model_validate(self.data["facts"])


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a model says of some texts.

    guess: (texts,) indices into the classes; scores: (texts, classes), None where the system gives none.
    unknown: (texts,) True for a text that holds nothing the model learnt from, so that it was guessed blindly.
    """

    guess: NDArray[np.int64]
    scores: NDArray[np.float64] | None
    unknown: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted system. pipeline: steps `features` and `classifier`, its classes the indices of the record's."""

    record: ModelRecord
    pipeline: Pipeline

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that it can give, sorted."""
        return tuple(self.record.classes)

    @property
    def is_slow(self) -> bool:
        """Whether a neural model reads the texts, which takes a tenth of a second each."""
        return _embeds(self.pipeline.named_steps["features"])

    def predict(self, texts: Sequence[str]) -> Predicted:
        """Labels and scores of one or more texts, in order."""
        with threadpool_limits(1):
            matrix = self.pipeline.named_steps["features"].transform(list(texts))
            classes, kind = np.arange(len(self.classes)), self.record.score_kind
            guess, scores = row_scores(self.pipeline.named_steps["classifier"], matrix, classes, kind)
        empty = np.diff(matrix.indptr) == 0 if issparse(matrix) else np.zeros(len(texts), dtype=bool)
        return Predicted(np.asarray(guess, dtype=np.int64), scores, empty)


def fit(question: Question, data: LabelledTexts, system: System) -> Model:
    """A system fitted on all rows of the data, listed values tuned on them as the protocol tunes in a fold.

    Where the data sets parts apart, values are tuned on its first training and validation part; then all rows train.
    Raises BenchError for a single class, for data that the protocol cannot tune on, and where fitting fails.
    """
    if len(data.classes) < 2:
        raise BenchError(f"all {len(data)} rows have the label {data.classes[0]!r}; a classifier needs two or more")
    targets = Targets.of(data)
    protocol = _GivenParts(question.protocol, targets) if data.parts is not None else question.protocol
    with threadpool_limits(1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            values = tuned_values(data, cast("Protocol", protocol), system)
            pipeline = _fitted(data, targets, cast("Protocol", protocol), system, values)
        except BenchError:
            raise
        except Exception as failure:  # noqa: BLE001  as in a run, a system's failure is told in one line
            told = f"{type(failure).__name__}: {' '.join(str(failure).split())}"
            raise BenchError(f"system {system.name!r} cannot be fitted: {told}") from None
    seen = Counter(warning.category.__name__ for warning in caught)
    described = question.of_system(system)
    record = ModelRecord.model_validate(
        {
            "schema": SCHEMA,
            "experiment": question.experiment,
            "system": system.name,
            "config": described["config"],
            "data": described["data"],
            "protocol": described["protocol"],
            "chosen": {name: values[name] for name, listed in system.classifier.grid().items() if len(listed) > 1},
            "classes": list(data.classes),
            "score_kind": system.score_kind,
            "warnings": dict(sorted(seen.items())),
        }
    )
    return Model(record, pipeline)


@dataclass(frozen=True, slots=True)
class _GivenParts:
    """A protocol whose rows to tune on are those that the data sets apart, whichever rows train in the end."""

    protocol: Protocol
    targets: Targets

    @property
    def random_state(self) -> int:
        return self.protocol.random_state

    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        del split
        return self.protocol.inner(targets, repeat, self.protocol.outer(targets, repeat)[0])


def _fitted(
    data: LabelledTexts, targets: Targets, protocol: Protocol, system: System, values: Mapping[str, Any]
) -> Pipeline:
    state = protocol.random_state
    features = build_features(system.features, system.classifier, random_state=state)
    rows = features.read(data.texts)
    matrix = features.fit_rows(rows).transform_rows(rows)
    classifier = system.classifier.build(random_state=state, **values)
    if system.calibration is not None:
        every = np.arange(len(data))
        inner = protocol.inner(targets, 0, Split(every, every[:0]))
        classifier = calibrated(classifier, system.calibration, [(split.train, split.test) for split in inner])
    classifier.fit(matrix, targets.labels)
    if system.calibration is not None:
        classifier.set_params(cv=None)  # which rows were in which fold is no part of a model
    return Pipeline([("features", features), ("classifier", classifier)])


def save(
    model: Model, system: System, folder: Path, card: str, *, texts: Sequence[str] = _PROBE, over: bool = False
) -> ModelRecord:
    """Write a model's folder, all of its files or none; what was written.

    system: the model's own. card: the model card. texts: of the first hundred of them what is saved must predict what
    the model does, to the last bit. over: whether a model that is there may be replaced.
    Raises FileIsThereError for a file that is there, BenchError for a system that holds what no file may.
    """
    with leaving_nothing(folder / MODEL):
        folder.mkdir(parents=True, exist_ok=True)  # paths that are seen from it lead somewhere only where it is
        state, arrays = dump(dict(model.pipeline.steps), _built(system, model.record), folder)
        array_bytes = _array_bytes(arrays)
        again = _decoded(state, array_bytes, folder, model.record)
        _demand_same(model, Model(model.record, again), texts[:_COMPARED])
        fields = {
            **model.record.model_dump(mode="json", by_alias=True, exclude={"model_sha256"}),
            "environment": _environment(again.named_steps["features"]),
            "state": state,
            "files": {ARRAYS: hashlib.sha256(array_bytes).hexdigest()},
        }
        fields["model_sha256"] = _digest(fields)
        files = {folder / ARRAYS: array_bytes, folder / CARD: card.encode(), folder / MODEL: readable_json(fields)}
        write_together(files, over=over)
    return ModelRecord.model_validate(fields)


def _demand_same(model: Model, again: Model, texts: Sequence[str]) -> None:
    """Raises BenchError where a model does not predict after loading what it did before."""
    before = model.predict(texts)
    try:
        after = again.predict(texts)
    except BenchError:
        raise
    except Exception as error:  # noqa: BLE001  a plug-in's class that lacks a value may raise anything
        text = f"cannot be saved: after loading it cannot predict ({type(error).__name__})"
        raise BenchError(text) from None
    scores = [b"" if each.scores is None else each.scores.tobytes() for each in (before, after)]
    same = before.guess.tobytes() == after.guess.tobytes() and scores[0] == scores[1]
    if not same:
        raise BenchError("cannot be saved: it predicts otherwise after loading")


def read(folder: Path) -> Model:
    """A saved model, checked: bytes, versions, and that it predicts. Nothing in it is run as code.

    Raises BenchError, in one line with what to do, for a folder that is no model, one of another schema, one that other
    versions wrote, and one that is damaged or was changed.
    """
    record = _record(folder)
    array_bytes = _read(folder / ARRAYS)
    if list(record.files) != [ARRAYS] or hashlib.sha256(array_bytes).hexdigest() != record.files[ARRAYS]:
        raise BenchError(f"is not what {MODEL} beside it recorded; {REMEDY}", place=folder / ARRAYS)
    _demand_versions(folder, record.environment, packages())
    try:
        pipeline = _decoded(record.state, array_bytes, folder, record)
        _demand_versions(folder, record.environment, _environment(pipeline.named_steps["features"]))
        model = Model(record, pipeline)
        _demand_sense(model)
    except DamagedStateError as error:
        raise BenchError(f"is damaged: {error}; {REMEDY}", place=folder / MODEL) from None
    except BenchError as error:
        raise error if error.place is not None else BenchError(error.message, place=folder / MODEL) from None
    return model


def _record(folder: Path) -> ModelRecord:
    path = folder / MODEL
    if not folder.is_dir():
        near = "" if folder.exists() else suggest(folder.name, _models_beside(folder))
        text = "is no model, which is a folder" if folder.exists() else f"no such model{near}"
        raise BenchError(f"{text}; 'bench fit CONFIG --system NAME --out MODEL' makes one", place=folder)
    if not path.is_file():
        raise BenchError(f"holds no {MODEL}; 'bench fit CONFIG --system NAME --out MODEL' makes one", place=folder)
    try:
        value = json.loads(_read(path))
    except (ValueError, RecursionError):
        raise BenchError(f"is damaged: no JSON; {REMEDY}", place=path) from None
    found = value.get("schema") if isinstance(value, dict) else None
    if found != SCHEMA or isinstance(found, bool):
        raise BenchError(f"has schema {shown(found)}, this bench reads {SCHEMA}; {REMEDY}", place=path)
    try:
        record = ModelRecord.model_validate(value)
        recorded = record.model_sha256 == _digest(value)
        _ = record.facts
    except ValidationError as error:
        location, message = first_fault(error, value)
        raise BenchError(f"{'.'.join(map(str, location))}: {message}; {REMEDY}", place=path) from None
    except (ValueError, KeyError, RecursionError):  # NaN, half a surrogate pair, no facts
        raise BenchError(f"is damaged; {REMEDY}", place=path) from None
    if not recorded:
        raise BenchError(f"was changed after it was written: model_sha256 does not fit; {REMEDY}", place=path)
    return record


def _models_beside(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return sorted(found.parent.name for found in folder.parent.glob(f"*/{MODEL}"))
    return []


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except BenchError as error:
        raise BenchError(f"{error.message}; {REMEDY}", place=path) from None


def _demand_versions(folder: Path, recorded: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Raises BenchError where something that predictions hang on is another here than it was."""
    for name, version in here.items():
        if recorded.get(name) != version:
            then, now = (shown_version(each) for each in (recorded.get(name, "nothing"), version))
            text = f"was fitted with {name} {then}, here is {now}, so that it may predict otherwise"
            raise BenchError(f"{text}; {REMEDY}; or install that version", place=folder / MODEL)


def shown_version(version: str) -> str:
    """A version, or the start of a digest."""
    return version[:12]


def _demand_sense(model: Model) -> None:
    """Raises DamagedStateError for parts that do not hold together, each whole as it may be."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = model.predict(_PROBE)
            fits = found.scores is None or found.scores.shape == (len(_PROBE), len(model.classes))
            known = bool(((found.guess >= 0) & (found.guess < len(model.classes))).all())
        except BenchError:
            raise
        except Exception as error:  # noqa: BLE001  what is wrong inside may raise anything
            raise DamagedStateError(f"it cannot predict ({type(error).__name__})") from None
    if not fits or not known:
        raise DamagedStateError("it predicts other classes than it names")


def _decoded(state: Any, array_bytes: bytes, folder: Path, record: ModelRecord) -> Pipeline:
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    try:
        arrays = {name: np.array(value) for name, value in load_arrays(array_bytes).items()}
    except (SafetensorError, ValueError, KeyError) as error:
        raise DamagedStateError(f"{ARRAYS}: {' '.join(str(error).split())}") from None
    found = load(state, arrays, lambda name: _built(_system(record, folder), record)[name], folder)
    if set(found) != {"features", "classifier"}:
        raise DamagedStateError("a model has features and a classifier")
    return Pipeline([(name, found[name]) for name in ("features", "classifier")])


def _array_bytes(arrays: Arrays) -> bytes:
    from safetensors.numpy import save as save_arrays

    written: bytes = save_arrays(arrays)
    return written


def _built(system: System, record: ModelRecord) -> dict[str, Any]:
    """The unfitted parts of a system, with the values that were chosen."""
    state = int(record.protocol.get("random_state", 0))
    grid = system.classifier.grid()
    values = {name: record.chosen.get(name, listed[0]) for name, listed in grid.items()}
    return {
        "features": build_features(system.features, system.classifier, random_state=state),
        "classifier": system.classifier.build(random_state=state, **values),
    }


def _system(record: ModelRecord, folder: Path) -> System:
    """The system of a record, for kinds of plug-ins. Raises BenchError for kinds that are not known here."""
    fields = {"name": record.system, **record.config}
    try:
        return System.model_validate(fields, context={"folder": folder})
    except ValidationError as error:
        location, message = first_fault(error, fields)
        text = f"config.{'.'.join(map(str, location))}: {message}; install the plug-in that it was fitted with"
        raise BenchError(text) from None


def _environment(features: Any) -> dict[str, str]:
    """Versions of all that predictions hang on, beside what the file itself holds."""
    return {**packages(), **_versions(features)}


def _versions(features: Any) -> dict[str, str]:
    match features:
        case Tfidf():
            return {} if features.segmenter is None else {"jieba dictionary": dictionary_digest()}
        case Embedding():
            return features.backend.versions()
        case LSA():
            return _versions(features.counted_)
        case Union():
            return {name: value for part in features.parts_ for name, value in _versions(part).items()}
        case _:
            return {}


def _embeds(features: Any) -> bool:
    parts = features.parts_ if isinstance(features, Union) else []
    return isinstance(features, Embedding) or any(map(_embeds, parts))


def _digest(fields: Mapping[str, Any]) -> str:
    return digest([canonical_json({name: value for name, value in fields.items() if name != "model_sha256"})])
