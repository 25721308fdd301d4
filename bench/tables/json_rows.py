"""Reads JSON arrays and JSON lines with the standard library's decoder, one row in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from bench.core.errors import BenchError
from bench.core.text_files import unreadable
from bench.tables.decoding import open_text
from bench.tables.table import Gathering, Table, missing_column, place_of, short

_CHUNK = 1 << 16
_BLANKS = " \t\r\n"
_ROWS = "rows are an array of objects, or one object a line"


def read_json(path: Path, keep: Sequence[str] | None) -> Table:
    """The kept columns of a JSON array of objects, or of JSON lines: the first character shows which.

    Raises BenchError with the line, or the number of the row in an array, for what cannot be read.
    """
    with open_text(path, newline="\n") as (text, notes):
        chunks = iter(lambda: text.read(_CHUNK), "")
        first = next((start[0] for chunk in chunks if (start := chunk.lstrip(_BLANKS))), "")
        text.seek(0)
        if first == "[":
            return _gather(_array_rows(path, text), Gathering(path, "row", keep, notes))
        return _gather(_line_rows(path, text), Gathering(path, "line", keep, notes))


def read_json_lines(path: Path, keep: Sequence[str] | None) -> Table:
    """The kept columns of a file with one object a line. Raises BenchError with the line for what cannot be read."""
    with open_text(path, newline="\n") as (text, notes):
        return _gather(_line_rows(path, text), Gathering(path, "line", keep, notes))


def _gather(rows: Iterator[tuple[int, Any]], gathering: Gathering) -> Table:
    names: dict[str, None] = {}
    value: Any = None
    for at, value in rows:
        if not isinstance(value, dict):
            place = place_of(gathering.path, gathering.unit, at)
            array = gathering.unit == "line" and isinstance(value, list)
            hint = "; name a file that holds one array .json" if array else ""
            raise BenchError(f"needs an object of column and value, got {short(value)}{hint}", place=place)
        if not names.keys() >= value.keys():
            names |= dict.fromkeys(value)
            for name in names if gathering.keep is None else gathering.keep:
                if name in names and name not in gathering.columns:
                    gathering.open(name)
        for name, column in gathering.columns.items():
            column.add(value.get(name))
        gathering.places.append(at)
    _check_columns(gathering, names, value)
    return gathering.table()


def _check_columns(gathering: Gathering, names: Mapping[str, None], last: Any) -> None:
    """Raise BenchError where a wanted column is in no row, or the one row is no row but the whole table."""
    keep, alone = gathering.keep or (), len(gathering.places) == 1
    missing = next((name for name in keep if name not in names), None)
    if missing is not None and gathering.places:
        nested = _nested(last) if alone else None
        raise missing_column(missing, names, gathering.path, "" if nested is None else f"; {nested}")
    if keep and alone and all(isinstance(last[name], (list, dict)) for name in keep):
        text = f"is one object of whole columns; {_ROWS} (in pandas: to_json(orient='records'))"
        raise BenchError(text, place=gathering.path)


def _line_rows(path: Path, text: TextIO) -> Iterator[tuple[int, Any]]:
    """Line (from 1) and value of every line that is not blank."""
    first = True
    # Only \n parts JSON lines: str.splitlines would also split at marks inside a JSON string.
    for line, written in enumerate(text, start=1):
        if not written.strip(_BLANKS):
            continue
        place = f"{path}:{line}"
        try:
            value = _DECODER.decode(written.strip(_BLANKS))
        except json.JSONDecodeError as error:
            raise _no_line(path, error, place, look=first) from None
        except (ValueError, RecursionError) as error:
            raise _no_value(error, place) from None
        yield line, value
        first = False


def _array_rows(path: Path, text: TextIO) -> Iterator[tuple[int, Any]]:
    """Number (from 1) and value of each item of the one array that a file holds."""
    reader = _ArrayReader(path, text)
    reader.expect("[")
    row = 0
    if reader.peek() != "]":
        while True:
            row += 1
            yield row, reader.value(row)
            if reader.peek() != ",":
                break
            reader.expect(",")
    reader.expect("]")
    if reader.peek():
        raise reader.fault("Extra data")


class _ArrayReader:
    """Decodes value after value from a window on the text that grows only where a value does not fit."""

    def __init__(self, path: Path, text: TextIO) -> None:
        self.path = path
        self.text = text
        self.window = ""
        self.at = 0
        self.lines_before = 0

    def peek(self) -> str:
        """The next character that is not blank, "" at the end."""
        while True:
            while self.at < len(self.window) and self.window[self.at] in _BLANKS:
                self.at += 1
            if self.at < len(self.window):
                return self.window[self.at]
            if not self._more():
                return ""

    def expect(self, character: str) -> None:
        """Step over a character. Raises BenchError where there is another one."""
        if self.peek() != character:
            raise self.fault("Expecting ',' delimiter" if character == "]" else f"Expecting {character!r}")
        self.at += 1

    def value(self, row: int) -> Any:
        """The next value. Raises BenchError where there is none."""
        place = f"{self.path}: row {row}"
        while True:
            self.peek()
            try:
                value, self.at = _DECODER.raw_decode(self.window, self.at)
            except json.JSONDecodeError as error:
                if not self._more():
                    self.at = error.pos
                    raise self.fault(error.msg) from None
            except (ValueError, RecursionError) as error:
                raise _no_value(error, place) from None
            else:
                return value

    def fault(self, what: str) -> BenchError:
        """The error for the characters here."""
        line = self.lines_before + self.window.count("\n", 0, self.at) + 1
        return BenchError(f"not JSON: {what}", place=f"{self.path}:{line}")

    def _more(self) -> bool:
        """Drop what is decoded and read on, as much again as is waiting; False at the end of the text."""
        more = self.text.read(max(_CHUNK, len(self.window) - self.at))
        if not more:
            return False
        self.lines_before += self.window.count("\n", 0, self.at)
        self.window = self.window[self.at :] + more
        self.at = 0
        return True


class _RepeatedKeyError(ValueError):
    """An object names one key twice, where JSON leaves open which holds."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RepeatedKeyError(f"key {twice!r} appears twice in an object; keep one")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _no_value(error: ValueError | RecursionError, place: str) -> BenchError:
    if isinstance(error, RecursionError):
        return BenchError("not a row: lists within lists without end", place=place)
    if isinstance(error, _RepeatedKeyError):
        return BenchError(str(error), place=place)
    # The interpreter's guard against conversions that take quadratic time.
    return BenchError("holds an integer of more than 4,300 digits; write it as a string", place=place)


def _no_line(path: Path, error: json.JSONDecodeError, place: str, *, look: bool) -> BenchError:
    """The error for a line that is not JSON. look: whether the file may be one object over several lines."""
    text = f"not JSON: {error.msg} at character {error.pos + 1}"
    if not look:
        return BenchError(text, place=place)
    try:
        with open_text(path, newline="\n") as (whole, _):
            value = json.load(whole)
    except OSError as failure:
        return unreadable(path, failure)
    except (ValueError, RecursionError):
        return BenchError(text, place=place)
    return BenchError(_nested(value) or f"is one object over several lines; {_ROWS}", place=path)


def _nested(value: object) -> str | None:
    """What to do with an object that holds lists of rows, None where it holds none."""
    if not isinstance(value, Mapping):
        return None
    lists = [key for key, rows in value.items() if isinstance(rows, list) and rows and isinstance(rows[0], dict)]
    if not lists:
        return None
    names = ", ".join(map(repr, lists))
    each = "write that list alone" if len(lists) == 1 else "write each list to a file of its own"
    return f"is one object that holds rows under {names}; {each}: {_ROWS}"
