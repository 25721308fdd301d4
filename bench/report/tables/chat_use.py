"""What chat models took to label a text, in columns beside the scores."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from bench.comparison import Comparison
from bench.comparison.values import ChatUse
from bench.report.tables.numbers import NONE


def chat_use_columns(comparison: Comparison) -> dict[str, Callable[[ChatUse], str]]:
    """Headings to what stands under them for a system that asks; none where no system of the table asks."""
    chat_use = [row.chat_use for row in comparison.rows if row.chat_use is not None]
    columns: dict[str, Callable[[ChatUse], str]] = {}
    if chat_use:
        columns["tokens a text"] = lambda one: figures(one.tokens)
        columns["seconds a text"] = lambda one: figures(one.seconds)
    for currency in dict.fromkeys(one.currency for one in chat_use if one.cost is not None):
        columns[f"{currency} per 1,000 texts"] = functools.partial(_cost, currency=currency)
    if any(one.invalid for one in chat_use):
        columns["no label"] = lambda one: f"{sum(one.invalid.values()) / one.requests:.1%}" if one.invalid else "0"
    return columns


def _cost(chat_use: ChatUse, *, currency: str | None) -> str:
    """In one of the currencies."""
    return figures(chat_use.cost if chat_use.currency == currency else None)


def chat_use_cells(comparison: Comparison, chat_use: ChatUse | None) -> list[str]:
    """One text a column."""
    return [NONE if chat_use is None else tell(chat_use) for tell in chat_use_columns(comparison).values()]


def figures(value: float | None) -> str:
    """Three figures, which is more than such numbers repeat to.

    >>> figures(1234.5), figures(0.01234), figures(None)
    ('1,234', '0.0123', '–')
    """
    if value is None:
        return NONE
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def chat_use_notes(comparison: Comparison) -> Iterator[str]:
    """Whose numbers these are, and what came of answers that name no label, a line each."""
    rows = [(row.system, row.chat_use) for row in comparison.rows if row.chat_use is not None]
    for system, one in rows:
        models = ", ".join(one.models)
        yield f"{system}: labelled by {models} at {one.address}, {one.requests:,} different requests, one text each."
    for system, one in rows:
        if one.invalid:
            why = ", ".join(f"{reason} {count:,}" for reason, count in one.invalid.items())
            yield f"{system}: {sum(one.invalid.values()):,} answers name no label ({why}); they count as wrong."
