"""Frozen values that pass between the wings: a page and its parts, and labelled texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from bench.core.digests import digest

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
    spans: where its raw characters stand in the page's text, in page order.
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
    """A repaired page. key: names the page in every row id; text: the page's file, decoded, byte for byte otherwise."""

    key: str
    text: str
    articles: tuple[Article, ...]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs of the page, in page order of their articles."""
        return tuple(paragraph for article in self.articles for paragraph in article.paragraphs)

    def row_id(self, paragraph: Paragraph) -> str:
        """The id of a paragraph's row: page key and first character, so that no other page can move it."""
        return f"{self.key}-{paragraph.spans[0].start:06d}"


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts with one label each, in a fixed order.

    row_ids: unique; groups: one a text, or None where the data names no groups. At least one row.
    """

    row_ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        columns = [self.row_ids, self.texts, self.labels, *([] if self.groups is None else [self.groups])]
        if not self.row_ids or len({len(column) for column in columns}) != 1:
            raise ValueError(f"columns are of one length above 0, got {[len(column) for column in columns]}")
        if len(set(self.row_ids)) != len(self.row_ids):
            raise ValueError("row ids are unique")

    def __len__(self) -> int:
        return len(self.row_ids)

    @property
    def classes(self) -> tuple[str, ...]:
        """The distinct labels, sorted."""
        return tuple(sorted(set(self.labels)))

    def counts(self) -> dict[str, int]:
        """Rows of each class, classes sorted."""
        return dict(sorted(Counter(self.labels).items()))

    def sha256(self) -> str:
        """Digest over ids, texts, labels and groups, in order: equal data, equal digest, on every machine."""
        return digest(
            [part for row in zip(self.row_ids, self.texts, self.labels, strict=True) for part in row]
            + list(self.groups or ())
        )


@dataclass(frozen=True, slots=True)
class SideColumns:
    """What a source knows of its rows beside text, label and group; each column one value a row, None where unknown.

    splits: the split that the source puts a row in (`train`, `test`), never one of cross-validation.
    positions: place of a row in its group, from 0.
    annotations: two labels a row, given independently; None for a row that was labelled once.
    annotators: who gave the first and the second of them, in a few words.
    """

    splits: tuple[str, ...] | None = None
    positions: tuple[int, ...] | None = None
    annotations: tuple[tuple[str, str] | None, ...] | None = None
    annotators: tuple[str, str] = ("first annotator", "second annotator")
