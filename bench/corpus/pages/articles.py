"""The parts of a page, in page order, put together to articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.core.records import Article, Fragment, Kind, Paragraph
from bench.corpus.pages.boundaries import ending_cost
from bench.corpus.pages.characters import CLOSERS, COMMAS
from bench.corpus.pages.drafts import Draft, merged
from bench.corpus.pages.punctuation import restore

Role = Literal["heading", "byline", "dateline", "credit", "paragraph", "caption", "debris"]

_NO_STOP = 4.0
_OPEN = 8.0


@dataclass(frozen=True, slots=True)
class Part:
    """A repaired piece of the page and what it is.

    level: of a heading, its number of `#`, 0 without mark-up. vertical: a headline put together from its pieces.
    full, flush: of a paragraph, whether its last line is full and its first one without indent.
    dateline, credit: split off from a paragraph or caption.
    """

    role: Role
    draft: Draft
    level: int = 0
    vertical: bool = False
    full: bool = False
    flush: bool = False
    dateline: Draft | None = None
    credit: Draft | None = None

    @property
    def start(self) -> int:
        """Its first character's place in the page."""
        return (self.dateline or self.draft).places[0]


@dataclass(slots=True)
class _Open:
    """An article that is being read."""

    level: int = 0
    title: Draft | None = None
    subtitles: list[Draft] = field(default_factory=list)
    byline: list[Draft] = field(default_factory=list)
    dateline: list[Draft] = field(default_factory=list)
    credit: list[Draft] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    section: Draft | None = None
    section_fragment: Fragment | None = None


class _Assembly:
    """Reads parts in page order; `done` are the articles that are closed, captions and loose parts among them."""

    def __init__(self, page_text: str) -> None:
        self.page_text = page_text
        self.done: list[Article] = []
        self.open: _Open | None = None

    def take(self, part: Part) -> None:
        """One part that is no heading."""
        match part.role:
            case "paragraph":
                self.paragraph(part)
            case "caption":
                self.caption(part)
            case "byline":
                self.byline(part)
            case "dateline":
                self.dateline(part.draft)
            case "credit":
                self.article().credit.append(part.draft)
            case _:
                self.loose(part.draft)

    def headline(self, run: Sequence[Part]) -> None:
        """A run of headings begins an article."""
        self.close()
        title = min(run, key=lambda part: part.level or (1 if part.vertical else 9))
        self.open = _Open(level=title.level or 2, title=title.draft)
        self.open.subtitles = [part.draft for part in run if part is not title]

    def section(self, run: Sequence[Part]) -> None:
        """A run of headings begins a section of the open article."""
        article = self.article()
        self._drop_section(article)
        article.section = merged([part.draft for part in run])
        article.section_fragment = article.section.fragment(self.page_text)

    def article(self) -> _Open:
        """The open article, a new one without title where there is none."""
        if self.open is None:
            self.open = _Open()
        return self.open

    def byline(self, part: Part) -> None:
        """Under a headline or at an article's end; another one begins an article that lost its title."""
        if self.open is None or (self.open.byline and self.open.paragraphs):
            self.close()
        self.article().byline.append(part.draft)

    def dateline(self, draft: Draft) -> None:
        """Begins an article, unless only a headline stands before it."""
        if self.open is not None and (self.open.paragraphs or self.open.dateline):
            self.close()
        self.article().dateline.append(draft)

    def paragraph(self, part: Part) -> None:
        """The next paragraph of the open article."""
        if part.dateline is not None:
            self.dateline(part.dateline)
        article = self.article()
        article.paragraphs.append(self._made(part, "paragraph", article.section_fragment))
        article.section = None

    def caption(self, part: Part) -> None:
        """A photograph's text is an article of its own; the open one goes on after it."""
        self.done.append(
            Article(
                title=None,
                subtitles=(),
                byline=None,
                dateline=part.dateline.fragment(self.page_text) if part.dateline else None,
                credit=part.credit.fragment(self.page_text) if part.credit else None,
                paragraphs=(self._made(part, "caption", None),),
            )
        )

    def loose(self, draft: Draft) -> None:
        """What belongs to no article stands alone, so that no character of the page is lost."""
        self.done.append(Article(None, (draft.fragment(self.page_text),), None, None, None, ()))

    def close(self) -> None:
        """The open article is done."""
        if self.open is None:
            return
        article, self.open = self.open, None
        self._drop_section(article)
        self.done.append(
            Article(
                title=article.title.fragment(self.page_text) if article.title else None,
                subtitles=tuple(draft.fragment(self.page_text) for draft in article.subtitles),
                byline=self._one(article.byline),
                dateline=self._one(article.dateline),
                credit=self._one(article.credit),
                paragraphs=tuple(article.paragraphs),
            )
        )

    def _drop_section(self, article: _Open) -> None:
        if article.section is not None:
            self.loose(article.section)
            article.section = None

    def _one(self, drafts: Sequence[Draft]) -> Fragment | None:
        return merged(drafts).fragment(self.page_text) if drafts else None

    def _made(self, part: Part, kind: Kind, section: Fragment | None) -> Paragraph:
        return Paragraph(restore(part.draft.text), part.draft.spans(self.page_text), kind, section, is_complete(part))


def is_complete(part: Part) -> bool:
    """Whether no text is missing at either end, as far as width and marks tell.

    A full last line without a stop goes on somewhere; a short one lost its stop alone.
    """
    text = part.draft.text
    ending = ending_cost(text)
    if ending >= _OPEN or (part.full and ending >= _NO_STOP):
        return False
    return not (part.flush or text[0] in CLOSERS + COMMAS)


def assemble(parts: Sequence[Part], page_text: str) -> tuple[Article, ...]:
    """The page's articles, in page order of their first character."""
    assembly = _Assembly(page_text)
    parts = _flush_by_loss(parts)
    index = 0
    while index < len(parts):
        part = parts[index]
        if part.role == "heading":
            end = index
            while end < len(parts) and parts[end].role == "heading":
                end += 1
            run = parts[index:end]
            if _begins_article(run, parts[end:], assembly.open):
                assembly.headline(run)
            else:
                assembly.section(run)
            index = end
            continue
        assembly.take(part)
        index += 1
    assembly.close()
    return tuple(sorted(assembly.done, key=_first_place))


def _flush_by_loss(parts: Sequence[Part]) -> Sequence[Part]:
    """Parts, `flush` only where it tells of a loss: not on a page set without indents, nor behind a dateline."""
    paragraphs = [part for part in parts if part.role == "paragraph"]
    usual = 2 * sum(part.flush for part in paragraphs) > len(paragraphs)
    return [replace(part, flush=False) if usual or part.dateline is not None else part for part in parts]


def _begins_article(run: Sequence[Part], after: Sequence[Part], current: _Open | None) -> bool:
    """Whether headings are a headline: no article yet, a byline or dateline next, or the rank of the last headline."""
    if current is None or any(part.vertical for part in run):
        return True
    following = next((part for part in after if part.role in {"byline", "dateline", "paragraph"}), None)
    if following is not None and (following.role != "paragraph" or following.dateline is not None):
        return True
    return any(0 < part.level <= current.level for part in run)


def _first_place(article: Article) -> int:
    parts = [article.title, *article.subtitles, article.byline, article.dateline, article.credit, *article.paragraphs]
    return min(part.spans[0].start for part in parts if part is not None)
