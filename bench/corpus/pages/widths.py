"""Estimates how wide printed text is, in em: of tokens, of the type of a page and of the columns of its blocks."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from bench.corpus.pages.characters import CLOSERS, COMMAS, OPENERS, PARTIAL_STOPS, STOPS, STRAIGHT, is_latin
from bench.corpus.pages.lines import Block

INDENT = 2.0
"""Blank em at the start of a paragraph's first line."""

SHOWING_LINES = 3
"""A block of fewer lines does not show its column's width."""

_SQUEEZED = frozenset(STOPS + PARTIAL_STOPS + COMMAS + OPENERS + CLOSERS + STRAIGHT)
_NO_LINE_START = frozenset(STOPS + PARTIAL_STOPS + COMMAS + CLOSERS + "—～·%％")
# A straight quote behind a character may be a closing one.
_BOUND = _NO_LINE_START | set(STRAIGHT)
_LONGEST_UNIT = 16.0
_LATIN_WIDTHS = (0.5, 1.0)
_OWN_CANDIDATES = 3
_PAGE_CANDIDATES = 4
_RARITY = 0.5
_UNBROKEN = 8.0
_NARROWEST = 4
_TWO_EM = re.compile(r"\.{4,}|--+")


@dataclass(frozen=True, slots=True)
class Measure:
    """The width of a token.

    natural: em, as set without squeezing.
    squeeze: em by which it can be narrower, half an em for each Chinese punctuation mark.
    stretch: em by which it can be wider, since widths differ between fonts: half an em for each sign such as / or %, a
        tenth for an ASCII letter or digit.
    need: em of its first unit that no line may divide (a character and the marks that may not start a line, or a
        Latin word): what must not have fitted on the line before.
    """

    natural: float
    squeeze: float
    stretch: float
    need: float


@lru_cache(maxsize=1 << 16)
def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA"


def _is_half(text: str, index: int) -> bool:
    character = text[index]
    if not character.isascii():
        return not _is_wide(character)
    if character in _SQUEEZED:
        # A mark inside a number or a Latin word (10:30, 1,000) is set as they are; one between Chinese is full.
        return 0 < index < len(text) - 1 and is_latin(text[index - 1]) and is_latin(text[index + 1])
    return True


def measure(text: str, latin: float) -> Measure:
    """Measure a token. latin: em of one ASCII letter or digit.

    >>> measure("2024年,省", 0.5)
    Measure(natural=5.0, squeeze=0.5, stretch=0.4, need=2.0)
    """
    half = [_is_half(text, index) for index in range(len(text))]
    natural = squeeze = stretch = 0.0
    for narrow, character in zip(half, text, strict=True):
        natural += latin if narrow else 1.0
        if character in _SQUEEZED:
            squeeze += 0.0 if narrow else 0.5
        elif narrow:
            stretch += 0.1 if character.isalnum() else 0.5
    # An ellipsis or a dash, however it is encoded, was printed two em wide.
    natural += sum(2.0 - latin * len(run.group()) for run in _TWO_EM.finditer(text))
    return Measure(natural, squeeze, stretch, _first_unit(text, half, latin))


def _first_unit(text: str, half: Sequence[bool], latin: float) -> float:
    """Em of the shortest start of a token after which a line may break, at most 16: longer ones are cut anyway."""
    index, unit = 0, 0.0
    while index < len(text) and text[index] in OPENERS + STRAIGHT:
        unit += 1.0
        index += 1
    if index < len(text) and half[index]:
        while index < len(text) and half[index]:
            unit += latin
            index += 1
    elif index < len(text):
        unit += 1.0
        index += 1
    while index < len(text) and text[index] in _BOUND:
        unit += 1.0
        index += 1
    return min(unit, _LONGEST_UNIT)


