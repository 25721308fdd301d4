"""From a damaged print extraction of a newspaper page to its articles, paragraphs and captions, with their places."""

from __future__ import annotations

from bench.corpus.pages.damage_marks import DamageMark, read_damage_marks
from bench.corpus.pages.punctuation import fold
from bench.corpus.pages.repair import repair_page

__all__ = ["DamageMark", "fold", "read_damage_marks", "repair_page"]
