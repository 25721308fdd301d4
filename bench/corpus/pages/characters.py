"""Kinds of characters: blank, Chinese, half-width; and which marks end a sentence, open or close."""

from __future__ import annotations

import re

BYTE_ORDER_MARK = "\ufeff"

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
"""The Chinese characters, as the inside of a character class."""

STOPS = "。！？…!?"
"""Marks that end a sentence."""

PARTIAL_STOPS = "；：;:"
"""Marks that end an item of a list, or announce one."""

COMMAS = "，、,"
OPENERS = "“‘（《〈「『【〔([{"
CLOSERS = "”’）》〉」』】〕)]}"
STRAIGHT = "\"'"

_HAN = re.compile(f"[{HAN}]")
_CHINESE_MARKS = frozenset("，。；：？！、…—～·“”‘’（）《》〈〉「」『』【】〔〕％　")


def is_blank(character: str) -> bool:
    """Whitespace of any kind, or a byte order mark."""
    return character.isspace() or character == BYTE_ORDER_MARK


def is_han(character: str) -> bool:
    """A Chinese character, marks and digits not counted; False for the empty string."""
    return _HAN.match(character) is not None


def is_chinese(character: str) -> bool:
    """A Chinese character or a mark that only Chinese print has; False for the empty string."""
    return character in _CHINESE_MARKS or is_han(character)


def is_latin(character: str) -> bool:
    """An ASCII letter or digit."""
    return character.isascii() and character.isalnum()


def count_han(text: str) -> int:
    """How many Chinese characters a text holds."""
    return len(_HAN.findall(text))