def latin_width(blocks: Sequence[Block]) -> float:
    """Em of an ASCII letter on this page: 0.5, or 1 where that brings lines with numbers closer to those without.

    Compared are the inner lines of each block: those without ASCII letters or digits show the column.
    """
    off = dict.fromkeys(_LATIN_WIDTHS, 0.0)
    column = 0.0
    for block in blocks:
        inner = [token.text for token in block.tokens[1:-1]]
        plain = [measure(text, 1.0).natural for text in inner if not any(map(is_latin, text))]
        column = median(plain) if plain else column
        for text in inner if column else ():
            if sum(map(is_latin, text)) > 1:
                for latin in _LATIN_WIDTHS:
                    off[latin] += min(3.0, abs(measure(text, latin).natural - column))
    proportional, fixed = off.values()
    # Proportional type is usual in print; fixed-width type is assumed only on clear evidence.
    return _LATIN_WIDTHS[fixed < 0.8 * proportional]


def overfull(natural: float, squeeze: float, column: float) -> float:
    """Em by which a line is wider than its column, squeezed as far as it can be."""
    return max(0.0, natural - squeeze - column)


def unfilled(natural: float, need: float, column: float) -> float:
    """Em by which a line ends before it had to: how much more than the next unit would have fitted, plus 0.5."""
    return max(0.0, column - natural - need + 0.5)


def columns(measures: Sequence[Sequence[Measure]]) -> list[dict[float, float]]:
    """For each block (the measures of its lines), the column widths in em that it may have been set in, with costs.

    Blocks of three lines or more show their own (of two, where the page has no longer ones). All blocks try those that
    the page shows most, and those of their nearest neighbours, since a column goes on; the more lines of a page agree
    on a width, the less it costs.
    """
    least = min(SHOWING_LINES, max(map(len, measures), default=0))
    own = [_own_columns(block) if len(block) >= max(2, least) else () for block in measures]
    lines: Counter[float] = Counter()
    for block, widths in zip(measures, own, strict=True):
        if widths:
            lines[widths[0]] += len(block) - 1
    total = sum(lines.values())
    common = [width for width, _ in lines.most_common(_PAGE_CANDIDATES)]
    before, after = _nearest(own), _nearest(own[::-1])[::-1]
    alone = _column_of_single_lines([line.natural for block in measures for line in block])
    result = []
    for index, block in enumerate(measures):
        tried = dict.fromkeys([*own[index], *before[index], *after[index], *common])
        widest = max((line.natural - line.squeeze for line in block), default=0.0)
        if not lines:
            tried = {alone: None}
        elif widest > max(tried) + 1.0:
            tried = dict.fromkeys([*tried, *(max(float(_NARROWEST), round(widest) + add) for add in (0.0, INDENT))])
        result.append({width: _RARITY * -math.log((lines[width] + 1) / (total + 1)) for width in tried})
    return result


def _column_of_single_lines(widths: Sequence[float]) -> float:
    """The column of a page whose blocks are all of one line.

    Many lines of one length, and few that are longer, are lines broken by the file itself; else nothing was broken, and
    no line is full.
    """
    column, _ = Counter(map(round, widths)).most_common(1)[0] if widths else (0, 0)
    full = sum(abs(width - column) < 2 for width in widths)
    longer = sum(width >= column + 2 for width in widths)
    return float(column) if full >= max(3, 0.4 * len(widths), 4 * longer) else max(widths, default=0.0) + _UNBROKEN


def _nearest(own: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """For each block the likeliest width of the last one before it that shows any, as a sequence of one or none."""
    result: list[Sequence[float]] = []
    last: Sequence[float] = ()
    for widths in own:
        result.append(last)
        last = widths[:1] or last
    return result


def _own_columns(block: Sequence[Measure]) -> tuple[float, ...]:
    widest = max(token.natural for token in block[:-1])
    candidates = {float(round(token.natural + add)) for token in block[:-1] for add in (-1, 0, INDENT)}
    candidates = {width for width in candidates if _NARROWEST <= width <= widest + INDENT}
    ranked = sorted(candidates, key=lambda width: (_misfit(block, width), width))
    return tuple(ranked[:_OWN_CANDIDATES])


def _misfit(block: Sequence[Measure], column: float) -> float:
    total = 0.0
    for index, (token, following) in enumerate(pairwise(block)):
        indents = (0.0, INDENT) if index == 0 else (0.0,)
        total += min(
            min(3.0, overfull(token.natural + indent, token.squeeze, column))
            + min(3.0, unfilled(token.natural + token.stretch + indent, following.need, column))
            + 0.4 * abs(token.natural + indent - column)
            for indent in indents
        )
    return total
