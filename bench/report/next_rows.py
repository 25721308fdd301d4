"""Rows to be labelled next, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from bench.deployment.next_rows import NextRow
from bench.report.tables.sheet import Column, Line, Sheet
from bench.report.tables.terminal import render

_LONGEST = 60


def as_terminal(rows: Sequence[NextRow], *, width: int | None = None, colour: bool = False) -> str:
    """One line for each row, the most useful first: its text, shortened, the proposal, and why it was chosen."""
    columns = (Column("id", "name"), Column("text", "text"), Column("proposal", "name"), Column("why", "text"))
    lines = tuple(Line((row.row_id, _short(row.text), _proposal(row), "; ".join(row.reasons))) for row in rows)
    return render([Sheet("To be labelled next", columns, lines)], width=width, colour=colour)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _LONGEST else f"{one_line[: _LONGEST - 1]}…"


def _proposal(row: NextRow) -> str:
    return row.proposal if row.probability is None else f"{row.proposal} {row.probability:.2f}"
