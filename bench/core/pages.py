"""A repaired newspaper page and its parts, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["paragraph", "caption"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a page's text, counted in Unicode code points from 0."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span runs forward from a position of 0 or more, got {self.start}:{self.end}")

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]


def _check_spans(spans: Sequence[Span]) -> None:
    if not spans:
        raise ValueError("a piece of a page has at least one span")
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise ValueError(f"spans stand in page order and do not overlap, got {before} before {after}")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A repaired piece of a page that is no paragraph: a title, heading, byline, dateline or photo credit."""

    text: str
    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        _check_spans(self.spans)
        if not self.text.strip():
            raise ValueError("a fragment has text")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One repaired paragraph (or photo caption) of a page.

    text: as it was printed, without line-wrap blanks, dateline or photo credit.
    spans: the positions of its raw characters in the page's text, in page order.
    section: the section heading above it, None before the first heading.
    complete: False where text was lost at its start, inside it or at its end (a lost final stop alone is complete).
    """

    text: str
    spans: tuple[Span, ...]
    kind: Kind
    section: Fragment | None
    complete: bool

    def __post_init__(self) -> None:
        _check_spans(self.spans)
        if not self.text.strip():
            raise ValueError("a paragraph has text")

    def raw(self, page_text: str) -> str:
        """The characters of the page that this paragraph was built from, in order."""
        return "".join(span.of(page_text) for span in self.spans)


@dataclass(frozen=True, slots=True)
class Article:
    """One article or captioned photograph: its headline parts and its paragraphs, in page order.

    title: None where the page gives none (a photograph).
    subtitles: lines between title and byline (引题, 副题).
    """

    title: Fragment | None
    subtitles: tuple[Fragment, ...]
    byline: Fragment | None
    dateline: Fragment | None
    credit: Fragment | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A repaired page.

    key: names the page in every row id. text: the page's file, decoded, byte for byte otherwise.
    furniture: what is printed beside the articles (jump lines, the editors' line, source notes, print debris), in page
        order.
    """

    key: str
    text: str
    articles: tuple[Article, ...]
    furniture: tuple[Fragment, ...] = ()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs of the page, in page order of their articles."""
        return tuple(paragraph for article in self.articles for paragraph in article.paragraphs)

    def row_id(self, paragraph: Paragraph) -> str:
        """The id of a paragraph's row: page key and first character, so that no other page can move it."""
        return f"{self.key}-{paragraph.spans[0].start:06d}"
