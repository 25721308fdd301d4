"""Counts what page repair did, by comparing each paragraph with its raw characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.core.pages import Article, Page, Paragraph

_HALF_WIDTH = ",;:?!()"


@dataclass(frozen=True, slots=True)
class RepairCounts:
    """Counts over all pages.

    blanks: blanks taken out of paragraphs, each the end of a printed line or a pause in print.
    marks: half-width marks made full-width in paragraphs; quotes: straight quotes given their direction.
    joined: paragraphs put together from more than one place; incomplete: those with text lost.
    titles, subtitles, sections, bylines, datelines, credits: parts kept out of the paragraphs.
    """

    pages: int
    characters: int
    articles: int
    paragraphs: int
    captions: int
    blanks: int
    marks: int
    quotes: int
    joined: int
    incomplete: int
    titles: int
    subtitles: int
    sections: int
    bylines: int
    datelines: int
    credits: int


def count_repairs(pages: Sequence[Page]) -> RepairCounts:
    """What the repair of these pages found and changed."""
    articles = [article for page in pages for article in page.articles]
    pieces = [(page, paragraph) for page in pages for paragraph in page.paragraphs]
    paragraphs = [paragraph for _, paragraph in pieces]
    lost: Counter[str] = Counter()
    for page, paragraph in pieces:
        lost += _lost(page, paragraph)
    sections = {(page.key, piece.section.spans) for page, piece in pieces if piece.section is not None}
    return RepairCounts(
        pages=len(pages),
        characters=sum(len(page.text) for page in pages),
        articles=sum(bool(article.paragraphs) for article in articles),
        paragraphs=sum(paragraph.kind == "paragraph" for paragraph in paragraphs),
        captions=sum(paragraph.kind == "caption" for paragraph in paragraphs),
        blanks=sum(count for character, count in lost.items() if character.isspace()),
        marks=sum(lost[mark] for mark in _HALF_WIDTH),
        quotes=lost['"'] + lost["'"],
        joined=sum(len(paragraph.spans) > 1 for paragraph in paragraphs),
        incomplete=sum(not paragraph.complete for paragraph in paragraphs),
        titles=_fragments(articles, "title"),
        subtitles=sum(len(article.subtitles) for article in articles),
        sections=len(sections),
        bylines=_fragments(articles, "byline"),
        datelines=_fragments(articles, "dateline"),
        credits=_fragments(articles, "credit"),
    )


def _lost(page: Page, paragraph: Paragraph) -> Counter[str]:
    """Characters of a paragraph's raw text that its repaired text no longer holds."""
    return Counter(paragraph.raw(page.text).strip()) - Counter(paragraph.text)


def _fragments(articles: Sequence[Article], name: str) -> int:
    return sum(getattr(article, name) is not None for article in articles)
