"""The JSON Schema of experiment files for editors, made from the types that read them."""

from __future__ import annotations

from typing import Any

from bench.experiment.config import Experiment

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def experiment_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of an experiment file, installed plug-ins included; unknown keys are refused by it."""
    found = _plain(Experiment.model_json_schema())
    return {"$schema": DIALECT, **found, "title": "Experiment file of bench"}


def _plain(value: Any, *, names: bool = False) -> Any:
    """Without the titles that pydantic makes of names. names: whether the keys are names of properties."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _plain(each, names=not names and key in {"properties", "$defs"})
        for key, each in value.items()
        if names or key != "title"
    }
