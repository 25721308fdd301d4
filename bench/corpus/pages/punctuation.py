"""Restores the printed forms of half-width marks and straight quotes between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.corpus.pages.characters import BYTE_ORDER_MARK, CLOSERS, OPENERS, is_chinese, is_han, is_latin

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_BRACKETS = {"(": "（", ")": "）"}
_MEASURES = "%％‰℃"
_CURLY = {'"': ("“", "”"), "'": ("‘", "’")}
# From a depth of quotation: the depths that a quote may lead to, with costs. A stray closing one leads from 0 to -1,
# which is 0 again.
_TURNS = {0: ((1, 0.0), (-1, 4.0)), -1: ((1, 0.0), (-1, 4.0)), 1: ((0, 0.0), (2, 2.5)), 2: ((1, 0.0),)}
_LEFT_OPEN = 1.0
_DOTS = re.compile(r"\.{3,}")
_DASHES = re.compile(r"-{2,}")

_FOLDED = str.maketrans("，；：？！。…（）“”‘’—", ",;:?!..()\"\"''-")
_FOLDED_RUNS = re.compile(r"\.{2,}|-{2,}")
_BLANK = re.compile(rf"[\s{BYTE_ORDER_MARK}]+")


def fold(text: str) -> str:
    """One form for all that repair may change: no blanks, every mark half-width, runs of dots or dashes as one pair.

    What a paragraph was built from and what it became fold to the same characters.

    >>> fold('“什么 是”，……') == fold('"什么是",......')
    True
    """
    return _FOLDED_RUNS.sub(lambda run: run.group()[0] * 2, _BLANK.sub("", text).translate(_FOLDED))


def restore(text: str) -> str:
    """A repaired text with the marks that were printed. Marks inside numbers and Latin text stay.

    >>> restore('既看"八小时内"的工作圈,也看朋友圈(扩大);10:30,共1,000人')
    '既看“八小时内”的工作圈，也看朋友圈（扩大）；10:30，共1,000人'
    """
    if not any(map(is_han, text)):
        return text
    characters = list(text)
    for straight, curly in _CURLY.items():
        _turn_quotes(characters, straight, curly)
    _widen_brackets(characters)
    _widen_marks(characters)
    return _widen_runs("".join(characters))


def _beside(characters: Sequence[str], index: int, step: int) -> str:
    """The nearest character that is not blank on one side, "" at the end of the text."""
    index += step
    while 0 <= index < len(characters):
        if not characters[index].isspace():
            return characters[index]
        index += step
    return ""


def _turn_quotes(characters: list[str], straight: str, curly: tuple[str, str]) -> None:
    """Give each straight quote its direction: opening and closing in turn, unless its neighbours speak against it.

    The cheapest sequence of directions is taken, so that one quote lost on the way does not turn all that follow.
    """
    places = [index for index, character in enumerate(characters) if character in (straight, *curly)]
    places = [index for index in places if not _is_apostrophe(characters, index)]
    if not places:
        return
    # The cheapest way to each depth of quotation, quote by quote, and the depths that it came from.
    costs = {0: 0.0}
    steps: list[dict[int, int]] = []
    for index in places:
        found: dict[int, float] = {}
        step: dict[int, int] = {}
        against = {
            opening: _against(characters, index, opening=opening, straight=straight, curly=curly)
            for opening in (True, False)
        }
        for depth, cost in costs.items():
            for after, price in _TURNS[depth]:
                total = cost + price + against[after > depth]
                if after not in found or total < found[after]:
                    found[after], step[after] = total, depth
        costs = found
        steps.append(step)
    depth = min(costs, key=lambda depth: costs[depth] + _LEFT_OPEN * depth)
    for index, step in zip(reversed(places), reversed(steps), strict=True):
        characters[index] = curly[0] if depth > step[depth] else curly[1]
        depth = step[depth]


def _is_apostrophe(characters: Sequence[str], index: int) -> bool:
    inside = 0 < index < len(characters) - 1
    return inside and characters[index] == "'" and is_latin(characters[index - 1]) and is_latin(characters[index + 1])


def _against(characters: Sequence[str], index: int, *, opening: bool, straight: str, curly: tuple[str, str]) -> float:
    """The cost of reading one quote as opening or closing from the characters beside it."""
    if characters[index] != straight:
        return 0.0 if (characters[index] == curly[0]) == opening else 100.0
    before = characters[index - 1] if index else ""
    after = characters[index + 1] if index + 1 < len(characters) else ""
    if opening:
        return 4.0 if after == "" or after in "，、。；：！？,;:!?" + CLOSERS else 0.0
    return 4.0 if before == "" or before in "，、：,:" + OPENERS else 0.0


def _widen_brackets(characters: list[str]) -> None:
    opened: list[int] = []
    for index, character in enumerate(characters):
        if character == "(":
            opened.append(index)
        elif character == ")":
            pair = [opened.pop(), index] if opened else [index]
            _widen_together(characters, pair)
    for index in opened:
        _widen_together(characters, [index])


def _widen_together(characters: list[str], places: Sequence[int]) -> None:
    beside = [_beside(characters, index, step) for index in places for step in (-1, 1)]
    if any(map(is_chinese, beside)):
        for index in places:
            characters[index] = _BRACKETS[characters[index]]


def _widen_marks(characters: list[str]) -> None:
    has_stop = "。" in characters
    for index, character in enumerate(characters):
        if character not in _FULL or (character == "." and has_stop):
            continue
        before, after = _beside(characters, index, -1), _beside(characters, index, 1)
        # No number and no Latin word goes on behind a sign of measure.
        chinese = [side == "" or is_chinese(side) for side in (before, after)]
        chinese[0] = chinese[0] or before in _MEASURES
        if all(chinese) or (character != "." and any(chinese)):
            characters[index] = _FULL[character]


def _widen_runs(text: str) -> str:
    return _DASHES.sub(lambda run: _widened(run, "——"), _DOTS.sub(lambda run: _widened(run, "……"), text))


def _widened(run: re.Match[str], printed: str) -> str:
    sides = run.string[max(0, run.start() - 1) : run.start()], run.string[run.end() : run.end() + 1]
    return printed if any(side == "" or is_chinese(side) for side in sides) else run.group()
