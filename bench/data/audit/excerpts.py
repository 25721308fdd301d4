"""Excerpts of texts for findings: short, on one line, with invisible characters made visible."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from bench.core.languages import Bilingual, in_language

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "Mn", "Me"}


def visible(text: str) -> str:
    r"""The text with controls, marks without width, private and combining characters written as their code points.

    >>> visible("政\u200b府\t\ue000")
    '政<U+200B>府<U+0009><U+E000>'
    """
    return "".join(
        f"<U+{ord(character):04X}>" if unicodedata.category(character) in _HIDDEN else character for character in text
    )


def excerpt(text: str, at: int = 0, around: int = 20) -> str:
    """The text from `around` characters before position `at` to `around` behind it, made visible."""
    start, end = max(0, at - around), at + around
    return f"{'…' if start else ''}{visible(text[start:end])}{'…' if end < len(text) else ''}"


def counted(number: int, noun: str) -> str:
    """A number and its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Iterable[str], most: int = 5) -> Bilingual:
    """Names in a row, the rest counted.

    >>> found = listed(["a", "b", "c"], most=2)
    >>> print(found, found.chinese)
    a, b and 1 more a、b，另有 1 个
    """
    names = list(names)
    left = len(names) - most
    return Bilingual(
        ", ".join(names[:most]) + (f" and {left:,} more" if left > 0 else ""),
        "、".join(in_language(name, "zh") for name in names[:most]) + (f"，另有 {left:,} 个" if left > 0 else ""),
    )
