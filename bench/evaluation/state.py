"""Fitted objects as plain values and arrays, and back: nothing but what this file lists is ever made from a file.

A file names an object by a word of the table here, never by a module: what is not in the table cannot be made, and a
value is data (numbers, strings, lists, arrays), never code. A plug-in's own classifier or features are not in the
table: they are built from the settings by whoever reads, and the file gives them their fitted values alone.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.sparse import csr_matrix

from bench.core.errors import BenchError, shown
from bench.core.settings import InputPath, Settings

Arrays = dict[str, NDArray[Any]]

_NUMBERS = "biuf"
_TAG = "is"


class DamagedStateError(ValueError):
    """Values or arrays that no `dump` wrote."""


@functools.cache
def _known() -> dict[str, type]:
    """Word to class: everything that fitting a kind of ours leaves behind. Attributes are set, no constructor runs."""
    from sklearn.calibration import CalibratedClassifierCV, _CalibratedClassifier, _SigmoidCalibration
    from sklearn.decomposition import TruncatedSVD
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.dummy import DummyClassifier
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression, RidgeClassifier
    from sklearn.naive_bayes import ComplementNB, MultinomialNB
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import LabelBinarizer, PolynomialFeatures, StandardScaler
    from sklearn.svm import LinearSVC

    from bench.systems.classifiers.centroid import CosineCentroid
    from bench.systems.classifiers.knn import CappedKNeighbors
    from bench.systems.classifiers.nb_svm import NBSVM
    from bench.systems.counts import Terms
    from bench.systems.features.embedding import Embedding
    from bench.systems.features.lsa import LSA
    from bench.systems.features.tfidf import Tfidf
    from bench.systems.length import Length
    from bench.systems.segment import Segmenter
    from bench.systems.union import Union

    scikit_learn: list[type] = [
        CalibratedClassifierCV, ComplementNB, DummyClassifier, IsotonicRegression, LabelBinarizer,
        LinearDiscriminantAnalysis, LinearSVC, LogisticRegression, MultinomialNB, Pipeline, PolynomialFeatures,
        RidgeClassifier, StandardScaler, TruncatedSVD, _CalibratedClassifier, _SigmoidCalibration,
    ]  # fmt: skip
    own = [CappedKNeighbors, CosineCentroid, Embedding, LSA, Length, NBSVM, Segmenter, Terms, Tfidf, Union]
    return {cls.__name__: cls for cls in [*scikit_learn, *own]}


def dump(fitted: Mapping[str, Any], built: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], Arrays]:
    """Fitted objects by name as plain values for JSON, and the arrays that these name.

    built: the same objects unfitted, as their settings make them: for classes that are not in the table.
    folder: where the file will lie; paths of pretrained models are written as seen from there.
    Raises BenchError for an object that holds what no model file may.
    """
    writer = _Writer(folder)
    return {name: writer.value(value, name, built.get(name)) for name, value in fitted.items()}, writer.arrays


def load(state: Any, arrays: Arrays, built: Callable[[str], Any], folder: Path) -> dict[str, Any]:
    """What `dump` was given. built: name to the unfitted object, asked only where a class is not in the table.

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
        raise DamagedStateError(f"array {shown(min(reader.arrays))} belongs to nothing")
    return found


class _Writer:
    """Turns values into nodes, putting arrays aside under the path of the attribute that holds them."""

    def __init__(self, folder: Path) -> None:
        self.arrays: Arrays = {}
        self.folder = folder

    def value(self, value: Any, path: str, template: Any = None) -> Any:
        """The node of a value. template: the unfitted object that stands in its place, where there is one."""
        from bench.systems.embedders.base import EmbedderSettings

        match value:
            case np.ndarray():
                return self._array(value, path)
            case np.generic():
                return {_TAG: "scalar", "array": self._keep(np.asarray(value), path)}
            case None | bool() | int() | str():
                return value
            case float():
                return value if math.isfinite(value) else {_TAG: "float", "value": repr(value)}
            case list():
                return [self.value(each, f"{path}.{at}", _item(template, at)) for at, each in enumerate(value)]
            case tuple():
                items = [self.value(each, f"{path}.{at}", _item(template, at)) for at, each in enumerate(value)]
                return {_TAG: "tuple", "items": items}
            case dict():
                items = [[self.value(key, path), self.value(each, f"{path}.{key}")] for key, each in value.items()]
                return {_TAG: "dict", "items": items}
            case csr_matrix():
                parts = {name: self.value(getattr(value, name), f"{path}.{name}") for name in _CSR}
                return {_TAG: "csr", "shape": list(map(int, value.shape)), **parts}
            case EmbedderSettings():
                return {_TAG: "embedder", "settings": _seen_from(value, self.folder)}
            case _:
                return self._object(value, path, template)

    def _object(self, value: Any, path: str, template: Any) -> dict[str, Any]:
        known = _known().get(type(value).__name__) is type(value)
        if not known and type(template) is not type(value):
            text = f"cannot be saved: its {path} is a {type(value).__name__}, which no model file may hold"
            raise BenchError(f"{text}; only what holds numbers, strings, lists and arrays can be")
        state = _state(value)
        if not known:
            # The settings give its parameters again.
            parameters = template.get_params(deep=False)
            state = {name: each for name, each in state.items() if name not in parameters}
        fitted = {}
        for name, each in sorted(state.items()):
            try:
                # As in scikit-learn, `parts_` are the fitted clones of the parameter `parts`.
                fitted[name] = self.value(each, f"{path}.{name}", getattr(template, name.removesuffix("_"), None))
            except BenchError:
                # What a plug-in's class keeps to itself, as a loss function, may be of no use for predicting: whoever
                # saves compares predictions.
                if known or not name.startswith("_"):
                    raise
        return {_TAG: type(value).__name__ if known else "built", "state": fitted}

    def _array(self, array: NDArray[Any], path: str) -> dict[str, Any]:
        if array.dtype.kind in _NUMBERS:
            # Products of arrays in another order may differ in their last bits.
            by_column = array.ndim > 1 and array.flags.f_contiguous and not array.flags.c_contiguous
            kept = self._keep(array.T if by_column else array, path)
            return {_TAG: "array", "array": kept, "by_column": True} if by_column else {_TAG: "array", "array": kept}
        values = array.tolist()
        if array.ndim != 1 or not all(isinstance(each, str) for each in values):
            text = f"cannot be saved: its {path} is an array of {array.dtype} in {array.ndim} dimensions"
            raise BenchError(f"{text}; arrays of numbers and lists of strings can be")
        encoded = [each.encode("utf-8", "surrogatepass") for each in values]
        lengths = np.array([len(each) for each in encoded], dtype=np.int64)
        text_bytes = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return {
            _TAG: "strings",
            "objects": array.dtype.kind == "O",
            "lengths": self._keep(lengths, f"{path}.lengths"),
            "utf8": self._keep(text_bytes, f"{path}.utf8"),
        }

    def _keep(self, array: NDArray[Any], path: str) -> str:
        self.arrays[path] = np.ascontiguousarray(array) if array.ndim else array
        return path


