"""Writes columns to the bytes of a file, by its ending."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError, suggest
from bench.tables.table import short

Columns = Mapping[str, Sequence[Any]]


def table_bytes(columns: Columns, path: Path) -> bytes:
    """A table as CSV, TSV, JSON, JSON lines or Parquet, as the name `path` ends; an absent value is an empty field.

    columns: of equal length. Raises BenchError for another ending, and for a value that the format cannot hold.
    """
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        raise BenchError(f"unknown file ending {ending!r}{suggest(ending, _WRITERS)}", place=path)
    try:
        return _WRITERS[ending](columns)
    except (TypeError, ValueError) as error:
        raise BenchError(f"cannot be written: {' '.join(str(error).split())}", place=path) from None


def _rows(columns: Columns) -> list[tuple[Any, ...]]:
    return list(zip(*columns.values(), strict=True))


def _csv(columns: Columns) -> bytes:
    rows = [tuple(columns), *_rows(columns)]
    return "".join(_record(["" if value is None else _flat(value, ".csv") for value in row]) for row in rows).encode()


def _record(fields: Sequence[Any]) -> str:
    # The csv module quotes the characters of its line's end wherever they occur in a field: here both of them.
    target = io.StringIO()
    csv.writer(target, lineterminator="\r\n").writerow(fields)
    return target.getvalue().removesuffix("\r\n") + "\n"


def _tsv(columns: Columns) -> bytes:
    rows = [tuple(columns), *_rows(columns)]
    return "".join("\t".join(_unquoted(value) for value in row) + "\n" for row in rows).encode()


def _flat(value: Any, ending: str) -> Any:
    if isinstance(value, (list, dict, bytes)):
        raise TypeError(f"{short(value)} is no plain value, which {ending} cannot hold; write .jsonl or .parquet")
    return value


def _unquoted(value: Any) -> str:
    text = "" if value is None else str(_flat(value, ".tsv"))
    if any(mark in text for mark in "\t\r\n"):
        raise ValueError(f"{short(value)} holds a tabulator or a line's end, which .tsv cannot hold; write .csv")
    return text


def _json_lines(columns: Columns) -> bytes:
    return "".join(_json_object(columns, row) + "\n" for row in _rows(columns)).encode()


def _json(columns: Columns) -> bytes:
    return ("[\n" + ",\n".join(_json_object(columns, row) for row in _rows(columns)) + "\n]\n").encode()


def _json_object(columns: Columns, row: Sequence[Any]) -> str:
    return json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, allow_nan=False)


def _parquet(columns: Columns) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(pa.table({name: list(values) for name, values in columns.items()}), target, compression="zstd")
    return target.getvalue()


_WRITERS: Mapping[str, Callable[[Columns], bytes]] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".json": _json,
    ".jsonl": _json_lines,
    ".parquet": _parquet,
}
