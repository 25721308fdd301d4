"""YAML files of plain values, each value with its line; values of Python are treated the same."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, Event, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import ReaderError

from bench.core.errors import BenchError, quoted
from bench.core.text_files import read_text

Location = tuple[str | int, ...]

_MOST_YAML_BYTES, _MOST_VALUES, _DEEPEST = 4_000_000, 200_000, 50
_LARGEST_INTEGER = 2**63 - 1
_CORE = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its plain value, and the line (from 1) of every key and item by its location.

    path: None for a value that Python gave, which has no lines: faults name the path of keys alone.
    """

    path: Path | None
    value: Any
    lines: Mapping[Location, int]

    def place(self, location: Location = ()) -> str | None:
        """`file:line` of a location, or of the nearest one around it that the file holds; None without a file."""
        if self.path is None:
            return None
        while location and location not in self.lines:
            location = location[:-1]
        return f"{self.path}:{self.lines.get(location, 1)}"


def load_yaml(path: Path) -> Document:
    """Read a YAML 1.2 file of mappings, lists and plain scalars.

    Raises BenchError with `file:line` for what is not YAML, an empty file, a key that appears twice, tags, merge keys,
    integers beyond 64 bits, half surrogate pairs, and more than 4,000,000 bytes, 200,000 values or 50 levels.
    """
    text = read_text(path, most_bytes=_MOST_YAML_BYTES)
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Parser = functools.partial(_CheckedParser, path=path)
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BenchError(f"not YAML: {error.problem or error.context}", place=f"{path}:{line}") from None
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise BenchError(
            f"not YAML: character U+{error.character:04X} is not allowed", place=f"{path}:{line}"
        ) from None
    except YAMLError as error:
        raise BenchError(f"not YAML: {str(error).splitlines()[0]}", place=path) from None
    if node is None:
        raise BenchError("is empty, where a mapping of keys and values is needed", place=f"{path}:1")
    lines: dict[Location, int] = {}
    return Document(path, _Reader(path, lines).plain(node, ()), lines)


class _CheckedParser(Parser):
    """Raises BenchError while parsing for what is refused: tags, and too many levels or values."""

    def __init__(self, loader: YAML, path: Path) -> None:
        super().__init__(loader)
        self.path = path
        self.depth = self.values = 0

    def get_event(self) -> Event:
        """The next event, checked before anything under it is read."""
        event: Event = super().get_event()
        self.depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        self.values += isinstance(event, NodeEvent)
        tag = getattr(event, "tag", None)
        if self.depth > _DEEPEST:
            self._refuse(event, f"lists and mappings lie more than {_DEEPEST} deep")
        if self.values > _MOST_VALUES:
            self._refuse(event, f"holds more than {_MOST_VALUES:,} values")
        if tag is not None and tag != "!":
            self._refuse(event, f"YAML tag {quoted(str(tag))} is not allowed; write a plain value")
        return event

    def _refuse(self, event: Event, text: str) -> NoReturn:
        raise BenchError(text, place=f"{self.path}:{event.start_mark.line + 1}")


class _Reader:
    """Turns composed nodes into plain values, noting lines; refuses repeated keys and files that blow up."""

    def __init__(self, path: Path, lines: dict[Location, int]) -> None:
        self.path = path
        self.lines = lines
        self.open: set[int] = set()

    def plain(self, node: Node, location: Location) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(location, line)
        if len(self.lines) > _MOST_VALUES or len(location) > _DEEPEST or id(node) in self.open:
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
            key = self._string(key_node)
            if key == "<<":
                raise BenchError("merge keys ('<<') are not allowed; write the keys out", place=f"{self.path}:{line}")
            if key in seen:
                text = f"key {quoted(key)} appears twice, first on line {seen[key]}; keep one"
                raise BenchError(text, place=f"{self.path}:{line}")
            seen[key] = line
            self.lines[(*location, key)] = line
            yield key, self.plain(value_node, (*location, key))

    def _scalar(self, node: Node) -> str | int | float | bool | None:
        kind, text = str(node.tag).removeprefix(_CORE), self._string(node)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int":
            return self._integer(text, node.start_mark.line + 1)
        if kind == "float":
            named = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
            try:
                return named.get(text.lower()) or float(text)
            except ValueError:
                return text
        return text

    def _string(self, node: Node) -> str:
        text = str(node.value)
        if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        try:
            # Two escapes of UTF-16 are one character, as JSON writes those beyond the BMP.
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            text = f"{quoted(text)} holds half a surrogate pair; write the whole character"
            raise BenchError(text, place=f"{self.path}:{node.start_mark.line + 1}") from None

    def _integer(self, text: str, line: int) -> int | str:
        digits = text.replace("_", "")
        try:
            # More digits than 64 bits take in any base; Python itself refuses thousands of decimal digits.
            number = _LARGEST_INTEGER + 1 if len(digits) > 100 else int(digits, 0 if digits[:2] in {"0x", "0o"} else 10)
        except ValueError:
            return text
        if abs(number) > _LARGEST_INTEGER:
            cut = text if len(text) <= 20 else f"{text[:20]}…"
            text = f"the integer {cut} is too large; at most {_LARGEST_INTEGER} can be"
            raise BenchError(text, place=f"{self.path}:{line}")
        return number


def plain_document(value: object) -> Document:
    """A Python value as a document: numpy's numbers and arrays, tuples, ranges and paths become plain values.

    Settings stay as they are. Raises BenchError, with the path of keys, for what no file could hold either: keys that
    are no strings, integers beyond 64 bits, half surrogate pairs, more levels or values than can be meant.
    """
    return Document(None, _Plain().plain(value, ()), {})


class _Plain:
    """Makes values plain, counting them."""

    def __init__(self) -> None:
        self.count = 0

    def plain(self, value: Any, location: Location) -> Any:
        self.count += 1
        if self.count > _MOST_VALUES or len(location) > _DEEPEST:
            raise BenchError(f"holds more than {_MOST_VALUES:,} values, or lies more than {_DEEPEST} deep")
        if isinstance(value, Mapping):
            return {self._key(key, location): self.plain(each, (*location, str(key))) for key, each in value.items()}
        if isinstance(value, (list, tuple, range)):
            return [self.plain(each, (*location, at)) for at, each in enumerate(value)]
        if isinstance(value, os.PathLike):
            return self._checked(os.fspath(value), location)
        if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
            return self.plain(value.tolist(), location)
        return self._checked(value, location)

    def _key(self, key: object, location: Location) -> str:
        if not isinstance(key, str):
            raise BenchError(f"{_dotted(location)}a key must be a plain word, got {quoted(key)}")
        return str(self._checked(key, location))

    def _checked(self, value: Any, location: Location) -> Any:
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise BenchError(
                f"{_dotted(location)}{quoted(value)} holds half a surrogate pair; write the whole character"
            )
        if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
            text = f"the integer {quoted(value)} is too large; at most {_LARGEST_INTEGER} can be"
            raise BenchError(f"{_dotted(location)}{text}")
        return value


def _dotted(location: Location) -> str:
    return f"{'.'.join(map(str, location))}: " if location else ""