class _Reader:
    """Turns nodes into values, taking out of `arrays` what it uses."""

    def __init__(self, arrays: Arrays, folder: Path) -> None:
        self.arrays = arrays
        self.folder = folder

    def value(self, node: Any, built: Callable[[], Any]) -> Any:
        """The value of a node. built: makes the unfitted object that stands in its place."""
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
                parts = tuple(self._numbers(node[name]) for name in _CSR)
                matrix = csr_matrix(parts, shape=(rows, columns))
                # An index beyond the matrix would be followed by compiled code.
                matrix.check_format(full_check=True)
                return matrix
            case _:
                raise DamagedStateError(f"{shown(node)} is nothing that a model file holds")

    def _object(self, word: str, state: dict[str, Any], built: Callable[[], Any]) -> Any:
        if word == "built":
            value = built()
        elif word in _known():
            value = object.__new__(_known()[word])
        else:
            raise DamagedStateError(f"{shown(word)} is no object that a model file may hold")
        if any(not name.isidentifier() or (_is_code(type(value), name)) for name in state):
            raise DamagedStateError(f"a {word} has no values named {shown(sorted(state))}")
        values = {
            name: self.value(each, functools.partial(_built_attribute, built, name.removesuffix("_")))
            for name, each in state.items()
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
            raise DamagedStateError(f"array {shown(name)} is not there")
        return self.arrays.pop(name)


_CSR = ("data", "indices", "indptr")


def _state(value: Any) -> dict[str, Any]:
    """What an object is made of, by its own account where it has one (an isotonic regression leaves a function out)."""
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    state: dict[str, Any] = dict(value.__getstate__())
    return state


def _set_state(value: Any, state: dict[str, Any]) -> None:
    if is_dataclass(value):
        if set(state) != {field.name for field in fields(value)}:
            raise DamagedStateError(f"a {type(value).__name__} has other values than {shown(sorted(state))}")
        for name, each in state.items():
            object.__setattr__(value, name, each)
    elif hasattr(value, "__setstate__"):
        value.__setstate__(state)
    else:
        vars(value).update(state)


def _is_code(cls: type, name: str) -> bool:
    """Whether a class has a method or property of this name, which no value may stand before."""
    found = getattr(cls, name, None)
    return callable(found) or isinstance(found, property)


def _item(template: Any, at: int) -> Any:
    return template[at] if isinstance(template, (list, tuple)) and at < len(template) else None


def _built_item(built: Callable[[], Any], at: int) -> Any:
    return _item(built(), at)


def _built_attribute(built: Callable[[], Any], name: str) -> Any:
    return getattr(built(), name, None)


def _mapping(value: Any) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise DamagedStateError(f"needs names and values, got {shown(value)}")
    return value


def _seen_from(settings: Settings, folder: Path) -> dict[str, Any]:
    """Settings for JSON, every path in them relative to `folder`."""
    plain: dict[str, Any] = settings.model_dump(mode="json")
    for name in type(settings).model_fields:
        source = getattr(settings, name)
        if isinstance(source, InputPath) and source.path.exists():
            plain[name] = Path(os.path.relpath(source.path.resolve(), folder.resolve())).as_posix()
    return plain


def _embedder(settings: dict[str, Any], folder: Path) -> Any:
    from bench.systems.embedders.base import EMBEDDERS

    return EMBEDDERS[str(settings.get("kind"))].model_validate(settings, context={"folder": folder})
