"""Reads sheets of Excel and OpenDocument workbooks, row after row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError, suggest
from bench.core.inputs import check_regular
from bench.core.text_files import unreadable
from bench.tables.table import Gathering, Table

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""Endings of the workbooks that can be read."""

_INSTALL = "reading it needs the package python-calamine: pip install 'banmian[excel]'; or save the sheet as CSV UTF-8"


def read_workbook(path: Path, names: Sequence[str] | None, keep: Sequence[str] | None, sheet: str | None) -> Table:
    """The kept columns of one sheet, whose first row names them; a row's place is its number in the sheet.

    names: of the columns, for a sheet without such a row. sheet: its name; left out, the first that holds anything, and
    a note says so where there are others. Formulas count by their values, dates become ISO 8601 strings, cells without
    a value None; rows and columns without any value are left out.
    Raises BenchError for a workbook that cannot be read, a sheet that is not there, and a column without a name.
    """
    title, rows, notes = _sheet(path, sheet)
    gathering = Gathering(path, "row", keep, notes)
    first = next((at for at, row in enumerate(rows) if any(value is not None for value in row)), 0)
    header = list(names) if names is not None else _header(path, title, rows, first)
    if header:
        gathering.start([name for name in header if name], "" if names is not None else _hint(title))
    columns = [(gathering.columns[name], at) for at, name in enumerate(header) if name in gathering.columns]
    start = first if names is not None else first + 1
    for number, row in enumerate(rows[start:], start=start + 1):
        if all(value is None for value in row):
            continue
        beyond = next((value for value in row[len(header) :] if value is not None), None)
        if beyond is not None:
            raise BenchError(f"a cell without a column name above it holds {beyond!r}", place=f"{path}: row {number}")
        for column, at in columns:
            column.add(row[at] if at < len(row) else None)
        gathering.places.append(number)
    if header and names is None and not gathering.places:
        raise BenchError(f"sheet {title!r} holds no rows but its column names", place=path)
    return gathering.table()


def _sheet(path: Path, wanted: str | None) -> tuple[str, list[list[Any]], tuple[str, ...]]:
    """Name and rows of the sheet to be read, and a note where there was a choice."""
    try:
        check_regular(path)
    except OSError as error:
        raise unreadable(path, error) from None
    try:
        import python_calamine as calamine
    except ImportError:
        raise BenchError(_INSTALL, place=path) from None
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            known = list(book.sheet_names)
            if wanted is not None and wanted not in known:
                raise BenchError(f"no sheet {wanted!r}{suggest(wanted, known)}", place=path)
            sheets = {name: _rows(book.get_sheet_by_name(name)) for name in ([wanted] if wanted else known)}
    except calamine.PasswordError:
        raise BenchError("is protected by a password; save it without one", place=path) from None
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError) as error:
        raise BenchError(f"cannot be read as a workbook: {' '.join(str(error).split())}", place=path) from None
    except OSError as error:
        raise unreadable(path, error) from None
    filled = [name for name, rows in sheets.items() if rows]
    if not filled:
        raise BenchError("holds no rows", place=path)
    others = ", ".join(map(repr, filled[1:]))
    note = f"{path}: sheet {filled[0]!r} is read; others that hold rows: {others} (sheet: NAME takes another)"
    return filled[0], sheets[filled[0]], ((note,) if others else ())


def _rows(sheet: Any) -> list[list[Any]]:
    """Every row from the first of the sheet on, those without any value at its end left out."""
    rows = [list(map(_plain, row)) for row in sheet.to_python(skip_empty_area=False)]
    while rows and all(value is None for value in rows[-1]):
        rows.pop()
    return rows


def _plain(value: Any) -> Any:
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    return None if value == "" else value


def _header(path: Path, title: str, rows: Sequence[Sequence[Any]], first: int) -> list[str]:
    """A name for each column, empty for one that holds nothing at all."""
    header = []
    for at, cell in enumerate(rows[first]):
        name = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else "" if cell is None else str(cell)
        if not name and any(at < len(row) and row[at] is not None for row in rows[first + 1 :]):
            text = f"sheet {title!r}: column {at + 1} has no name; give it one in row {first + 1}"
            raise BenchError(text, place=f"{path}: row {first + 1}")
        if name and name in header:
            raise BenchError(f"column {name!r} appears twice; give each column its own name", place=path)
        header.append(name)
    return header


def _hint(title: str) -> str:
    return f"; they are read from the first row of sheet {title!r}"
