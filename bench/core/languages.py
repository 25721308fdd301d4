"""Texts that people read, in English and beside it in Chinese."""

from __future__ import annotations

from typing import Self


class Bilingual(str):
    """An English text that carries its Chinese along; where nobody asks for Chinese it is just the English.

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
    """A text in `en` or `zh`: as it stands where it carries no Chinese.

    >>> in_language(Bilingual("group", "分组"), "zh"), in_language("a plug-in's", "zh")
    ('分组', "a plug-in's")
    """
    return text.chinese if language == "zh" and isinstance(text, Bilingual) else str(text)
