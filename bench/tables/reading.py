"""Chooses the reader for a path by its ending."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.core.errors import BenchError, suggest
from bench.core.text_files import unreadable
from bench.tables.arrow import read_parquet, read_saved
from bench.tables.delimiters import likely_delimiter
from bench.tables.json_rows import read_json, read_json_lines
from bench.tables.separated import Layout, read_separated
from bench.tables.table import Table
from bench.tables.workbooks import ENDINGS as _WORKBOOKS
from bench.tables.workbooks import read_workbook

_SEPARATED = {".csv": Layout(",", quoted=True), ".tsv": Layout("\t", quoted=False)}
_OTHERS = {".json": read_json, ".jsonl": read_json_lines, ".ndjson": read_json_lines, ".parquet": read_parquet}
_COMPRESSED = {".csv", ".tsv", ".json", ".jsonl", ".ndjson"}
_REMEDIES = {
    ".arrow": "name the folder that `save_to_disk` wrote",
    ".zip": "unpack it, or compress with gzip",
    ".bz2": "unpack it, or compress with gzip",
    ".xz": "unpack it, or compress with gzip",
    ".zst": "unpack it, or compress with gzip",
}


def read_table(
    path: Path,
    names: Sequence[str] | None = None,
    *,
    keep: Sequence[str] | None = None,
    delimiter: str | None = None,
    multiline: bool = False,
    sheet: str | None = None,
) -> Table:
    """Read a CSV, TSV, JSON (array or lines), JSON lines, Parquet or Excel file, or a folder of `Dataset.save_to_disk`.

    Text files may be compressed by gzip (`rows.csv.gz`); a note names an encoding other than plain UTF-8.
    names: names of the columns of a CSV or TSV file, or of a sheet, without a header line.
    keep: the columns that are wanted, None for all; what is not wanted is not held.
    delimiter: separates the fields of a CSV or TSV file; left out, a comma or a tabulator. A TSV file has no quotes
    (IANA text/tab-separated-values): a quotation mark in it is text.
    multiline: quoted fields of a CSV file that span lines are meant, however rare they are.
    sheet: of a workbook (Excel, OpenDocument), its name; left out, the first that holds anything.
    Raises BenchError with file and line (or row) for what cannot be read, for a wanted column that is not there, and
    for a file without rows.
    """
    is_folder = _is_folder(path)
    ending = "" if is_folder else _ending(path)
    given = {"columns": names, "delimiter": delimiter, "multiline": multiline or None, "sheet": sheet}
    _check_options(path, ending, [name for name, value in given.items() if value is not None])
    if ending in _SEPARATED:
        default = _SEPARATED[ending]
        columns = None if names is None else tuple(names)
        return read_separated(path, Layout(delimiter or default.delimiter, default.quoted, columns, multiline), keep)
    if ending in _WORKBOOKS:
        return read_workbook(path, names, keep, sheet)
    if is_folder:
        return read_saved(path, keep)
    if ending in _OTHERS:
        return _OTHERS[ending](path, keep)
    if not path.exists():
        raise unreadable(path, FileNotFoundError())
    known = suggest(ending, [*_SEPARATED, *_OTHERS, *_WORKBOOKS])
    remedy = f"; {_REMEDIES[ending]}. {known.partition('. ')[2]}" if ending in _REMEDIES else known
    raise BenchError(f"unknown file ending {ending!r}{remedy}", place=path)


_OPTIONS = {
    "columns": ((*_SEPARATED, *_WORKBOOKS), "CSV, TSV and Excel files"),
    "delimiter": (tuple(_SEPARATED), "CSV and TSV files"),
    "multiline": (tuple(_SEPARATED), "CSV and TSV files"),
    "sheet": (_WORKBOOKS, "Excel and OpenDocument files"),
}
"""For each option on a table's layout, the endings of the files that it is for, and their name in messages."""


def _check_options(path: Path, ending: str, given: Sequence[str]) -> None:
    """Raises BenchError for a layout option that does not apply to such a file."""
    for name in given:
        endings, files = _OPTIONS[name]
        if ending not in endings:
            raise BenchError(f"only {files} take {name!r}; leave {name!r} out", place=path)
        if name == "multiline" and not _SEPARATED[ending].quoted:
            raise BenchError("TSV files have no quoted fields; leave 'multiline' out", place=path)


def is_table_file(path: Path) -> bool:
    """Whether a file that is there ends as tables do; one of JSON, which settings may be, too, where it is an array."""
    ending = _ending(path)
    if not path.is_file() or ending not in {*_SEPARATED, *_OTHERS, *_WORKBOOKS}:
        return False
    if ending != ".json":
        return True
    with path.open("rb") as file:
        return file.read(1000).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def found_delimiter(path: Path) -> str | None:
    """The delimiter of a CSV or TSV file, judged by its first lines, where it is not that of its ending."""
    ending = _ending(path)
    if ending not in _SEPARATED or not path.is_file():
        return None
    usual = _SEPARATED[ending]
    found = likely_delimiter(path, usual.delimiter, quoted=usual.quoted)
    return None if found == usual.delimiter else found


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise BenchError(f"cannot be read: {error.strerror}", place=str(path)) from None


def _ending(path: Path) -> str:
    """The last ending in small letters, or the one before `.gz` where that is of a text file."""
    before, last = Path(path.stem).suffix.lower(), path.suffix.lower()
    return before if last == ".gz" and before in _COMPRESSED else last
