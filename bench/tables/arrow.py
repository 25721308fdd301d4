"""Reads Parquet files and data sets of the `datasets` library, batch after batch."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError
from bench.core.inputs import check_readable, check_regular
from bench.core.text_files import unreadable
from bench.tables.table import Gathering, Table, place_of

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

_BATCH = 10_000
_BUFFER = 1 << 20


def read_parquet(path: Path, keep: Sequence[str] | None) -> Table:
    """The kept columns of a Parquet file. Raises BenchError with the row for what cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    gathering = Gathering(path, "row", keep)
    try:
        check_regular(path)
        with pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False) as file:
            _start(gathering, file.schema_arrow.names)
            # Threads and read-ahead buffers would keep the whole compressed file in memory besides its texts.
            batches = file.iter_batches(_BATCH, columns=list(gathering.columns), use_threads=False)
            return _gather(gathering, batches, _class_names(file.schema_arrow.metadata or {}))
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise unreadable(path, error) from None
        raise BenchError(f"not Parquet: {str(error).splitlines()[0]}", place=path) from None


def read_saved(path: Path, keep: Sequence[str] | None) -> Table:
    """The kept columns of a folder that `Dataset.save_to_disk` wrote.

    Raises BenchError for a folder that is none, and for one of several splits, which are folders of their own.
    """
    if (path / "dataset_dict.json").is_file():
        splits = sorted(entry.name for entry in path.iterdir() if (entry / "state.json").is_file())
        first = f", as in {path.name}/{splits[0]}" if splits else ""
        raise BenchError(f"holds splits ({', '.join(splits)}), each a folder; name one of them{first}", place=path)
    if not (path / "state.json").is_file():
        text = "is a folder, but none that `save_to_disk` of datasets wrote; name a file in it, or use kind: hub"
        raise BenchError(text, place=path)
    return read_dataset(load_saved(path), path, keep)


def load_saved(path: Path) -> Any:
    """The Dataset or DatasetDict in a folder that `save_to_disk` wrote. Raises BenchError where it is damaged."""
    from datasets import load_from_disk

    check_readable(path)
    with progress_bars_off():
        try:
            return load_from_disk(str(path))
        except Exception as error:  # noqa: BLE001  of a damaged folder the library raises whatever it stumbles on
            text = f"cannot be read by datasets: {type(error).__name__}: {' '.join(str(error).split())}"
            raise BenchError(text, place=path) from None


def read_dataset(dataset: Dataset, name: Path | str, keep: Sequence[str] | None) -> Table:
    """The kept columns of a data set, integers of ClassLabel columns as their names.

    name: what error messages call it. Raises BenchError with the row for what cannot be read.
    """
    import pyarrow as pa

    gathering = Gathering(name, "row", keep)
    _start(gathering, dataset.column_names)
    class_names = {
        column: list(kind.names)
        for column, kind in dataset.features.items()
        if type(kind).__name__ == "ClassLabel" and kind.names is not None
    }
    kept = dataset.select_columns(list(gathering.columns)).with_format("arrow")
    try:
        return _gather(gathering, kept.iter(_BATCH), class_names)
    except (pa.ArrowException, OSError) as error:
        raise BenchError(f"cannot be read: {str(error).splitlines()[0]}", place=name) from None


@contextmanager
def progress_bars_off() -> Iterator[None]:
    """Keep `datasets` from drawing bars over our output; what the user had set holds again afterwards."""
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    disabled = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if not disabled:
            enable_progress_bars()


def _start(gathering: Gathering, names: Sequence[str]) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BenchError(f"column {twice!r} appears twice; give each column its own name", place=gathering.path)
    gathering.start(names)


def _gather(gathering: Gathering, batches: Any, class_names: Mapping[str, Sequence[str]]) -> Table:
    rows = 0
    for batch in batches:
        for name, column in gathering.columns.items():
            for value in _values(batch.column(name), name, gathering.path, rows, class_names.get(name)):
                column.add(value)
        gathering.places.extend(range(rows + 1, rows + batch.num_rows + 1))
        rows += batch.num_rows
    return gathering.table()


def _values(
    column: pa.Array | pa.ChunkedArray, name: str, path: Path | str, rows: int, class_names: Sequence[str] | None
) -> list[Any]:
    """Plain values of a batch's column. rows: how many rows come before it, so that a fault can name its row."""
    try:
        values: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        values = [_value(cell, name, place_of(path, "row", rows + at)) for at, cell in enumerate(column, start=1)]
    if class_names is None:
        return values
    return [
        _class_name(class_names, value, name, place_of(path, "row", rows + at)) for at, value in enumerate(values, 1)
    ]


def _value(cell: Any, name: str, place: str) -> Any:
    try:
        return cell.as_py()
    except UnicodeDecodeError as error:
        byte = f"0x{error.object[error.start]:02x}"
        raise BenchError(f"{name}: byte {byte} is not UTF-8, as the strings of Arrow must be", place=place) from None
    except (ValueError, OverflowError) as error:
        raise BenchError(f"{name}: {cell.type} cannot be read: {error}", place=place) from None


def _class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """Names of the integers of ClassLabel columns, as the `datasets` library writes them into a schema."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}")).get("info", {}).get("features", {})
        kinds = {name: kind for name, kind in features.items() if isinstance(kind, dict)}
    except (ValueError, AttributeError, RecursionError):
        return {}
    return {name: list(map(str, kind["names"])) for name, kind in kinds.items() if isinstance(kind.get("names"), list)}


def _class_name(names: Sequence[str], value: Any, column: str, place: str) -> Any:
    """A label's name; the library's -1 means no label. Raises BenchError for a number without a name."""
    if not isinstance(value, int) or value == -1:
        return None if value == -1 else value
    if not 0 <= value < len(names):
        raise BenchError(f"{column}: {value} has no name; 0 to {len(names) - 1} have", place=place)
    return names[value]
