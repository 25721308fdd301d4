"""Blocks of running text with what is known before they are read: widths, heading costs, datelines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from bench.corpus.pages import roles
from bench.corpus.pages.block_types import BlockType
from bench.corpus.pages.boundaries import BodyBlock, PageStyle
from bench.corpus.pages.lines import Block, keeps_indent
from bench.corpus.pages.widths import INDENT, Measure, columns, latin_width, measure

FULL_HEADING = 2.0
ABOVE_DATELINE = -2.5
UNDER_HEADING = -1.0
CAPTION_COLUMN = 1.0

_BESIDE: frozenset[BlockType] = frozenset({"debris", "jump to", "jump from", "end"})
"""What may precede a page's first headline."""


def prepare(blocks: Sequence[Block], block_types: Sequence[BlockType]) -> list[BodyBlock]:
    """Every block measured, one for one; blocks of running text lend each other their column widths."""
    latin = latin_width(blocks)
    bodies = [
        BodyBlock(
            block=block,
            measures=tuple(measure(token.text, latin) for token in block.tokens),
            columns={},
            heading=math.inf,
            dateline_end=_dateline_end(block),
            tail_start=_tail_start(block),
        )
        for block in blocks
    ]
    running = [index for index, form in enumerate(block_types) if form in {"body", "caption"}]
    shown = columns([_showing(bodies[index]) for index in running])
    opening = next((index for index, form in enumerate(block_types) if form not in _BESIDE), 0)
    widths: dict[int, Mapping[float, float]] = dict(zip(running, shown, strict=True))
    return [
        BodyBlock(
            block=body.block,
            measures=body.measures,
            columns=widths.get(index, {})
            if block_types[index] == "body"
            else _caption_columns(body, widths.get(index, {})),
            heading=math.inf
            if block_types[index] != "body"
            else _heading(bodies, block_types, index, widths[index], opens=index == opening),
            dateline_end=body.dateline_end,
            tail_start=body.tail_start,
        )
        for index, body in enumerate(bodies)
    ]


def _caption_columns(body: BodyBlock, widths: Mapping[float, float]) -> dict[float, float]:
    """A caption is set as wide as its photograph: its own first line may show that, however short it is."""
    first = body.measures[0].natural
    whole = sum(found.natural + 1.0 for found in body.measures)
    own = {float(round(width)): CAPTION_COLUMN for width in (first, first + INDENT, whole + INDENT)}
    return {**own, **widths}


def page_style(blocks: Sequence[Block]) -> PageStyle:
    """What holds for all blocks of a page."""
    return PageStyle(
        indents_kept=any(
            block.indented or any(keeps_indent(token.blank) for token in block.tokens) for block in blocks
        ),
        shows_columns=any(len(block.tokens) > 1 for block in blocks),
    )


def _dateline_end(block: Block) -> int:
    """Where in the page a dateline at a block's start ends, 0 for none."""
    text = block.text
    left = len(text[: roles.dateline_length(text)].replace(" ", ""))
    if left:
        for token in block.tokens:
            if left <= len(token.text):
                return token.start + left
            left -= len(token.text)
    return 0


def _tail_start(block: Block) -> int:
    """Where in the page a credit or sign-off at a block's end begins, its end for none."""
    text = block.text
    right = len(text[min(roles.end_credit(text), roles.end_byline(text)) :].replace(" ", ""))
    for token in reversed(block.tokens):
        if right <= len(token.text):
            return token.end - right
        right -= len(token.text)
    return block.tokens[0].start


def _showing(body: BodyBlock) -> list[Measure]:
    """The measures that can show a block's column: a dateline has pauses of its own."""
    pairs = zip(body.block.tokens, body.measures, strict=True)
    return [found for token, found in pairs if token.start >= body.dateline_end]


def _heading(
    bodies: Sequence[BodyBlock], block_types: Sequence[BlockType], index: int, widths: Iterable[float], *, opens: bool
) -> float:
    """The cost of reading a block as a heading: from its form, its width and its neighbours."""
    body = bodies[index]
    cost = roles.heading_cost(body.block.text)
    if cost is None or body.block.indented or _is_text_by_its_neighbour(bodies, block_types, index):
        return math.inf
    first = body.measures[0].natural
    if any(abs(first + indent - width) <= 0.5 for width in widths for indent in (0.0, INDENT)):
        cost += FULL_HEADING
    above_dateline = index + 1 < len(bodies) and (
        block_types[index + 1] in {"byline", "dateline"} or bodies[index + 1].dateline_end > 0
    )
    if above_dateline or opens:
        cost += ABOVE_DATELINE
    elif block_types[index - 1] in {"heading", "vertical"}:
        cost += UNDER_HEADING
    return max(0.0, cost)


def _is_text_by_its_neighbour(bodies: Sequence[BodyBlock], block_types: Sequence[BlockType], index: int) -> bool:
    """What goes on elsewhere is text, and so are a document's date and, above it, who signed it."""
    if block_types[index + 1 : index + 2] == ["jump to"]:
        return True
    return index > 0 and any(roles.is_date(body.block.text) for body in bodies[index : index + 2])
