"""Texts without labels, in the order of their source: lines, a table's column, or the paragraphs of a raw page."""

from __future__ import annotations

import codecs
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bench.core.errors import BenchError
from bench.core.inputs import open_regular
from bench.core.text_files import read_bytes, unreadable
from bench.tables import Table, found_delimiter, read_table, short
from bench.tables.decoding import open_text

STANDARD_INPUT = "standard input"
_LINES = (".txt", ".txt.gz")
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of a file or of standard input; they are read while `rows` is iterated, once.

    name: what error messages call their source. columns: names of what is known of each beside its text.
    rows: a text and the values of those columns; a blank text is a row like any other. count: how many rows there are,
    None where that is known only at the end. notes: what a user should know of how they were read.
    unit: what places count, as lines, empty where rows have ids; places: that of each row, None where rows are counted
    from 1.
    """

    name: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[str, tuple[Any, ...]]]
    count: int | None = None
    notes: tuple[str, ...] = ()
    unit: str = "line"
    places: Sequence[int] | None = None

    def place(self, row: int) -> int:
        """The line or row of the file that holds a row, counted from 1; rows count from 0."""
        return row + 1 if self.places is None else self.places[row]

    def batches(self, size: int) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
        """The rows, `size` at a time. Raises BenchError where there is none, or for one that cannot be read."""
        rows = iter(self.rows)
        first = True
        while batch := list(itertools.islice(rows, size)):
            yield batch
            first = False
        if first:
            raise BenchError("holds no text", place=self.name)


def read_texts(
    path: Path | None,
    stack: ExitStack,
    *,
    standard_input: BinaryIO,
    text: str | None = None,
    usual: Sequence[str] = ("text",),
    row_id: str | None = None,
    keep: Sequence[str] = (),
    encoding: str | None = None,
    delimiter: str | None = None,
    multiline: bool = False,
    sheet: str | None = None,
    columns: Sequence[str] | None = None,
) -> Texts:
    """The texts of a file: one a line (.txt), or a column of a table (CSV, TSV, JSON, Parquet, by ending).

    path: None for standard input, one text a line. text: name of the column with the text; left out, the first of
    `usual` that is there. row_id: name of a column with ids; keep: names of further columns. encoding: of
    lines; left out, found from a file's bytes, and UTF-8 for standard input. delimiter: of a CSV or TSV file; left out,
    found from its first lines. multiline, sheet: as for `read_table`; columns: names of those of a CSV, TSV or Excel
    file without a header line.
    stack: holds what is open until the texts are read.
    Raises BenchError, now or while the texts are read, with file and line or row for what cannot be read, and for a
    column that is not there.
    """
    if path is None or holds_lines(path):
        name = STANDARD_INPUT if path is None else str(path)
        of_tables = {"--text": text, "--id": row_id, "--keep": keep, "--multiline": multiline}
        of_tables |= {"--delimiter": delimiter, "--sheet": sheet}
        refuse_columns(name, of_tables)
        if path is None:
            return Texts(name, (), _lines(decoded(standard_input, encoding or "utf-8", name)))
        if encoding is not None:
            data = stack.enter_context(_opened(path))
            return Texts(name, (), _lines(decoded(data, encoding, name)))
        whole, notes = stack.enter_context(open_text(path, newline="\n"))
        return Texts(name, (), _lines(whole), notes=notes)
    if encoding is not None:
        text = "the encoding of a table is found from its bytes; leave --encoding out, or save it as UTF-8"
        raise BenchError(text, place=path)
    delimiter = found_delimiter(path) if delimiter is None else delimiter
    options = {"delimiter": delimiter, "multiline": multiline, "sheet": sheet, "names": columns}
    return _of_table(path, usual if text is None else (text,), row_id, keep, options)


def holds_lines(path: Path) -> bool:
    """Whether a file holds a text a line, by its ending."""
    return path.name.lower().endswith(_LINES)


def refuse_columns(name: str, options: Mapping[str, Any]) -> None:
    """Raises BenchError for the first given option that is about columns, where a file holds a text a line."""
    for option, given in options.items():
        if given:
            raise BenchError(f"holds a text a line, no columns; leave {option} out", place=name)


def read_page(path: Path | None, *, standard_input: BinaryIO, encoding: str | None = None) -> Texts:
    """The paragraphs and captions of a raw newspaper page, repaired first; columns `id`, `kind` and `position`.

    position: from 0, in page order. path, encoding: as for `read_texts`.
    Raises BenchError for what is no text, and for a page without paragraphs.
    """
    from bench.corpus.build import page_key
    from bench.corpus.pages import repair_page

    name = STANDARD_INPUT if path is None else str(path)
    notes: tuple[str, ...] = ()
    if path is None or encoding is not None:
        data = io.BytesIO(read_bytes(path)) if path is not None else standard_input
        whole = "".join(decoded(data, encoding or "utf-8", name))
    else:
        with open_text(path, newline="") as (file, notes):
            whole = file.read()
    page = repair_page(whole, key="page" if path is None else page_key(path))
    if not page.paragraphs:
        raise BenchError("holds no paragraph; give the extracted text of a newspaper page", place=name)
    rows = [
        (paragraph.text, (page.row_id(paragraph), paragraph.kind, position))
        for position, paragraph in enumerate(page.paragraphs)
    ]
    return Texts(name, ("id", "kind", "position"), rows, len(rows), notes, unit="")


def _of_table(
    path: Path, names: Sequence[str], row_id: str | None, keep: Sequence[str], options: Mapping[str, Any]
) -> Texts:
    """The texts of a table. names: names of columns; the first that the table has holds the texts."""
    others = [*([] if row_id is None else [row_id]), *keep]
    text, table = _first_there(
        path, names, lambda name: read_table(path, keep=[*dict.fromkeys([name, *others])], **options)
    )
    names = (*([] if row_id is None else ["id"]), *keep)
    values = [table.column(name) for name in others]
    cells = table.column(text)
    for name in others:
        _check_whole(name, "the column's name", path)
    rows = (
        (
            _text(table, text, row, cell),
            tuple(_kept(table, name, row, each[row]) for name, each in zip(others, values, strict=True)),
        )
        for row, cell in enumerate(cells)
    )
    unit = table.unit if row_id is None else ""
    return Texts(str(path), names, rows, len(cells), table.notes, unit, table.places)


def _first_there(path: Path, names: Sequence[str], read: Callable[[str], Table]) -> tuple[str, Table]:
    """The first of some columns that a table has, and the table read with it. Raises BenchError where it has none."""
    known = ""
    for name in names:
        try:
            return name, read(name)
        except BenchError as error:
            missing = f"no column {name!r}"
            if len(names) == 1 or not error.message.startswith(missing):
                raise
            known = error.message.partition("Known: ")[2].partition(";")[0]
    tried = " or ".join(map(repr, dict.fromkeys(names)))
    raise BenchError(f"no column {tried}; name the one that holds the texts: --text COLUMN. Known: {known}", place=path)


def _text(table: Table, column: str, row: int, cell: Any) -> str:
    """The text of a cell, blank where there is none."""
    if cell is None or cell != cell:  # noqa: PLR0124  NaN
        return ""
    if not isinstance(cell, str):
        raise BenchError(f"{column}: the text must be a string, got {short(cell)}", place=table.place(row))
    _check_whole(cell, column, table.place(row))
    return cell


def _kept(table: Table, column: str, row: int, value: Any) -> Any:
    """Check a value that is written out beside a text, and give it back."""
    for part in _strings(value):
        _check_whole(part, column, table.place(row))
    return value


def _strings(value: Any) -> Iterator[str]:
    """Every string in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from itertools.chain.from_iterable(map(_strings, itertools.chain(value, value.values())))
    elif isinstance(value, (list, tuple)):
        yield from itertools.chain.from_iterable(map(_strings, value))


