"""The type of each block of a page, by its form and its neighbours, before any boundary is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bench.corpus.pages import roles
from bench.corpus.pages.captions import are_of_one_series
from bench.corpus.pages.furniture import furniture_of
from bench.corpus.pages.lines import Block

BlockType = Literal[
    "body", "heading", "vertical", "byline", "dateline", "credit", "caption", "debris", "jump to", "jump from", "end"
]

_MOST_HEADLINES = 3
_LONGEST_HEADING = 60
_VERTICAL_RUN = 3
_LIST_STEP = 2
"""Blocks from one line of a list of names to the next: a heading may be between them."""


def classify(blocks: Sequence[Block]) -> list[BlockType]:
    """One form a block."""
    block_types: list[BlockType] = [_alone(block) for block in blocks]
    _find_vertical(blocks, block_types)
    _find_names(blocks, block_types)
    _find_headlines(blocks, block_types)
    _find_captions(blocks, block_types)
    return block_types


def _alone(block: Block) -> BlockType:
    text = block.text
    if roles.is_debris(block.compact):
        return "debris"
    if (row := furniture_of(text)) is not None:
        if row.kind in {"jump to", "jump from"}:
            return row.kind
        return "end" if row.ends else "debris"
    if roles.dateline_length(text) == len(text):
        return "dateline"
    if roles.is_credit(text) or roles.is_page_credit(text):
        return "credit"
    if roles.is_byline(text):
        return "byline"
    # A mark before a whole paragraph is an error of the extraction.
    if block.level and not (len(text) > _LONGEST_HEADING or "。" in text):
        return "heading"
    return "body"


def _find_vertical(blocks: Sequence[Block], block_types: list[BlockType]) -> None:
    start = 0
    for index in range(len(blocks) + 1):
        if index < len(blocks) and block_types[index] == "body" and roles.is_vertical_piece(blocks[index]):
            continue
        if index - start >= _VERTICAL_RUN:
            block_types[start:index] = ["vertical"] * (index - start)
        start = index + 1


def _find_names(blocks: Sequence[Block], block_types: list[BlockType]) -> None:
    """Names alone are a byline under a headline only, and where they are not one of several lines of names: a list."""
    names = [form == "body" and roles.is_names(block.text) for form, block in zip(block_types, blocks, strict=True)]
    for index in range(1, len(blocks)):
        under = block_types[index - 1] in {"heading", "vertical"} or (
            block_types[index - 1] == "body" and roles.heading_cost(blocks[index - 1].text) is not None
        )
        near = any(names[max(0, index - _LIST_STEP) : index]) or any(names[index + 1 : index + 1 + _LIST_STEP])
        if names[index] and under and not near:
            block_types[index] = "byline"


def _find_headlines(blocks: Sequence[Block], block_types: list[BlockType]) -> None:
    """Blocks between a headline and its byline, or without mark-up right above a byline, are headline too."""
    for index, form in enumerate(block_types):
        if form != "byline" or blocks[index].text[0] in "（(":
            continue
        start = index
        while start and index - start < _MOST_HEADLINES and block_types[start - 1] == "body":
            if roles.heading_cost(blocks[start - 1].text) is None:
                break
            start -= 1
        block_types[start:index] = ["heading"] * (index - start)


def _find_captions(blocks: Sequence[Block], block_types: list[BlockType]) -> None:
    """The block above a photographer's name, one that ends with it, one that says 图为, and those of their series."""
    for index, block in enumerate(blocks):
        text = block.text
        if block_types[index] == "body" and (0 < roles.end_credit(text) < len(text) or _says_caption(text)):
            block_types[index] = "caption"
        above = index - 1
        if block_types[index] != "credit" or above < 0 or block_types[above] != "body" or roles.is_page_credit(text):
            continue
        if text.rstrip("）)").endswith(("摄", "影")) or roles.heading_cost(blocks[above].text) is None:
            block_types[above] = "caption"
    for index in range(len(blocks) - 1, 0, -1):
        pair = block_types[index - 1 : index + 1] == ["body", "caption"]
        if pair and are_of_one_series(blocks[index - 1].text, blocks[index].text):
            block_types[index - 1] = "caption"


def _says_caption(text: str) -> bool:
    """Whether a text's first words make it a caption; an arrow does not where the rest could be a heading."""
    return roles.is_caption(text) and (text[0] not in roles.ARROWS or roles.heading_cost(text[1:].strip()) is None)
