"""YAML files of plain values, each value with the line it stands on, and settings checked against them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bench.core.errors import BenchError, suggest
from bench.core.settings import Settings

S = TypeVar("S", bound=Settings)
Location = tuple[str | int, ...]

_MOST_VALUES = 100_000
_CORE = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its plain value, and the line (from 1) of every key and item by its location."""

    path: Path
    value: Any
    lines: Mapping[Location, int]

    def place(self, location: Location = ()) -> str:
        """`file:line` of a location, or of the nearest one around it that the file holds."""
        while location and location not in self.lines:
            location = location[:-1]
        return f"{self.path}:{self.lines.get(location, 1)}"


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises BenchError for a file that is missing (with one of a like name) or unreadable."""
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise BenchError("is a folder, where a file is needed", place=path) from None
    except FileNotFoundError:
        names = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
        raise BenchError(f"no such file{suggest(path.name, names[:20])}", place=path) from None
    except OSError as error:
        raise BenchError(f"cannot be read: {error.strerror}", place=path) from None


def read_text(path: Path) -> str:
    """A UTF-8 file's text. Raises BenchError for a file that is missing, unreadable or not UTF-8 (with the line)."""
    return decode(read_bytes(path), path)


def decode(data: bytes, path: Path) -> str:
    """Bytes as UTF-8 text, a byte order mark left out. Raises BenchError with the line of the first wrong byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A byte order mark is dropped before positions are counted: line numbers are the same with and without it.
        line = data[: error.start].count(b"\n") + 1
        raise BenchError(
            f"byte 0x{error.object[error.start]:02x} is not UTF-8; save the file as UTF-8", place=f"{path}:{line}"
        ) from None


def load_yaml(path: Path) -> Document:
    """Read a YAML 1.2 file of mappings, lists and plain scalars.

    Raises BenchError with `file:line` for what is not YAML, for a key that stands twice, and for tags.
    """
    text = read_text(path)
    reader = YAML(typ="safe", pure=True)
    try:
        for event in reader.parse(text):
            tag = getattr(event, "tag", None)
            if tag is not None and tag != "!":
                line = event.start_mark.line + 1
                raise BenchError(f"YAML tag {str(tag)!r} is not allowed; write a plain value", place=f"{path}:{line}")
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BenchError(f"not YAML: {error.problem or error.context}", place=f"{path}:{line}") from None
    except YAMLError as error:
        raise BenchError(f"not YAML: {str(error).splitlines()[0]}", place=path) from None
    lines: dict[Location, int] = {}
    value = None if node is None else _Reader(path, lines).plain(node, ())
    return Document(path, value, lines)


class _Reader:
    """Turns composed nodes into plain values, noting lines; refuses repeated keys and files that blow up."""

    def __init__(self, path: Path, lines: dict[Location, int]) -> None:
        self.path = path
        self.lines = lines
        self.open: set[int] = set()

    def plain(self, node: Node, location: Location) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(location, line)
        if len(self.lines) > _MOST_VALUES or id(node) in self.open:
            raise BenchError("its aliases never end or hold too many values", place=f"{self.path}:{line}")
        self.open.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return dict(self._items(node, location))
            if isinstance(node, SequenceNode):
                return [self.plain(item, (*location, index)) for index, item in enumerate(node.value)]
            return self._scalar(node)
        finally:
            self.open.discard(id(node))

    def _items(self, node: MappingNode, location: Location) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                raise BenchError("a key must be a plain word", place=f"{self.path}:{line}")
            key = str(key_node.value)
            if key in seen:
                text = f"key {key!r} stands twice, first on line {seen[key]}; keep one"
                raise BenchError(text, place=f"{self.path}:{line}")
            seen[key] = line
            self.lines[(*location, key)] = line
            yield key, self.plain(value_node, (*location, key))

    def _scalar(self, node: Node) -> str | int | float | bool | None:
        kind, text = str(node.tag).removeprefix(_CORE), str(node.value)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        try:
            if kind == "int":
                return int(text.replace("_", ""), 0) if text[:2].lower() in {"0x", "0o"} else int(text)
            if kind == "float":
                return {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}.get(
                    text.lower()
                ) or float(text)
        except ValueError:
            return text
        return text


def check(settings: type[S], document: Document, *, context: Mapping[str, Any] | None = None) -> S:
    """The document's value as settings. Raises BenchError for the first fault: `file:line: key: what is wrong`."""
    try:
        return settings.model_validate(document.value, context=dict(context or {}))
    except ValidationError as error:
        location, message = first_fault(error, document.value)
        key = ".".join(str(part) for part in location)
        text = f"{key}: {message}" if key and not message.startswith("unknown key") else message
        raise BenchError(text, place=document.place(location)) from None


def first_fault(error: ValidationError, value: object) -> tuple[Location, str]:
    """Where in `value` the first fault of a validation lies, and what it is, in words for a user."""
    fault = error.errors(include_url=False)[0]
    location = _without_tags(fault["loc"], value)
    context = fault.get("ctx", {})
    given = fault["input"]
    match fault["type"]:
        case "unknown_key":
            return (*location, str(context["key"])), str(context["text"])
        case "union_tag_invalid":
            known = [name.strip("' ") for name in str(context["expected_tags"]).split(",")]
            return (*location, "kind"), f"unknown kind {context['tag']!r}{suggest(context['tag'], known)}"
        case "union_tag_not_found":
            return location, "the key 'kind' is missing"
        case "missing" if isinstance(fault["loc"][-1], int):
            return location, f"needs more values, got {given!r}"
        case "missing":
            return location[:-1], f"the key {str(location[-1])!r} is missing"
        case "model_type" | "model_attributes_type" | "dict_type":
            return location, f"needs a mapping of keys and values, got {given!r}"
        case "value_error":
            return location, str(context["error"])
        case "literal_error":
            known = [name.strip("' ") for name in str(context["expected"]).replace(" or ", ", ").split(",")]
            return location, f"unknown value {given!r}{suggest(given, known)}"
        case "unknown_value" | "repeated_value":
            return location, fault["msg"]
        case _:
            return location, f"{_in_words(fault['msg'])}, got {given!r}"


def _without_tags(location: tuple[str | int, ...], value: object) -> Location:
    """A pydantic location without the kinds that it names beside the keys of the file."""
    kept: list[str | int] = []
    for part in location:
        if isinstance(value, Mapping):
            if part in value:
                value = value[part]
            elif part == value.get("kind"):
                continue
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif isinstance(part, int):
            continue
        kept.append(part)
    return tuple(kept)


def _in_words(message: str) -> str:
    text = message.replace("Input should be", "should be").replace("a valid tuple", "a list")
    text = text.replace("Tuple", "the list").replace(" after validation", "")
    return text[0].lower() + text[1:]
