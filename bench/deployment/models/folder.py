"""A saved model's folder: written whole or not at all, loaded only where it would predict the same."""

from __future__ import annotations

import contextlib
import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from bench.core.digests import readable_json
from bench.core.errors import BenchError, quoted, suggest
from bench.core.folders import mend, new_folder
from bench.core.temporary_files import is_unfinished
from bench.core.text_files import read_bytes
from bench.core.validation import first_fault
from bench.deployment.models.conversion import pack, unpack
from bench.deployment.models.model import ARRAYS, CARD, MODEL, REMEDY, SCHEMA, Model, ModelRecord, model_digest
from bench.deployment.models.ownership import MODEL_FOLDER
from bench.deployment.serialization import DamagedStateError
from bench.execution.identity import packages
from bench.experiment.config import System
from bench.systems.encoding import Features

_PROBE = ["深化改革"]
_COMPARED = 100

_NOT_DEMANDED = frozenset({"python"})
"""Recorded for readers; no prediction depends on it, because packages do all that computes."""

_SHOWN = 12
"""How many characters of a version a message shows: of a digest, its start."""


def save(
    model: Model, system: System, folder: Path, card: str, *, texts: Sequence[str] = _PROBE, over: bool = False
) -> ModelRecord:
    """Write a model's folder, all of its files or none, and return its record.

    system: the model's own. card: the model card. texts: of the first hundred of them what is saved must predict what
    the model does, to the last bit. over: whether a model that is there may be replaced.
    Raises FileIsThereError for a model that is there, BenchError for a folder of other files and for a system that
    holds what no file may.
    """
    card_bytes = card.encode()
    # Paths are relative to the new folder, which is created next to its final place.
    with new_folder(folder, MODEL_FOLDER, over=over) as made:
        state, array_bytes = pack(model.pipeline, system, model.record, made)
        again = unpack(state, array_bytes, model.record, made)
        _demand_same(model, Model(model.record, again), texts[:_COMPARED])
        files = {ARRAYS: array_bytes, CARD: card_bytes}
        fields = {
            **model.record.model_dump(mode="json", by_alias=True, exclude={"model_sha256"}),
            "environment": {**packages(), **again.named_steps["features"].versions()},
            "state": state,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        }
        fields["model_sha256"] = model_digest(fields)
        for name, data in {**files, MODEL: readable_json(fields)}.items():
            (made / name).write_bytes(data)
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
    same = before.prediction.tobytes() == after.prediction.tobytes() and scores[0] == scores[1]
    if not same:
        raise BenchError("cannot be saved: it predicts otherwise after loading")


def read(folder: Path) -> Model:
    """Load a saved model after checking its bytes, its versions, and that it predicts. Nothing in it is run as code.

    Raises BenchError, in one line with what to do, for a folder that is no model, one of another schema, one that other
    versions wrote, and one that is damaged or was changed.
    """
    record = _record(folder)
    array_bytes = _read(folder / ARRAYS)
    if set(record.files) - {CARD} != {ARRAYS} or hashlib.sha256(array_bytes).hexdigest() != record.files[ARRAYS]:
        raise BenchError(f"is not what {MODEL} beside it recorded; {REMEDY}", place=folder / ARRAYS)
    _demand_versions(folder, record.environment, packages())
    try:
        pipeline = unpack(record.state, array_bytes, record, folder)
        _demand_versions(folder, record.environment, _versions(pipeline.named_steps["features"]))
        model = Model(record, pipeline)
        _demand_sense(model)
    except DamagedStateError as error:
        raise BenchError(f"is damaged: {error}; {REMEDY}", place=folder / MODEL) from None
    except BenchError as error:
        raise error if error.place is not None else BenchError(error.message, place=folder / MODEL) from None
    return model


def _record(folder: Path) -> ModelRecord:
    path = folder / MODEL
    mend(folder, MODEL_FOLDER)
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
        raise BenchError(f"has schema {quoted(found)}, this bench reads {SCHEMA}; {REMEDY}", place=path)
    try:
        record = ModelRecord.model_validate(value)
        recorded = record.model_sha256 == model_digest(value)
        _ = record.data_summary
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
        names = sorted(found.parent.name for found in folder.parent.glob(f"*/{MODEL}"))
        return [name for name in names if not is_unfinished(name)]
    return []


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except BenchError as error:
        raise BenchError(f"{error.message}; {REMEDY}", place=path) from None


def _demand_versions(folder: Path, recorded: Mapping[str, str], here: Mapping[str, str]) -> None:
    """Raises BenchError where something that predictions depend on has another version here than it had."""
    for name, version in here.items():
        if name not in _NOT_DEMANDED and recorded.get(name) != version:
            then, now = (each[:_SHOWN] for each in (recorded.get(name, "nothing"), version))
            text = f"was fitted with {name} {then}, here is {now}, so that it may predict otherwise"
            raise BenchError(f"{text}; {REMEDY}; or install that version", place=folder / MODEL)


def _versions(features: Features) -> dict[str, str]:
    """Versions that predictions depend on. Raises DamagedStateError for features that lack a value."""
    try:
        return features.versions()
    except BenchError:
        raise
    except Exception as error:  # noqa: BLE001  what is wrong inside may raise anything
        raise DamagedStateError(f"its features lack a value ({type(error).__name__})") from None


def _demand_sense(model: Model) -> None:
    """Raises DamagedStateError for parts that do not fit together, even if each is intact."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = model.predict(_PROBE)
            fits = found.scores is None or found.scores.shape == (len(_PROBE), len(model.classes))
            known = bool(((found.prediction >= 0) & (found.prediction < len(model.classes))).all())
        except BenchError:
            raise
        except Exception as error:  # noqa: BLE001  what is wrong inside may raise anything
            raise DamagedStateError(f"it cannot predict ({type(error).__name__})") from None
    if not fits or not known:
        raise DamagedStateError("it predicts other classes than it names")
