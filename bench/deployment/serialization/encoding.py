"""Encodes fitted objects as plain values, with their arrays apart."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.core.errors import BenchError
from bench.core.settings import InputPath, Settings
from bench.deployment.serialization.allowed import CSR, TAG, Arrays, attribute_of, item_of, known_classes

_NUMBERS = "biuf"


def dump(fitted: Mapping[str, Any], built: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], Arrays]:
    """Fitted objects by name as plain values for JSON, and the arrays that these name.

    built: the same objects unfitted, as their settings make them: for classes that are not in the table.
    folder: where the file will lie; paths of pretrained models are written as seen from there.
    Raises BenchError for an object that holds what no model file may.
    """
    writer = _Writer(folder)
    return {name: writer.value(value, name, built.get(name)) for name, value in fitted.items()}, writer.arrays


class _Writer:
    """Turns values into nodes, and collects arrays under the path of the attribute that holds them."""

    def __init__(self, folder: Path) -> None:
        self.arrays: Arrays = {}
        self.folder = folder

    def value(self, value: Any, path: str, template: Any = None) -> Any:
        """The node of a value. template: the unfitted object in its place, where there is one."""
        from bench.systems.embedders.base import EmbedderSettings

        match value:
            case np.ndarray():
                return self._array(value, path)
            case np.generic():
                return {TAG: "scalar", "array": self._keep(np.asarray(value), path)}
            case None | bool() | int() | str():
                return value
            case float():
                return value if math.isfinite(value) else {TAG: "float", "value": repr(value)}
            case list():
                return [self.value(each, f"{path}.{at}", item_of(template, at)) for at, each in enumerate(value)]
            case tuple():
                items = [self.value(each, f"{path}.{at}", item_of(template, at)) for at, each in enumerate(value)]
                return {TAG: "tuple", "items": items}
            case dict():
                items = [[self.value(key, path), self.value(each, f"{path}.{key}")] for key, each in value.items()]
                return {TAG: "dict", "items": items}
            case csr_matrix():
                parts = {name: self.value(getattr(value, name), f"{path}.{name}") for name in CSR}
                return {TAG: "csr", "shape": list(map(int, value.shape)), **parts}
            case EmbedderSettings():
                return {TAG: "embedder", "settings": _seen_from(value, self.folder)}
            case _:
                return self._object(value, path, template)

    def _object(self, value: Any, path: str, template: Any) -> dict[str, Any]:
        known = known_classes().get(type(value).__name__) is type(value)
        if not known and type(template) is not type(value):
            text = f"cannot be saved: its {path} is a {type(value).__name__}, which no model file may hold"
            raise BenchError(f"{text}; only what holds numbers, strings, lists and arrays can be")
        state = _state(value)
        if not known:
            # Its parameters are built from the settings again.
            parameters = template.get_params(deep=False)
            state = {name: each for name, each in state.items() if name not in parameters}
        fitted = {}
        for name, each in sorted(state.items()):
            try:
                fitted[name] = self.value(each, f"{path}.{name}", attribute_of(template, name))
            except BenchError:
                # A private attribute, as a loss function, may not be needed for predicting: saving compares
                # predictions.
                if not name.startswith("_"):
                    raise
        return {TAG: type(value).__name__ if known else "built", "state": fitted}

    def _array(self, array: NDArray[Any], path: str) -> dict[str, Any]:
        if array.dtype.kind in _NUMBERS:
            # Products of arrays in another order may differ in their last bits.
            by_column = array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous
            kept = self._keep(array.T if by_column else array, path)
            return {TAG: "array", "array": kept, "by_column": True} if by_column else {TAG: "array", "array": kept}
        values = array.tolist()
        if array.ndim != 1 or not all(isinstance(each, str) for each in values):
            text = f"cannot be saved: its {path} is an array of {array.dtype} in {array.ndim} dimensions"
            raise BenchError(f"{text}; arrays of numbers and lists of strings can be")
        encoded = [each.encode("utf-8", "surrogatepass") for each in values]
        lengths = np.array([len(each) for each in encoded], dtype=np.int64)
        text_bytes = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return {
            TAG: "strings",
            "objects": array.dtype.kind == "O",
            "lengths": self._keep(lengths, f"{path}.lengths"),
            "utf8": self._keep(text_bytes, f"{path}.utf8"),
        }

    def _keep(self, array: NDArray[Any], path: str) -> str:
        self.arrays[path] = np.ascontiguousarray(array) if array.ndim else array
        return path


def _state(value: Any) -> dict[str, Any]:
    """What an object is made of, by its own account where it has one (an isotonic regression leaves a function out)."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    state: dict[str, Any] = dict(value.__getstate__())
    return state


def _seen_from(settings: Settings, folder: Path) -> dict[str, Any]:
    """Settings for JSON, every path in them relative to `folder`."""
    plain: dict[str, Any] = settings.model_dump(mode="json")
    for name in type(settings).model_fields:
        source = getattr(settings, name)
        if isinstance(source, InputPath) and source.path.exists():
            plain[name] = Path(os.path.relpath(os.path.realpath(source.path), os.path.realpath(folder))).as_posix()
    return plain
