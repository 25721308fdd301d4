"""Converts a fitted pipeline to plain values and the bytes of its arrays, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError
from sklearn.pipeline import Pipeline

from bench.core.errors import BenchError
from bench.core.validation import first_fault
from bench.deployment.models.model import ARRAYS, ModelRecord
from bench.deployment.serialization import DamagedStateError, dump, load
from bench.experiment.config import System
from bench.systems.pipeline import build_features
from bench.systems.union import weighed


def pack(pipeline: Pipeline, system: System, record: ModelRecord, folder: Path) -> tuple[dict[str, Any], bytes]:
    """A fitted pipeline as plain values for JSON, and the bytes of `arrays.safetensors`.

    system: as the record has it; folder: where the files will lie.
    Raises BenchError for a system that holds what no file may.
    """
    from safetensors.numpy import save

    state, arrays = dump(dict(pipeline.steps), _built(system, record), folder)
    return state, save(arrays)


def unpack(state: Any, array_bytes: bytes, record: ModelRecord, folder: Path) -> Pipeline:
    """The pipeline that `pack` was given.

    Raises DamagedStateError for what no `pack` wrote, BenchError for kinds that are not known here.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load as load_arrays

    try:
        arrays = {name: np.array(value) for name, value in load_arrays(array_bytes).items()}
    except (SafetensorError, ValueError, KeyError) as error:
        raise DamagedStateError(f"{ARRAYS}: {' '.join(str(error).split())}") from None
    found = load(state, arrays, lambda name: _built(system_of(record, folder), record)[name], folder)
    if set(found) != {"features", "classifier"}:
        raise DamagedStateError("a model has features and a classifier")
    return Pipeline([(name, found[name]) for name in ("features", "classifier")])


def _built(system: System, record: ModelRecord) -> dict[str, Any]:
    """The unfitted parts of a system, with the values that were chosen."""
    state = int(record.protocol.get("random_state", 0))
    values = {name: record.chosen.get(name, listed[0]) for name, listed in system.grid().items()}
    return {
        "features": weighed(build_features(system.features, system.classifier, random_state=state), values),
        "classifier": system.classifier.build_of(values, random_state=state),
    }


def system_of(record: ModelRecord, folder: Path) -> System:
    """The system of a record, for kinds of plug-ins. Raises BenchError for kinds that are not known here."""
    fields = {"name": record.system, **record.config}
    try:
        return System.model_validate(fields, context={"folder": folder})
    except ValidationError as error:
        location, message = first_fault(error, fields)
        text = f"config.{'.'.join(map(str, location))}: {message}; install the plug-in that it was fitted with"
        raise BenchError(text) from None
