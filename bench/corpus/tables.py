"""Rows of a file, read by its ending, each with the place that an error message can name."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core.documents import read_text
from bench.core.errors import BenchError, suggest


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length; `places` tells each row's line, or its number from 1 where a file has no lines."""

    path: Path
    columns: Mapping[str, Sequence[Any]]
    places: Sequence[int]
    unit: str

    def column(self, name: str) -> Sequence[Any]:
        """A column by name. Raises BenchError with the known names for one that is not there."""
        if name not in self.columns:
            raise BenchError(f"no column {name!r}{suggest(name, self.columns)}", place=self.path)
        return self.columns[name]

    def place(self, row: int) -> str:
        """`file:line`, or `file: row 3` (rows from 1) for files without lines."""
        at = self.places[row]
        return f"{self.path}:{at}" if self.unit == "line" else f"{self.path}: row {at}"


def read_table(path: Path, names: Sequence[str] | None = None) -> Table:
    """Read a CSV, TSV, JSON (array or lines), JSON lines or Parquet file.

    names: names of the columns of a CSV or TSV file without a header line.
    A TSV file has no quotes (IANA text/tab-separated-values): a quotation mark in it is text.
    Raises BenchError with file and line (or row) for what cannot be read, and for a file without rows.
    """
    ending = path.suffix.lower()
    if ending not in _READERS:
        raise BenchError(f"unknown file ending {ending!r}{suggest(ending, _READERS)}", place=path)
    if names is not None and ending not in {".csv", ".tsv"}:
        raise BenchError(f"a {ending} file names its own columns; leave 'columns' out", place=path)
    table = _READERS[ending](path, names)
    if not table.places:
        raise BenchError("holds no rows", place=path)
    return table


def _separated(path: Path, names: Sequence[str] | None) -> Table:
    dialect: dict[str, Any] = (
        {"delimiter": ","}
        if path.suffix.lower() == ".csv"
        else {
            "delimiter": "\t",
            "quoting": csv.QUOTE_NONE,
        }
    )
    # The library's own limit of 131,072 characters a field is no limit of the format.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True, **dialect)
    header = list(names) if names is not None else None
    rows: list[list[str]] = []
    places: list[int] = []
    line = 1
    try:
        for fields in reader:
            first_line, line = line, reader.line_num + 1
            if not fields:
                continue
            if header is None:
                header = fields
                _check_header(header, f"{path}:{first_line}")
            elif len(fields) != len(header):
                text = f"{len(fields)} fields, where {len(header)} are needed ({', '.join(header)})"
                raise BenchError(text, place=f"{path}:{first_line}")
            else:
                rows.append(fields)
                places.append(first_line)
    except csv.Error as error:
        raise BenchError(f"not {path.suffix[1:].upper()}: {error}", place=f"{path}:{line}") from None
    columns = zip(*rows, strict=True) if rows else ([] for _ in header or [])
    return Table(path, dict(zip(header or [], columns, strict=True)), places, "line")


def _check_header(header: Sequence[str], place: str) -> None:
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise BenchError(f"column {twice!r} stands twice; give each column its own name", place=place)


def _json(path: Path, names: Sequence[str] | None) -> Table:
    text = read_text(path)
    if not text.lstrip().startswith("["):
        return _json_lines(path, names)
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise BenchError(f"not JSON: {error.msg}", place=f"{path}:{error.lineno}") from None
    except RecursionError:
        raise BenchError("not rows: lists within lists without end", place=path) from None
    places = range(1, len(values) + 1)
    for row, value in zip(places, values, strict=True):
        if not isinstance(value, dict):
            raise BenchError(f"needs an object of column and value, got {_short(value)}", place=f"{path}: row {row}")
    return _objects(path, values, list(places), "row")


def _json_lines(path: Path, names: Sequence[str] | None) -> Table:
    del names
    values: list[dict[str, Any]] = []
    places: list[int] = []
    for line, value in _json_values(path):
        if not isinstance(value, dict):
            raise BenchError(f"needs an object of column and value, got {_short(value)}", place=f"{path}:{line}")
        values.append(value)
        places.append(line)
    return _objects(path, values, places, "line")


def _json_values(path: Path) -> Iterator[tuple[int, Any]]:
    # Only \n parts JSON lines: str.splitlines would also part at marks that may stand inside a JSON string.
    for line, text in enumerate(read_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            yield line, json.loads(text)
        except json.JSONDecodeError as error:
            raise BenchError(f"not JSON: {error.msg} at character {error.pos + 1}", place=f"{path}:{line}") from None
        except RecursionError:
            raise BenchError("not a row: lists within lists without end", place=f"{path}:{line}") from None


def _objects(path: Path, values: Sequence[Mapping[str, Any]], places: Sequence[int], unit: str) -> Table:
    names = dict.fromkeys(name for value in values for name in value)
    return Table(path, {name: [value.get(name) for value in values] for name in names}, places, unit)


def _parquet(path: Path, names: Sequence[str] | None) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    del names
    if not path.is_file():
        read_text(path)  # says what is wrong
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise BenchError(f"not Parquet: {str(error).splitlines()[0]}", place=path) from None
    class_names = _class_names(table.schema.metadata or {})
    columns = {}
    for name in table.column_names:
        values = table.column(name).to_pylist()
        if name in class_names:
            values = [_class_name(class_names[name], value) for value in values]
        columns[name] = values
    return Table(path, columns, range(1, table.num_rows + 1), "row")


def _class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """Names of the integers of ClassLabel columns, as the `datasets` library writes them into a schema."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}")).get("info", {}).get("features", {})
    except (ValueError, AttributeError):
        return {}
    labels = {
        name: kind for name, kind in features.items() if isinstance(kind, dict) and isinstance(kind.get("names"), list)
    }
    return {name: list(kind["names"]) for name, kind in labels.items()}


def _class_name(names: Sequence[str], value: Any) -> Any:
    """A label's name; the library's -1 stands for no label."""
    if value == -1:
        return None
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


_READERS: dict[str, Callable[[Path, Sequence[str] | None], Table]] = {
    ".csv": _separated,
    ".tsv": _separated,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}
