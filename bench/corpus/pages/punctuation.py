"""Half-width marks and straight quotes between Chinese characters back to what was printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.corpus.pages.characters import BYTE_ORDER_MARK, CLOSERS, OPENERS, is_chinese, is_han, is_latin

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", ".": "。"}
_BRACKETS = {"(": "（", ")": "）"}
_CURLY = {'"': ("“", "”"), "'": ("‘", "’")}
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
    """Give each straight quote its direction: opening and closing in turn, unless what stands beside speaks against it.

    The cheapest sequence of directions is taken, so that one quote lost on the way does not turn all that follow.
    """
    places = [index for index, character in enumerate(characters) if character in (straight, *curly)]
    places = [index for index in places if not _is_apostrophe(characters, index)]
    if not places:
        return
    # After each quote: cost and directions so far where a quotation is open, and where none is.
    costs = {True: float("inf"), False: 0.0}
    steps: list[dict[bool, bool]] = []
    for index in places:
        found: dict[bool, float] = {}
        step: dict[bool, bool] = {}
        for opening in (True, False):
            was_open = min((False, True), key=lambda state: costs[state] + (4.0 if state == opening else 0.0))
            against = _against(characters, index, opening=opening, straight=straight, curly=curly)
            found[opening] = costs[was_open] + (4.0 if was_open == opening else 0.0) + against
            step[opening] = was_open
        costs = found
        steps.append(step)
    state = costs[True] + 1.5 < costs[False]
    for index, step in zip(reversed(places), reversed(steps), strict=True):
        characters[index] = curly[0] if state else curly[1]
        state = step[state]


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
        return 2.5 if after == "" or after in "，、。；：！？,;:!?" + CLOSERS else 0.0
    return 2.5 if before == "" or before in "，、：,:" + OPENERS else 0.0


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
        chinese = [side == "" or is_chinese(side) for side in (before, after)]
        if all(chinese) or (character != "." and any(chinese)):
            characters[index] = _FULL[character]


def _widen_runs(text: str) -> str:
    for pattern, printed in ((_DOTS, "……"), (_DASHES, "——")):
        text = pattern.sub(lambda run, printed=printed: printed if _stands_in_chinese(run) else run.group(), text)
    return text


def _stands_in_chinese(run: re.Match[str]) -> bool:
    sides = run.string[max(0, run.start() - 1) : run.start()], run.string[run.end() : run.end() + 1]
    return any(side == "" or is_chinese(side) for side in sides)
