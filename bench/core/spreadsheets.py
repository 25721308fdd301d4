"""Cells of CSV files for people: no spreadsheet runs one as a formula (OWASP, "CSV Injection"), and no text is lost."""

from __future__ import annotations

import re

# Full-width signs count, too: spreadsheets of Chinese and Japanese systems take them for the others.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""The start of a cell that a spreadsheet would compute, or that `harmless` has escaped."""


def harmless(value: object) -> object:
    """A cell that no spreadsheet computes: with an apostrophe before a formula; numbers stay numbers.

    >>> harmless("=1+1"), harmless("＝1+1"), harmless("'=1"), harmless("a=1"), harmless(-1)
    ("'=1+1", "'＝1+1", "''=1", 'a=1', -1)
    """
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def as_before(cell: str) -> str:
    """The cell before `harmless` escaped it.

    >>> as_before("'=1+1"), as_before("''=1"), as_before("'quoted'"), as_before("=1")
    ('=1+1', "'=1", "'quoted'", '=1')
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
