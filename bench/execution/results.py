"""The record of a run on disk: written whole, checked when read, found by content."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.core.digests import canonical_json, digest, readable_json
from bench.core.errors import BenchError
from bench.core.folders import new_folder
from bench.core.kernels import kernels
from bench.core.temporary_files import is_unfinished
from bench.core.text_files import read_bytes
from bench.core.validation import first_fault
from bench.execution.engine import Run
from bench.execution.identity import RunIdentity, code_digest, machine
from bench.execution.predictions import Predictions
from bench.execution.record import SCHEMA, Record
from bench.execution.run_folder import PREDICTIONS, RECORD, RUN, TIMINGS
from bench.execution.scoring import score_predictions
from bench.experiment.config import System


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A record and its folder."""

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
    """Whether a record that did not fail has exactly this system, data, protocol and environment."""
    stored = record.model_dump(mode="json", by_alias=True)
    return record.status != "failed" and all(stored[key] == value for key, value in identity.of_system(system).items())


_IN_WORDS = {"config": "settings", "environment": "versions"}


def differing(record: Record, identity: RunIdentity, system: System) -> list[str]:
    """Why a stored record does not count: what differs in it, as `settings` or `data`."""
    stored = record.model_dump(mode="json", by_alias=True)
    wanted = identity.of_system(system)
    return sorted(_IN_WORDS.get(key, key) for key, value in wanted.items() if stored[key] != value)


def timings_of(run: Run) -> dict[str, Any]:
    """What may differ from run to run, when it ended, and the code and machine that made it."""
    return {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
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
    """Put a run's folder in place whole, and delete an earlier one and its tasks. configs: the file's folder.

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
