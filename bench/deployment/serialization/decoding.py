"""Decodes plain values and arrays to fitted objects: only of listed classes, whatever the file says."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.sparse import csr_matrix

from bench.core.errors import quoted
from bench.deployment.serialization.allowed import CSR, Arrays, DamagedStateError, attribute_of, item_of, known_classes


def load(state: Any, arrays: Arrays, built: Callable[[str], Any], folder: Path) -> dict[str, Any]:
    """The objects that `dump` was given. built: makes the unfitted object of a name where a class is not in the table.

    Raises DamagedStateError for what no `dump` wrote: an unknown word, an array that is missing, left over, of another
    type or pointing beyond its matrix; and BenchError as `built` does.
    """
    reader = _Reader(dict(arrays), folder)
    try:
        found = {
            str(name): reader.value(node, functools.partial(built, str(name))) for name, node in _mapping(state).items()
        }
    except (ValidationError, TypeError, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise DamagedStateError(" ".join(str(error).split())) from None
    if reader.arrays:
        raise DamagedStateError(f"array {quoted(min(reader.arrays))} belongs to nothing")
    return found


class _Reader:
    """Turns nodes into values, taking out of `arrays` what it uses."""

    def __init__(self, arrays: Arrays, folder: Path) -> None:
        self.arrays = arrays
        self.folder = folder

    def value(self, node: Any, built: Callable[[], Any]) -> Any:
        """The value of a node. built: makes the unfitted object in its place."""
        match node:
            case None | bool() | int() | float() | str():
                return node
            case list():
                return [self.value(each, functools.partial(_built_item, built, at)) for at, each in enumerate(node)]
            case {"is": "float", "value": ("inf" | "-inf" | "nan") as written}:
                return float(written)
            case {"is": "tuple", "items": list() as items}:
                return tuple(self.value(items, built))
            case {"is": "dict", "items": list() as items}:
                return {self.value(key, built): self.value(each, built) for key, each in items}
            case {"is": "embedder", "settings": dict() as settings}:
                return _embedder(settings, self.folder)
            case {"is": str() as word, "state": dict() as state}:
                return self._object(word, state, built)
            case _:
                return self._numbers(node)

    def _numbers(self, node: Any) -> Any:
        """The arrays of a node."""
        match node:
            case {"is": "scalar", "array": str() as name}:
                return self._take(name)[()]
            case {"is": "array", "array": str() as name}:
                return self._take(name).T if node.get("by_column") is True else self._take(name)
            case {"is": "strings"}:
                return self._strings(node)
            case {"is": "csr", "shape": [int() as rows, int() as columns]}:
                parts = tuple(self._numbers(node[name]) for name in CSR)
                matrix = csr_matrix(parts, shape=(rows, columns))
                # Compiled code would follow an index beyond the matrix.
                matrix.check_format(full_check=True)
                return matrix
            case _:
                raise DamagedStateError(f"{quoted(node)} is nothing that a model file holds")

    def _object(self, word: str, state: dict[str, Any], built: Callable[[], Any]) -> Any:
        if word == "built":
            value = built()
        elif word in known_classes():
            value = object.__new__(known_classes()[word])
        else:
            raise DamagedStateError(f"{quoted(word)} is no object that a model file may hold")
        if any(not name.isidentifier() or (_is_code(type(value), name)) for name in state):
            raise DamagedStateError(f"a {word} has no values named {quoted(sorted(state))}")
        values = {
            name: self.value(each, functools.partial(_built_attribute, built, name)) for name, each in state.items()
        }
        _set_state(value, values)
        return value

    def _strings(self, node: Mapping[str, Any]) -> NDArray[Any]:
        lengths, data = self._take(node["lengths"]), self._take(node["utf8"])
        if lengths.dtype != np.int64 or data.dtype != np.uint8 or (lengths < 0).any() or lengths.sum() != data.size:
            raise DamagedStateError("strings and their lengths do not fit")
        joined = data.tobytes()
        ends = [0, *lengths.cumsum().tolist()]
        values = [joined[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(ends)]
        return np.array(values, dtype=object if node["objects"] else str)

    def _take(self, name: Any) -> NDArray[Any]:
        if name not in self.arrays:
            raise DamagedStateError(f"array {quoted(name)} is not there")
        return self.arrays.pop(name)


def _set_state(value: Any, state: dict[str, Any]) -> None:
    if is_dataclass(value):
        if set(state) != {field.name for field in fields(value)}:
            raise DamagedStateError(f"a {type(value).__name__} has other values than {quoted(sorted(state))}")
        for name, each in state.items():
            object.__setattr__(value, name, each)
    elif hasattr(value, "__setstate__"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                value.__setstate__(state)
            except Warning:  # scikit-learn's, of a state that another version made than the record says
                raise DamagedStateError(f"a {type(value).__name__} is of another version") from None
    else:
        vars(value).update(state)


def _is_code(cls: type, name: str) -> bool:
    """Whether a class has a method or property of this name, which no value may hide."""
    found = getattr(cls, name, None)
    return callable(found) or isinstance(found, property)


def _built_item(built: Callable[[], Any], at: int) -> Any:
    return item_of(built(), at)


def _built_attribute(built: Callable[[], Any], name: str) -> Any:
    return attribute_of(built(), name)


def _mapping(value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise DamagedStateError(f"needs names and values, got {quoted(value)}")
    return value


def _embedder(settings: dict[str, Any], folder: Path) -> Any:
    from bench.systems.embedders.base import EMBEDDERS

    return EMBEDDERS[str(settings.get("kind"))].model_validate(settings, context={"folder": folder})
