"""A run's record on disk: written whole, checked when read, found by content."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from bench.core.digests import canonical_json, digest, readable_json
from bench.core.documents import first_fault
from bench.core.errors import BenchError
from bench.core.files import write_whole
from bench.core.records import LabelledTexts
from bench.core.settings import Settings
from bench.evaluation.engine import Run
from bench.evaluation.predictions import Predictions
from bench.evaluation.scoring import Score, score_predictions
from bench.experiment.config import Experiment, System

SCHEMA = 1
RECORD, PREDICTIONS, TIMINGS = "run.json", "predictions.parquet", "timings.json"
_PACKAGES = ("banmian", "jieba", "numpy", "rjieba", "scikit-learn", "scipy")


class DataFacts(Settings):
    """What the data was: enough to tell whether two runs saw the same rows."""

    sha256: str
    """Over row ids, texts, labels, groups and given parts, in order."""

    rows: int
    groups: int | None
    """How many groups the rows belong to, null for data without groups."""

    classes: dict[str, int]
    """Class to its rows, classes sorted."""


class Record(Settings):
    """`run.json`: everything about a run that a rerun repeats, and nothing that it does not."""

    schema_version: Literal[1] = Field(alias="schema")
    experiment: str
    system: str
    status: Literal["complete", "failed"]
    error: str | None
    config: dict[str, Any]
    """The system's settings, every value that was in force."""

    data: dict[str, Any]
    """The data's settings, and under `facts` what they gave."""

    protocol: dict[str, Any]
    environment: dict[str, str]
    """Versions of what computes the predictions."""

    score_kind: Literal["probability", "decision", "similarity", "none"]
    scores: dict[str, Score]
    """By `metric` or `metric:class`."""

    chosen: list[list[dict[str, Any]]]
    """By repeat and fold, the values that won among those listed."""

    warnings: dict[str, int]
    """Category of a warning raised while fitting, to how often."""

    predictions_sha256: str | None
    record_sha256: str

    @property
    def facts(self) -> DataFacts:
        """What the data was."""
        return DataFacts.model_validate(self.data["facts"])


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A record and where it lies."""

    folder: Path
    record: Record

    def predictions(self) -> Predictions:
        """The stored predictions. Raises BenchError where they are missing or not those that were recorded."""
        path = self.folder / PREDICTIONS
        try:
            predictions = Predictions.from_parquet(path.read_bytes())
        except (OSError, ValueError) as error:
            text = f"cannot be read ({' '.join(str(error).split())}); run the experiment again"
            raise BenchError(text, place=path) from None
        if predictions.sha256() != self.record.predictions_sha256:
            raise BenchError(f"is not what {RECORD} beside it recorded; run the experiment again", place=path)
        return predictions


def describe_data(experiment: Experiment, data: LabelledTexts) -> dict[str, Any]:
    """The data as a record holds it."""
    groups = None if data.groups is None else len(set(data.groups))
    facts = DataFacts(sha256=data.sha256(), rows=len(data), groups=groups, classes=data.counts())
    return {**experiment.data.model_dump(mode="json"), "facts": facts.model_dump(mode="json")}


def environment(system: System) -> dict[str, str]:
    """Versions of all that the system's predictions hang on. Raises BenchError for a back end that is not there."""
    found = {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
    return found if system.features is None else {**found, **system.features.versions()}


def make_record(experiment: Experiment, data: Mapping[str, Any], run: Run) -> Record:
    """The record of a run. data: what `describe_data` gave."""
    system, predictions = run.system, run.predictions
    scores = {} if predictions is None else score_predictions(predictions)
    kind = system.classifier.score_kind
    fields = {
        "schema": SCHEMA,
        "experiment": experiment.name,
        "system": system.name,
        "status": "failed" if predictions is None else "complete",
        "error": run.error,
        **_question(experiment, data, system),
        "score_kind": "none" if predictions is None or predictions.scores is None else kind,
        "scores": {name: score.model_dump(mode="json") for name, score in scores.items()},
        "chosen": [[dict(values) for values in repeat] for repeat in run.chosen],
        "warnings": dict(run.warnings),
        "predictions_sha256": None if predictions is None else predictions.sha256(),
    }
    return Record.model_validate({**fields, "record_sha256": _record_digest(fields)})


def answers(record: Record, experiment: Experiment, data: Mapping[str, Any], system: System) -> bool:
    """True where a complete record is of this very system, data, protocol and environment."""
    asked = _question(experiment, data, system)
    stored = record.model_dump(mode="json", by_alias=True)
    return record.status == "complete" and all(stored[key] == value for key, value in asked.items())


def write_run(folder: Path, record: Record, run: Run) -> None:
    """Write a run's files, the record last: what is cut off in the middle reads as damaged, never as a result."""
    if run.predictions is not None:
        write_whole(folder / PREDICTIONS, run.predictions.to_parquet())
    else:
        (folder / PREDICTIONS).unlink(missing_ok=True)
    timings = {"seconds": sum(run.seconds), "seconds_by_repeat": list(run.seconds)}
    write_whole(folder / TIMINGS, readable_json(timings))
    write_whole(folder / RECORD, _record_bytes(record))


def read_run(folder: Path) -> StoredRun:
    """Read and check a record. Raises BenchError for one that is missing, damaged or of another schema."""
    path = folder / RECORD
    remedy = "run the experiment again with --force"
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise BenchError(f"cannot be read: {error.strerror}", place=path) from None
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


def find_runs(paths: Iterable[Path]) -> list[StoredRun]:
    """All runs under results roots, experiment folders or system folders, each once, sorted by folder.

    Raises BenchError for a path without runs.
    """
    folders: dict[Path, Path] = {}
    for path in paths:
        if not path.is_dir():
            raise BenchError("no such results folder; 'bench run CONFIG' writes results/", place=path)
        found = sorted(record.parent for pattern in ("", "*/", "*/*/") for record in path.glob(f"{pattern}{RECORD}"))
        if not found:
            raise BenchError("no results here; 'bench run CONFIG' writes them", place=path)
        folders |= {folder.resolve(): folder for folder in found}
    return [read_run(folder) for folder in folders.values()]


def _question(experiment: Experiment, data: Mapping[str, Any], system: System) -> dict[str, Any]:
    return {
        "config": system.model_dump(mode="json", exclude={"name"}),
        "data": dict(data),
        "protocol": experiment.protocol.model_dump(mode="json"),
        "environment": environment(system),
    }


def _record_digest(fields: Mapping[str, Any]) -> str:
    return digest([canonical_json({name: value for name, value in fields.items() if name != "record_sha256"})])


def _record_bytes(record: Record) -> bytes:
    return readable_json(record.model_dump(mode="json", by_alias=True))
