"""Reads rows that Python holds already, as frames, data sets, lists or iterators, each with its number."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from bench.core.errors import BenchError, quoted
from bench.tables.arrow import read_dataset
from bench.tables.table import Table, missing_column

_FORMS = (
    "a pandas or polars frame, an Arrow table, a datasets.Dataset, a mapping of columns, or rows as mappings or "
    "(text, label) pairs"
)


def read_object(value: Any, name: str, keep: Sequence[str]) -> Table:
    """The kept columns of rows that Python holds, whatever holds them; missing values are None.

    A frame's index plays no part: rows are numbered from 1 in their order. An iterator is read to its end.
    name: what error messages call the data. keep: names of columns; of rows that are pairs, the first two of them.
    Raises BenchError for what holds no rows, and for a column that is missing or appears twice.
    """
    if _is_dataset(value):
        return read_dataset(value, name, keep)
    columns = _columns(value, name, keep)
    names = list(columns)
    for column in keep:
        if column not in columns:
            raise missing_column(column, names, name)
    found = {column: [_plain(cell) for cell in columns[column]] for column in keep}
    lengths = {column: len(cells) for column, cells in found.items()}
    if len(set(lengths.values())) > 1:
        raise BenchError(f"columns are of different length: {quoted(lengths)}", place=name)
    rows = next(iter(lengths.values()))
    if not rows:
        raise BenchError("holds no rows", place=name)
    return Table(name, found, array("q", range(1, rows + 1)), "row")


def read_columns(columns: Mapping[str, Iterable[Any]], name: str) -> Table:
    """Columns given one by one, as lists, arrays, series or iterators. Raises BenchError where their lengths differ."""
    lists = {column: _as_list(cells, f"{name}.{column}") for column, cells in columns.items()}
    return read_object(lists, name, list(lists))


def is_table(value: object) -> bool:
    """Whether a value holds rows with named columns: a frame, an Arrow table, a data set."""
    return _is_dataset(value) or _is_pandas(value) or hasattr(value, "__arrow_c_stream__")


def _is_dataset(value: Any) -> bool:
    return all(hasattr(value, name) for name in ("features", "column_names", "with_format", "select_columns", "iter"))


def _is_pandas(value: object) -> bool:
    module = type(value).__module__
    return module.partition(".")[0] == "pandas" and hasattr(value, "columns") and hasattr(value, "iloc")


def _columns(value: Any, name: str, keep: Sequence[str]) -> Mapping[str, Iterable[Any]]:
    if _is_pandas(value):
        # By position: a column's name may be no string, and may occur twice.
        names = _distinct([str(column) for column in value.columns], keep, name)
        return {column: value.iloc[:, at].tolist() if column in keep else () for at, column in enumerate(names)}
    if hasattr(value, "__arrow_c_stream__"):
        return _arrow_columns(value, keep, name)
    if isinstance(value, Mapping):
        return {str(column): _as_list(cells, f"{name}.{column}") for column, cells in value.items()}
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise BenchError(f"needs {_FORMS}, got {quoted(value)}", place=name)
    return _row_columns(list(value), name, keep)


def _arrow_columns(value: Any, keep: Sequence[str], name: str) -> Mapping[str, Iterable[Any]]:
    import pyarrow as pa

    try:
        table = pa.table(value)
        names = _distinct(table.column_names, keep, name)
        return {column: table.column(at).to_pylist() if column in keep else () for at, column in enumerate(names)}
    except (pa.ArrowException, UnicodeDecodeError, OverflowError) as error:
        raise BenchError(f"cannot be read as an Arrow table: {str(error).splitlines()[0]}", place=name) from None


def _distinct(names: list[str], keep: Sequence[str], name: str) -> list[str]:
    for column in keep:
        if names.count(column) > 1:
            raise BenchError(f"column {column!r} appears twice; give each column its own name", place=name)
    return names


def _row_columns(rows: list[Any], name: str, keep: Sequence[str]) -> Mapping[str, Iterable[Any]]:
    """The columns of rows that are mappings, or pairs of text and label."""
    if not rows:
        raise BenchError("holds no rows", place=name)
    if all(isinstance(row, Mapping) for row in rows):
        known = dict.fromkeys(str(column) for row in rows for column in row)
        return {column: [row.get(column) for row in rows] for column in known}
    for at, row in enumerate(rows, 1):
        if not isinstance(row, (tuple, list)) or len(row) != 2:
            text = f"needs {_FORMS}, got {quoted(row)}"
            raise BenchError(text, place=f"{name}: row {at}")
    return {column: [row[at] for row in rows] for at, column in enumerate(keep[:2])}


def _as_list(cells: Any, name: str) -> list[Any]:
    if isinstance(cells, (str, bytes, Mapping)) or not isinstance(cells, Iterable):
        raise BenchError(f"needs a list of values, got {quoted(cells)}", place=name)
    if hasattr(cells, "to_pylist"):  # Arrow's
        return list(cells.to_pylist())
    if hasattr(cells, "tolist"):  # of numpy and pandas
        found = cells.tolist()
        if not isinstance(found, list) or any(isinstance(cell, list) for cell in found[:1]):
            raise BenchError(f"needs one value a row, got {quoted(found)}", place=name)
        return found
    return list(cells)


def _plain(cell: Any) -> Any:
    """A cell as a plain value of Python; the library's own sign of a missing value as None."""
    if cell is None or type(cell) in {str, int, float, bool, list}:
        return cell
    if isinstance(cell, Enum):
        return _plain(cell.value)
    if isinstance(cell, str):  # of numpy, or a class of the user's own
        return str.__str__(cell)
    if type(cell).__module__.partition(".")[0] == "numpy" and hasattr(cell, "item") and getattr(cell, "ndim", 1) == 0:
        return cell.item()
    # pandas' NA, which can be compared with nothing.
    return None if type(cell).__name__ in {"NAType", "NaTType"} else cell
