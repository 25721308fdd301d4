"""Which reader a path's ending calls for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.core.documents import unreadable
from bench.core.errors import BenchError, suggest
from bench.tables.arrow import read_parquet, read_saved
from bench.tables.json_rows import read_json, read_json_lines
from bench.tables.separated import Layout, read_separated
from bench.tables.table import Table

_SEPARATED = {".csv": Layout(",", quoted=True), ".tsv": Layout("\t", quoted=False)}
_OTHERS = {".json": read_json, ".jsonl": read_json_lines, ".ndjson": read_json_lines, ".parquet": read_parquet}
_COMPRESSED = {".csv", ".tsv", ".json", ".jsonl", ".ndjson"}
_REMEDIES = {
    ".xlsx": "a spreadsheet has formulas, formats and sheets; save the sheet as CSV UTF-8",
    ".xls": "a spreadsheet has formulas, formats and sheets; save the sheet as CSV UTF-8",
    ".ods": "a spreadsheet has formulas, formats and sheets; save the sheet as CSV UTF-8",
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
) -> Table:
    """Read a CSV, TSV, JSON (array or lines), JSON lines or Parquet file, or a folder of `Dataset.save_to_disk`.

    Text files may be compressed by gzip (`rows.csv.gz`); a note tells an encoding other than plain UTF-8.
    names: names of the columns of a CSV or TSV file without a header line.
    keep: the columns that are wanted, None for all; what is not wanted is not held.
    delimiter: parts the fields of a CSV or TSV file; left out, a comma or a tabulator. A TSV file has no quotes
    (IANA text/tab-separated-values): a quotation mark in it is text.
    multiline: quoted fields of a CSV file that span lines are meant, however rare they are.
    Raises BenchError with file and line (or row) for what cannot be read, for a wanted column that is not there, and
    for a file without rows.
    """
    ending = _ending(path)
    if ending in _SEPARATED:
        default = _SEPARATED[ending]
        if multiline and not default.quoted:
            raise BenchError("TSV files have no quoted fields; leave 'multiline' out", place=path)
        columns = None if names is None else tuple(names)
        return read_separated(path, Layout(delimiter or default.delimiter, default.quoted, columns, multiline), keep)
    for key, value in (("columns", names), ("delimiter", delimiter), ("multiline", multiline or None)):
        if value is not None:
            raise BenchError(f"only CSV and TSV files take {key!r}; leave {key!r} out", place=path)
    if path.is_dir():
        return read_saved(path, keep)
    if ending in _OTHERS:
        return _OTHERS[ending](path, keep)
    if not path.exists():
        raise unreadable(path, FileNotFoundError())
    known = suggest(ending, [*_SEPARATED, *_OTHERS])
    remedy = f"; {_REMEDIES[ending]}. {known.partition('. ')[2]}" if ending in _REMEDIES else known
    raise BenchError(f"unknown file ending {ending!r}{remedy}", place=path)


def _ending(path: Path) -> str:
    """The last ending in small letters, or the one before `.gz` where that is of a text file."""
    before, last = Path(path.stem).suffix.lower(), path.suffix.lower()
    return before if last == ".gz" and before in _COMPRESSED else last
