"""Texts in both languages of the page, side by side."""

from __future__ import annotations

from bench.core.languages import Bilingual, in_language

LANGUAGES = {"en": "English", "zh": "中文"}
"""What a page can be written in, and what each language calls itself."""

__all__ = ["LANGUAGES", "Bilingual", "in_language"]
