"""Texts that people read, in English and Chinese."""

from __future__ import annotations

import re
from typing import Self

_CHARACTER = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_FULL_WIDTH = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Bilingual(str):
    """An English text with its Chinese translation; where nobody asks for Chinese it is a plain English string.

    >>> told = Bilingual("every row is a group of its own", "每一行自成一组")
    >>> print(told, told.chinese)
    every row is a group of its own 每一行自成一组
    """

    __slots__ = ("chinese",)

    chinese: str

    def __new__(cls, english: str, chinese: str) -> Self:
        """The English text. chinese: the same in Chinese."""
        told = super().__new__(cls, english)
        told.chinese = chinese
        return told

    def __reduce__(self) -> tuple[type[Bilingual], tuple[str, str]]:
        return Bilingual, (str(self), self.chinese)


def in_language(text: str, language: str) -> str:
    """A text in `en` or `zh`: unchanged where it carries no Chinese.

    >>> in_language(Bilingual("group", "分组"), "zh"), in_language("a plug-in's", "zh")
    ('分组', "a plug-in's")
    """
    return text.chinese if language == "zh" and isinstance(text, Bilingual) else str(text)


def in_chinese(*parts: str) -> str:
    """Parts of a Chinese sentence joined, each in Chinese where it has a translation; blanks around Latin.

    >>> in_chinese("最高", Bilingual("accuracy", "准确率")), in_chinese("各次重复的", "macro-F1", "，三次")
    ('最高准确率', '各次重复的 macro-F1，三次')
    """
    found = ""
    for part in parts:
        text = in_language(part, "zh")
        if found and text and _apart(found[-1], text[0]):
            found += " "
        found += text
    return found


def _apart(before: str, after: str) -> bool:
    """Whether a Chinese character meets what is neither Chinese nor set in its width."""
    return any(
        _CHARACTER.match(one) and not _FULL_WIDTH.match(other) and not other.isspace()
        for one, other in ((before, after), (after, before))
    )
