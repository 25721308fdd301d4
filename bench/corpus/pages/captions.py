"""Captions of several photographs that share a block or a photo credit, separated by their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bench.corpus.pages import roles
from bench.corpus.pages.characters import CLOSERS, PARTIAL_STOPS, STOPS, STRAIGHT
from bench.corpus.pages.lines import Block, split_block

Series = Literal["number", "bare", "bracket", "side", "arrow"]

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HAN_NUMBERS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_NUMBER = r"[①-⑳]|[一二三四五六七八九十]|\d{1,2}"
_SAYS = r"(?=\s?(?:[:：]|为))"
_MARKER = re.compile(
    rf"图\s?(?P<number>[①-⑳])|图\s?(?P<number_said>[一二三四五六七八九十]|\d{{1,2}}){_SAYS}"
    rf"|[（(]\s?图\s?(?P<bracket>{_NUMBER})\s?[）)]"
    rf"|(?P<side>[左右]?[上中下左右]图){_SAYS}"
    r"|(?P<arrow>[▲▼◀▶△▽])"
    r"|(?P<bare>[①-⑳])"
)
_BEHIND = STOPS + PARTIAL_STOPS + CLOSERS + STRAIGHT


@dataclass(frozen=True, slots=True)
class Marker:
    """What numbers a caption: 图①, 图一:, （图一）, 上图:, ▲, or ① alone, from `start` to `end` (exclusive).

    number: of a series that counts, else 0.
    """

    start: int
    end: int
    series: Series
    number: int

    def precedes(self, other: Marker) -> bool:
        """Whether the other one is the next of the same series."""
        if self.series != other.series:
            # 图①：……②：…… goes on without the character.
            return (self.series, other.series) == ("number", "bare") and self.number + 1 == other.number
        return self.number == 0 or self.number + 1 == other.number


def _number(sign: str) -> int:
    if sign in _CIRCLED:
        return _CIRCLED.index(sign) + 1
    return _HAN_NUMBERS.index(sign) + 1 if sign in _HAN_NUMBERS else int(sign)


def _markers(text: str) -> Iterator[Marker]:
    """Markers that may begin (or, in brackets, end) a caption: at the start, behind a stop or behind a blank."""
    for found in _MARKER.finditer(text):
        start, end = found.span()
        series = (found.lastgroup or "bare").removesuffix("_said")
        before = text[start - 1 : start]
        if not before or before.isspace() or before in _BEHIND or series == "bracket":
            counts = series in {"number", "bare", "bracket"}
            kind: Series = series  # type: ignore[assignment]  # the groups are named after the series
            yield Marker(start, end, kind, _number(found[found.lastgroup or 0]) if counts else 0)


def marker_of(text: str) -> Marker | None:
    """The marker at a caption's start or, in brackets, at its end; None where it has none."""
    found = list(_markers(text))
    if found and found[0].start == 0:
        return found[0]
    return found[-1] if found and found[-1].series == "bracket" and found[-1].end == len(text) else None


def are_of_one_series(before: str, after: str) -> bool:
    """Whether a caption follows another one of the same numbered series."""
    first, second = marker_of(before), marker_of(after)
    return first is not None and second is not None and first.precedes(second)


def part_captions(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, those that hold several numbered captions in pieces of one caption each.

    A block stays whole where its numbers do not count on from one caption to the next, or where numbers alone (①, ▲)
    stand without a photo credit behind them: they number lists as well.
    """
    result: list[Block] = []
    for index, block in enumerate(blocks):
        text = block.text
        credited = index + 1 < len(blocks) and roles.is_credit(blocks[index + 1].text)
        cuts = _cuts(text[: roles.end_credit(text)], credited=credited or roles.end_credit(text) < len(text))
        result += split_block(block, cuts) if cuts else [block]
    return result


def _cuts(text: str, *, credited: bool) -> list[int]:
    """Where captions begin inside a block's text (its photo credit left out), none where they cannot be parted."""
    found = [marker for marker in _markers(text) if marker.series in _sure_series(text, credited=credited)]
    if len(found) < 2 or not all(before.precedes(after) for before, after in pairwise(found)):
        return []
    if found[0].series == "bracket" and found[0].start > 0:
        # Numbers at the captions' ends: the last one ends the text.
        return [marker.end for marker in found[:-1]] if found[-1].end == len(text) else []
    return [marker.start for marker in found if marker.start]


def _sure_series(text: str, *, credited: bool) -> frozenset[Series]:
    """The series that part this text: the first one in it, and numbers alone only where they begin it."""
    first = next(_markers(text), None)
    if first is None or (first.number > 1):
        return frozenset()
    if first.series == "number":
        return frozenset({"number", "bare"})
    if first.series == "side":
        return frozenset({"side"})
    begins = first.start == 0
    if first.series == "bracket":
        return frozenset({"bracket"}) if begins or credited else frozenset()
    return frozenset({first.series}) if begins and credited else frozenset()
