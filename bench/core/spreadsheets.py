"""Cells of CSV files for people: no spreadsheet runs one as a formula (OWASP, "CSV Injection"), and no text is lost."""

from __future__ import annotations

import re

# Full-width signs count, too: spreadsheets of Chinese and Japanese systems take them for the others.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What a cell begins with that would be a formula, or would read as one of ours that was kept from being one."""


def harmless(value: object) -> object:
    """A cell with an apostrophe before what a spreadsheet would compute; numbers stay numbers.

    >>> harmless("=1+1"), harmless("＝1+1"), harmless("'=1"), harmless("a=1"), harmless(-1)
    ("'=1+1", "'＝1+1", "''=1", 'a=1', -1)
    """
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def as_before(cell: str) -> str:
    """What `harmless` was given.

    >>> as_before("'=1+1"), as_before("''=1"), as_before("'quoted'"), as_before("=1")
    ('=1+1', "'=1", "'quoted'", '=1')
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
