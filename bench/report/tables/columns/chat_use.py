"""Requests, tokens, seconds and cost of chat models."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

from bench.comparison import Comparison, Row
from bench.comparison.values import ChatUse
from bench.core.languages import Bilingual
from bench.report.tables.columns.base import COLUMNS, TableColumns
from bench.report.tables.numbers import NONE, figures
from bench.report.tables.sheet import Column


def chat_use_columns(comparison: Comparison) -> dict[str, Callable[[ChatUse], str]]:
    """For each heading the text of a system that uses a server; empty where no system of the table does."""
    chat_use = [row.chat_use for row in comparison.rows if row.chat_use is not None]
    columns: dict[str, Callable[[ChatUse], str]] = {}
    if chat_use:
        columns[Bilingual("tokens a text", "每条文本的词元")] = lambda one: figures(one.tokens)
        columns[Bilingual("seconds a text", "每条文本的秒数")] = lambda one: figures(one.seconds)
    for currency in dict.fromkeys(one.currency for one in chat_use if one.cost is not None):
        heading = Bilingual(f"{currency} per 1,000 texts", f"每千条 {currency}")
        columns[heading] = functools.partial(_cost, currency=currency)
    if any(one.invalid for one in chat_use):
        columns[Bilingual("no label", "没有标签")] = _invalid
    return columns


def _invalid(chat_use: ChatUse) -> str:
    """The share of answers that named no label."""
    return f"{sum(chat_use.invalid.values()) / chat_use.requests:.1%}" if chat_use.invalid else "0"


def _cost(chat_use: ChatUse, *, currency: str | None) -> str:
    """In one of the currencies."""
    return figures(chat_use.cost if chat_use.currency == currency else None)


def chat_use_cells(comparison: Comparison, chat_use: ChatUse | None) -> list[str]:
    """One text a column."""
    return [NONE if chat_use is None else tell(chat_use) for tell in chat_use_columns(comparison).values()]


def chat_use_notes(comparison: Comparison) -> Iterator[str]:
    """Whose numbers these are, a line for each system."""
    rows = [(row.system, row.chat_use) for row in comparison.rows if row.chat_use is not None]
    for system, one in rows:
        models = ", ".join(one.models)
        yield Bilingual(
            f"{system}: labelled by {models} at {one.address}, {one.requests:,} different requests, one text each.",
            f"{system}：由 {one.address} 的 {models} 标注，共 {one.requests:,} 个不同的请求，每个一条文本。",
        )


@COLUMNS.register("chat-use")
class ChatUseColumns(TableColumns):
    """Tokens, seconds and cost of a text, and how many answers named no label, where chat models were asked."""

    order = 70

    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """Those that some system has something to show in."""
        return [Column(name) for name in chat_use_columns(comparison)]

    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """A dash for a system that asks no chat model."""
        return chat_use_cells(comparison, row.chat_use)

    def numbers(self, row: Row) -> Mapping[str, float | None]:
        """A text's tokens and seconds, the cost of 1,000 texts, and the share of answers that named no label."""
        use = row.chat_use
        if use is None:
            return {}
        return {
            "tokens_per_text": use.tokens,
            "seconds_per_text": use.seconds,
            f"cost_per_1000_texts_{use.currency}": use.cost,
            "invalid_share": sum(use.invalid.values()) / use.requests,
        }

    def notes(self, comparison: Comparison) -> Iterator[str]:
        """As `chat_use_notes`."""
        return chat_use_notes(comparison)