def _check_whole(text: str, what: str, place: str | Path) -> None:
    """Raises BenchError for a text that no file can hold: UTF-8 has no half surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        fault = f"{what}: character {error.start + 1} is half a surrogate pair; write the whole character"
        raise BenchError(fault, place=place) from None


def _opened(path: Path) -> BinaryIO:
    try:
        return open_regular(path)
    except OSError as error:
        raise unreadable(path, error) from None


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    return ((line.rstrip("\r\n"), ()) for line in lines)


def decoded(data: BinaryIO, encoding: str, name: str) -> Iterator[str]:
    """Lines of text with their ends, a byte order mark left out.

    Raises BenchError for an unknown encoding, and with the line of the first byte that is not of the encoding.
    """
    try:
        # A wrong byte is decoded to half a surrogate pair, and so is found in its own line.
        text = io.TextIOWrapper(data, encoding=encoding, errors="surrogateescape", newline="\n")
    except LookupError:
        known = "utf-8, gb18030, gbk, big5, utf-16"
        raise BenchError(f"--encoding: {encoding!r} is no encoding of text; known are {known}, …") from None
    number = 0
    try:
        for number, line in enumerate(text, start=1):
            wrong = _ESCAPED.search(line)
            if wrong is not None:
                other = "gb18030" if codecs.lookup(encoding).name == "utf-8" else "utf-8"
                fault = f"byte 0x{ord(wrong[0]) - 0xDC00:02x} is not {encoding}; name its own, as in --encoding {other}"
                raise BenchError(fault, place=f"{name}:{number}")
            yield line.removeprefix("\ufeff") if number == 1 else line
    except UnicodeError:
        raise BenchError(f"is not {encoding} from here on", place=f"{name}:{number + 1}") from None
    finally:
        text.detach()
