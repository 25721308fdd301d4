"""A run's record on disk: written whole, checked when read, found by content."""

from __future__ import annotations

import functools
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, ValidationError, field_validator, model_serializer

from bench.core.digests import canonical_json, digest, readable_json
from bench.core.documents import first_fault, read_bytes
from bench.core.errors import BenchError
from bench.core.folders import new_folder
from bench.core.kernels import kernels
from bench.core.leftovers import is_unfinished
from bench.core.records import LabelledTexts
from bench.core.settings import Settings
from bench.execution.checkpoints import Checkpoints
from bench.execution.engine import Run
from bench.execution.predictions import Predictions
from bench.execution.run_folder import BLOCKS, PREDICTIONS, RECORD, RUN, TIMINGS
from bench.execution.scoring import Score, agreement_scores, score_predictions
from bench.experiment.config import Experiment, System
from bench.experiment.protocols.base import Protocol
from bench.systems.servers.served import Served

SCHEMA = 2
_PACKAGES = ("banmian", "jieba", "numpy", "rjieba", "scikit-learn", "scipy")


class DataSummary(Settings):
    """What the data was: enough to tell whether two runs saw the same rows."""

    sha256: str
    """Over row ids, texts, labels, groups and given parts, in order."""

    rows: int
    groups: int | None
    """How many groups the rows belong to, null for data without groups."""

    classes: dict[str, int]
    """Class to its rows, classes sorted."""

    ceiling: dict[str, float] = Field(default_factory=dict)
    """What one annotator scores against the other, by metric; empty where the data was labelled once."""

    chosen: dict[str, int] = Field(default_factory=dict)
    """Strategy to how many rows it chose to be labelled, beside those that were drawn at random."""

    @model_serializer(mode="wrap")
    def _plain(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Records of data that nothing chose are those of versions that did not ask."""
        fields: dict[str, Any] = handler(self)
        return {name: value for name, value in fields.items() if name != "chosen" or value}


class Record(Settings):
    """`run.json`: everything about a run that a rerun repeats, and nothing that it does not."""

    schema_version: Literal[2] = Field(alias="schema")
    experiment: str
    system: str
    status: Literal["complete", "failed", "impossible"]
    """`impossible`: the protocol cannot be carried out on the data, `error` says why."""

    error: str | None
    config: dict[str, Any]
    """The system's settings, every value that was in force."""

    data: dict[str, Any]
    """The data's settings, and under `data_summary` what they gave."""

    protocol: dict[str, Any]
    environment: dict[str, str]
    """Versions of what computes the predictions."""

    kernels: dict[str, str] = Field(default_factory=dict)
    """What numpy and BLAS computed with; empty in records of earlier versions of bench."""

    score_kind: Literal["probability", "decision", "similarity", "none"]
    scores: dict[str, Score]
    """By `metric` or `metric:class`."""

    confusion: list[list[int]]
    """Rows by true class (outer) and predicted class, classes as in the data's facts, over all repeats together.

    One more column holds the rows that were predicted to be of no class, where there are such.
    """

    chosen: list[list[dict[str, Any]]]
    """By repeat and fold, the values that won among those listed."""

    warnings: dict[str, int]
    """Category of a warning raised while fitting, to how often."""

    predictions_sha256: str | None
    servers: list[Served] = Field(default_factory=list)
    """What servers did for the predictions; left out where none was asked."""

    record_sha256: str

    @field_validator("data")
    @classmethod
    def _has_facts(cls, data: dict[str, Any]) -> dict[str, Any]:
        try:
            DataSummary.model_validate(data.get("facts"))
        except ValidationError as error:
            where = ".".join(map(str, ("facts", *error.errors()[0]["loc"])))
            raise ValueError(f"does not say what the data was ({where} is missing or wrong)") from None
        return data

    @field_validator("protocol")
    @classmethod
    def _is_named(cls, protocol: dict[str, Any]) -> dict[str, Any]:
        if not _of_a_kind(protocol):
            raise ValueError("names no kind of protocol")
        return protocol

    @field_validator("config")
    @classmethod
    def _names_a_classifier(cls, config: dict[str, Any]) -> dict[str, Any]:
        if not _of_a_kind(config.get("classifier")):
            raise ValueError("names no kind of classifier")
        if config.get("features") is not None and not _of_a_kind(config["features"]):
            raise ValueError("names no kind of features")
        return config

    @model_serializer(mode="wrap")
    def _without_servers(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Records of systems that ask no server are as they were before there were such systems."""
        fields: dict[str, Any] = handler(self)
        return fields if self.servers else {name: value for name, value in fields.items() if name != "servers"}

    @property
    def data_summary(self) -> DataSummary:
        """What the data was."""
        return DataSummary.model_validate(self.data["facts"])


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A record and where it lies."""

    folder: Path
    record: Record = field(repr=False)

    def predictions(self) -> Predictions:
        """The stored predictions. Raises BenchError where they are missing or not those that were recorded."""
        path = self.folder / PREDICTIONS
        try:
            predictions = Predictions.from_parquet(read_bytes(path))
        except (BenchError, ValueError) as error:
            why = error.message if isinstance(error, BenchError) else " ".join(str(error).split())
            raise BenchError(f"cannot be read ({why}); run the experiment again", place=path) from None
        if predictions.sha256() != self.record.predictions_sha256:
            raise BenchError(f"is not what {RECORD} beside it recorded; run the experiment again", place=path)
        return predictions

    def timings(self) -> dict[str, Any]:
        """What may differ from run to run, and the code and machine that made it; empty where that was not kept."""
        try:
            value = json.loads(read_bytes(self.folder / TIMINGS))
        except (BenchError, ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What runs of one experiment have in common: its name, the data as a record describes it, and the protocol."""

    experiment: str
    data: Mapping[str, Any]
    protocol: Protocol

    @classmethod
    def of(
        cls,
        experiment: Experiment,
        data: LabelledTexts,
        protocol: Protocol,
        annotations: Sequence[tuple[str, str] | None] = (),
        **remarks: object,
    ) -> RunIdentity:
        """Of an experiment whose data is loaded.

        annotations: both labels of each row, where there are two. remarks: what was done to the data, for the record.
        """
        groups = None if data.groups is None else len(set(data.groups))
        data_summary = DataSummary(
            sha256=data.sha256(),
            rows=len(data),
            groups=groups,
            classes=data.counts(),
            ceiling=agreement_scores(annotations, data.classes),
            chosen=data.chosen(),
        )
        described = {
            **experiment.data.model_dump(mode="json"),
            **remarks,
            "facts": data_summary.model_dump(mode="json"),
        }
        return cls(experiment.name, described, protocol)

    def of_system(self, system: System) -> dict[str, Any]:
        """All that a system's predictions hang on, as its record holds it."""
        return {
            "config": system.model_dump(mode="json", exclude={"name"}),
            "data": dict(self.data),
            "protocol": self.protocol.model_dump(mode="json"),
            "environment": environment(system),
        }

    def folder(self, results: Path, system: System) -> Path:
        """Where a system's run lies."""
        return results / self.experiment / f"{system.name}{self.protocol.suffix}"

    def checkpoints(self, results: Path, system: System) -> Checkpoints:
        """Where the finished blocks of an unfinished run lie."""
        return Checkpoints(self.folder(results, system) / BLOCKS, digest([canonical_json(self.of_system(system))]))


def environment(system: System) -> dict[str, str]:
    """Versions of all that the system's predictions hang on. Raises BenchError for a back end that is not there."""
    brought = system.classifier if system.features is None else system.features
    return {**packages(), **brought.versions()}


def packages() -> dict[str, str]:
    """Versions of Python and of the packages that every system's predictions hang on."""
    return {"python": ".".join(platform.python_version_tuple()[:2]), **{name: _version(name) for name in _PACKAGES}}


_version = functools.cache(version)  # which reads a file each time it is asked


def whereabouts(systems: Sequence[System]) -> dict[str, str]:
    """All that the systems' predictions hang on where this is called, their code and machine included."""
    found = {name: value for system in systems for name, value in environment(system).items()}
    computed = {f"kernels of {name}": value for name, value in kernels().items()}
    return {**found, **computed, "joblib": version("joblib"), "machine": machine(), "code of bench": code_digest()[:12]}


def machine() -> str:
    """What else floating-point results may hang on: system, processor and C library."""
    library = " ".join(platform.libc_ver()).strip()
    return " ".join(part for part in (platform.system(), platform.machine(), library) if part)


@functools.cache
def code_digest() -> str:
    """SHA-256 over the Python files of this bench: says whether code that is not yet a version has changed."""
    package = Path(__file__).parents[1]
    parts: list[str | bytes] = []
    for path in sorted(package.rglob("*.py")):
        parts += [path.relative_to(package).as_posix(), path.read_bytes()]
    return digest(parts)


def make_record(identity: RunIdentity, run: Run, *, impossible: bool = False) -> Record:
    """The record of a run. impossible: whether it failed because the protocol cannot be carried out."""
    system, predictions = run.system, run.predictions
    kind = system.score_kind
    scores = {} if predictions is None else score_predictions(predictions, probabilities=kind == "probability")
    fields = {
        "schema": SCHEMA,
        "experiment": identity.experiment,
        "system": system.name,
        "status": "complete" if predictions is not None else "impossible" if impossible else "failed",
        "error": run.error,
        **identity.of_system(system),
        "kernels": kernels(),
        "score_kind": "none" if predictions is None or predictions.scores is None else kind,
        "scores": {name: score.model_dump(mode="json") for name, score in scores.items()},
        "confusion": [] if predictions is None else predictions.confusion(),
        "chosen": [[dict(values) for values in repeat] for repeat in run.chosen],
        "warnings": dict(run.warnings),
        "predictions_sha256": None if predictions is None else predictions.sha256(),
    }
    if run.served:
        fields["servers"] = [each.model_dump(mode="json") for each in run.served]
    return Record.model_validate({**fields, "record_sha256": _record_digest(fields)})


def answers(record: Record, identity: RunIdentity, system: System) -> bool:
    """True where a record that did not fail is of this very system, data, protocol and environment."""
    stored = record.model_dump(mode="json", by_alias=True)
    return record.status != "failed" and all(stored[key] == value for key, value in identity.of_system(system).items())


_IN_WORDS = {"config": "settings", "environment": "versions"}


def differing(record: Record, identity: RunIdentity, system: System) -> list[str]:
    """Why a stored record does not answer: what is recorded otherwise, as `settings` or `data`."""
    stored = record.model_dump(mode="json", by_alias=True)
    wanted = identity.of_system(system)
    return sorted(_IN_WORDS.get(key, key) for key, value in wanted.items() if stored[key] != value)


def timings_of(run: Run) -> dict[str, Any]:
    """What may differ from run to run, and the code and machine that made it."""
    return {
        "seconds": sum(run.seconds),
        "seconds_by_repeat": list(run.seconds),
        "cpu_seconds": sum(run.cpu_seconds),
        "cpu_seconds_by_repeat": list(run.cpu_seconds),
        **run.cost,
        **({"server_seconds": sum(each.seconds for each in run.served)} if run.served else {}),
        "machine": machine(),
        "code_sha256": code_digest(),
    }


def write_run(folder: Path, record: Record, run: Run, configs: Path | None = None) -> None:
    """Put a run's folder in place whole; an earlier run's goes, and its blocks. configs: where its experiment file is.

    Raises BenchError for other files.
    """
    timings = timings_of(run)
    if configs is not None:  # where the experiment file is, as seen from the run's folder
        timings["configs"] = os.path.relpath(os.path.realpath(configs), os.path.realpath(folder))
    with new_folder(folder, RUN, over=True) as made:
        if run.predictions is not None:
            (made / PREDICTIONS).write_bytes(run.predictions.to_parquet())
        (made / TIMINGS).write_bytes(readable_json(timings))
        (made / RECORD).write_bytes(readable_json(record.model_dump(mode="json", by_alias=True)))


def read_run(folder: Path) -> StoredRun:
    """Read and check a record. Raises BenchError for one that is missing, damaged or of another schema."""
    path = folder / RECORD
    remedy = "run the experiment again with --force"
    try:
        value = json.loads(read_bytes(path))
    except (ValueError, RecursionError):
        raise BenchError(f"is damaged; {remedy}", place=path) from None
    found = value.get("schema") if isinstance(value, dict) else None
    if found != SCHEMA:
        raise BenchError(f"has schema {found!r}, this bench reads {SCHEMA}; {remedy}", place=path)
    try:
        record = Record.model_validate(value)
    except ValidationError as error:
        location, message = first_fault(error, value)
        raise BenchError(f"{'.'.join(map(str, location))}: {message}; {remedy}", place=path) from None
    try:
        digest_there = _record_digest(value)
    except (ValueError, RecursionError):  # NaN, half a surrogate pair
        raise BenchError(f"is damaged; {remedy}", place=path) from None
    if record.record_sha256 != digest_there:
        raise BenchError(f"was changed after it was written: record_sha256 does not fit; {remedy}", place=path)
    return StoredRun(folder, record)


def _of_a_kind(settings: object) -> bool:
    return isinstance(settings, dict) and isinstance(settings.get("kind"), str)


def is_run(path: Path) -> bool:
    """Whether a folder is that of one system's run."""
    return (path / RECORD).is_file()


def find_runs(paths: Iterable[Path]) -> list[StoredRun]:
    """All runs under results roots, experiment folders or system folders, each once, sorted by folder.

    Raises BenchError for a path without runs.
    """
    folders: dict[Path, Path] = {}
    for path in paths:
        if not path.is_dir():
            raise BenchError("no such results folder; 'bench run CONFIG' writes results/", place=path)
        places = sorted(record.parent for pattern in ("", "*/", "*/*/") for record in path.glob(f"{pattern}{RECORD}"))
        found = [folder for folder in places if not is_unfinished(folder.name)]
        if not found:
            raise BenchError("no results here; 'bench run CONFIG' writes them", place=path)
        folders |= {Path(os.path.realpath(folder)): folder for folder in found}
    return [read_run(folder) for folder in folders.values()]


def _record_digest(fields: Mapping[str, Any]) -> str:
    return digest([canonical_json({name: value for name, value in fields.items() if name != "record_sha256"})])
