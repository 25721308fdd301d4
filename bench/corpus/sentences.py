"""Splits Chinese paragraphs into sentences by their marks (GB/T 15834-2011).

A sentence ends behind 。 ！ ？ or an ellipsis outside quotes and brackets, together with the marks that close it, and
behind a quotation or bracket that is a sentence of its own. Nothing inside a pair of quotes or brackets is split, so
that every pair stays whole; a semicolon, a colon and a full stop of ASCII (`1.`, `3.5`, `www.a.cn`) end nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

_NEAR = 64
"""How many characters before and behind a mark are examined."""

_PAIRS = {
    "“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉",
    "（": "）", "(": ")", "【": "】", "［": "］", "[": "]", "〔": "〕", "｛": "｝", "{": "}",
}  # fmt: skip
_QUOTES = '“‘「『"'
_TITLES = "《〈"
_CLOSERS = "".join(_PAIRS.values())
_DOTS = "…⋯"
_STOPS = f"。！？｡!?{_DOTS}"
_GOES_ON = "，、；：,;:—～~·"
"""Marks that no sentence begins with: the text before them has not ended."""

_PARTICLES = re.compile(r"[的地得]|等(?!到|待|他|她|我|你)|之[类一中间际]|这[一样种些类个]")
"""Words that join a quotation to the clause around it: `“为什么？”的问题`."""

_AFTER_ELLIPSIS = re.compile(r"等|都|也|均|皆|和|与|以及|之类|这些|一应")
"""Words that continue a sentence behind a list that ends in an ellipsis: `苹果、梨……都有`."""

_SPEECH = (
    "(?:说|道|问|答|喊|叫|讲|称|笑|告诉|表示|介绍|指出|强调|认为|回忆|"
    "感慨|感叹|坦言|解释|谈到|呼吁|提醒|补充|透露|回应|总结)"
)
_TOLD = "(?:记者|笔者|大家|大伙|众人|我们?|你们?|他们?|她们?|道|着|起来|了|开了?)*"
_SAYS = re.compile(rf"(?!据|按)[^{_STOPS}{_GOES_ON}{_QUOTES}\n]{{0,40}}?{_SPEECH}{_TOLD}(?=[，,{_STOPS}]|$)")
"""The clause behind words that says who spoke: `“……！”负责人闫丽娜说。` With a colon it leads to the next words."""

_LEADS = re.compile(rf"[：:]$|{_SPEECH}{_TOLD}[，,]$")
"""Marks before a quotation whose speaker was already named: `他说：“……”`, `他说，“……”`."""


def split_sentences(text: str) -> list[str]:
    """The sentences of a paragraph, in order; joined they are the paragraph again.

    Every sentence has a letter, digit or Chinese character: marks alone belong to the sentence before them, the first
    ones to the one behind, and so do blanks. Text of blanks alone has no sentences.
    A quote or bracket without its partner pairs nothing and is text like any other. Time is linear in the length.

    >>> split_sentences("“快走！”他说。大家都走了。")
    ['“快走！”他说。', '大家都走了。']
    """
    if not text.strip():
        return []
    cuts = [0, *_cuts(text, _partners(text)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def _cuts(text: str, partners: Mapping[int, int]) -> Iterator[int]:
    """Where a sentence ends and another begins, in order."""
    start = at = 0
    word, last = _next_word(text, 0), max((at for at, character in enumerate(text) if character.isalnum()), default=-1)
    while at < len(text):
        if at in partners:
            opened, at = at, partners[at] + 1
            ends = _pair_ends(text, start, opened, at, first=word >= opened)
        elif text[at] in _STOPS or _ascii_dots(text, at):
            stop, at = at, _behind(text, at)
            ends = _stop_ends(text, start, stop, at)
        else:
            ends = text[at] == "\n"
            at += 1
        # Marks alone are no sentence, neither before the cut nor behind it.
        if ends and word < at <= last:
            while text[at].isspace():
                at += 1
            yield at
            start, word = at, _next_word(text, at)


def _next_word(text: str, start: int) -> int:
    """The first letter, digit or Chinese character from `start` on; the text's length where there is none."""
    return next((at for at in range(start, len(text)) if text[at].isalnum()), len(text))


def _partners(text: str) -> dict[int, int]:
    """Position of each opening mark that is closed, to that of its closing mark; what is out of order is left out.

    Straight double quotes open and close in turn where their number is even.
    """
    partners: dict[int, int] = {}
    straight = text.count('"') % 2 == 0
    opened: list[tuple[int, str]] = []
    waiting: dict[str, int] = {}
    for at, character in enumerate(text):
        if waiting.get(character):
            while opened:
                begin, closer = opened.pop()
                waiting[closer] -= 1
                if closer == character:
                    partners[begin] = at
                    break
        elif character in _PAIRS or (character == '"' and straight):
            closer = _PAIRS.get(character, '"')
            opened.append((at, closer))
            waiting[closer] = waiting.get(closer, 0) + 1
    return partners


def _pair_ends(text: str, start: int, opened: int, behind: int, *, first: bool) -> bool:
    """Whether the quotation or bracket (`opened` to `behind`) ends the sentence that begins at `start`.

    first: whether it is the beginning of the sentence.
    """
    mark = text[opened]
    inside = text[opened + 1 : behind - 1].rstrip(_CLOSERS + '"')
    if mark in _TITLES or not inside.endswith((*_STOPS, "...")):
        return False
    following = text[behind : behind + _NEAR]
    if not following.strip() or following[0] in _STOPS + _GOES_ON + _CLOSERS:
        return False
    if mark not in _QUOTES:
        return first
    if following.lstrip()[0] in _QUOTES or _PARTICLES.match(following):
        return False
    if _LEADS.search(text[max(start, opened - _NEAR) : opened].rstrip()):
        return True
    # Words inside a clause end with it only where they bring its full stop along.
    return _SAYS.match(following) is None if first else inside[-1] in "。｡"


def _stop_ends(text: str, start: int, first: int, behind: int) -> bool:
    """True where the stops at `first` to `behind` end the sentence that begins at `start`."""
    stops, following = text[first:behind], text[behind : behind + _NEAR]
    if following.startswith(tuple(_GOES_ON)):
        return False
    if set(stops) <= {"!", "?"} and re.match(r"[!-~]", following):
        return False  # inside an address or a name: a.cn/?page=2
    if any(stop in "。！？｡!?" for stop in stops):
        # Where an opening quote was lost, the closing one is left, and the speaker may follow it.
        return stops[-1] not in "”’」』" or not (_PARTICLES.match(following) or _SAYS.match(following))
    clause = re.split(r"[，；：,;:。！？]", text[max(start, first - _NEAR) : first])[-1]
    return "、" not in clause and not _AFTER_ELLIPSIS.match(following)


def _behind(text: str, at: int) -> int:
    """The position behind a run of stops and of closing marks without a partner."""
    while at < len(text) and (text[at] in _STOPS or text[at] in _CLOSERS or _ascii_dots(text, at)):
        at += 1
    return at


def _ascii_dots(text: str, at: int) -> bool:
    """True inside three dots or more."""
    return text[at] == "." and "..." in text[max(0, at - 2) : at + 3]
