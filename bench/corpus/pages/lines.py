"""A page's text as blocks (the lines of the file) and tokens (the text between two blanks), with their positions."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.corpus.pages.characters import BYTE_ORDER_MARK

LINE_BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"

_LINE = re.compile(rf"[^{LINE_BREAKS}]+")
_TOKEN = re.compile(rf"[^\s{BYTE_ORDER_MARK}]+")
_HEADING_MARK = re.compile(r"(#{1,6})(?=\s|$)")
_KEPT_INDENT = re.compile(r"[　\u2002\u2003]{2}| {4}|\t")


@dataclass(frozen=True, slots=True)
class Token:
    """Characters `start` to `end` (exclusive) of the page between two blanks.

    blank: the whitespace before it within its block, "" for a block's first token.
    """

    text: str
    start: int
    end: int
    blank: str


@dataclass(frozen=True, slots=True)
class Block:
    """One line of the file that is not blank, or a piece of one where that holds several things.

    tokens: at least one, the mark of a heading left out.
    level: number of `#` before it, 0 for none.
    indented: whether the blanks of a paragraph's first line were kept before it.
    """

    tokens: tuple[Token, ...]
    level: int
    indented: bool

    @property
    def text(self) -> str:
        """The tokens, one blank between them."""
        return " ".join(token.text for token in self.tokens)

    @property
    def compact(self) -> str:
        """The tokens without blanks."""
        return "".join(token.text for token in self.tokens)

    @property
    def end(self) -> int:
        """Where its last character ends."""
        return self.tokens[-1].end


def read_blocks(text: str) -> list[Block]:
    """The blocks of a page in order. A heading mark with nothing behind it is no block."""
    blocks = []
    for line in _LINE.finditer(text):
        found = list(_TOKEN.finditer(text, line.start(), line.end()))
        if not found:
            continue
        indented = _KEPT_INDENT.search(text, line.start(), found[0].start()) is not None
        mark = _HEADING_MARK.match(found[0].group())
        if mark:
            found = found[1:]
        tokens = []
        for position, match in enumerate(found):
            blank = text[found[position - 1].end() : match.start()] if position else ""
            tokens.append(Token(match.group(), match.start(), match.end(), blank))
        if tokens:
            blocks.append(Block(tuple(tokens), len(mark.group()) if mark else 0, indented))
    return blocks


def split_block(block: Block, cuts: Sequence[int]) -> list[Block]:
    """A block in pieces, cut before characters of its `text`.

    cuts: rising, from 0 to the text's length; a piece of blanks is none. The heading mark stays with the first piece.
    """
    pieces: list[list[Token]] = [[]]
    place, ahead = 0, deque(cuts)
    for token in block.tokens:
        start = place
        while start < place + len(token.text):
            while ahead and ahead[0] <= start:
                ahead.popleft()
                pieces.append([])
            end = min(ahead[0] if ahead else math.inf, place + len(token.text))
            characters = token.text[start - place : int(end) - place]
            first = token.start + start - place
            blank = token.blank if start == place else ""
            pieces[-1].append(Token(characters, first, first + len(characters), blank))
            start = int(end)
        place += len(token.text) + 1
    found = [piece for piece in pieces if piece]
    return [
        Block(
            (replace(piece[0], blank=""), *piece[1:]),
            0 if number else block.level,
            keeps_indent(piece[0].blank) if number else block.indented,
        )
        for number, piece in enumerate(found)
    ]


def keeps_indent(blank: str) -> bool:
    """Whether a blank inside a block is a kept indent of a paragraph's first line."""
    return _KEPT_INDENT.search(blank) is not None
