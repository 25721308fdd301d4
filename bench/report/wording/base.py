"""Texts in both languages of the page, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.core.errors import BenchError, suggest
from bench.core.languages import Bilingual, in_chinese, in_language

LANGUAGES = {"en": "English", "zh": "中文"}
"""What a page can be written in, and what each language calls itself."""

__all__ = ["LANGUAGES", "Bilingual", "all_in_language", "demand_language", "in_chinese", "in_language"]


def demand_language(language: str) -> None:
    """Raises BenchError for a language that is none of `LANGUAGES`."""
    if language not in LANGUAGES:
        raise BenchError(f"unknown language {language!r}{suggest(language, LANGUAGES)}")


def all_in_language(value: Any, language: str) -> Any:
    """Plain values, lists and mappings with every text of them in a language.

    >>> all_in_language({"a": [Bilingual("row", "行"), 1]}, "zh")
    {'a': ['行', 1]}
    """
    if isinstance(value, Mapping):
        return {name: all_in_language(each, language) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [all_in_language(each, language) for each in value]
    return in_language(value, language) if isinstance(value, str) else value


def several(count: int, one: str, many: str = "") -> str:
    """So many things in English, the noun in the plural where there is not one.

    >>> several(1, "repeat"), several(1200, "class", "classes")
    ('1 repeat', '1,200 classes')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
