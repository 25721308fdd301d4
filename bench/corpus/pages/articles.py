"""Assembles articles from the parts of a page, which come in page order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.core.pages import Article, Fragment, Kind, Paragraph
from bench.corpus.pages.boundaries import begins_item, ending_cost
from bench.corpus.pages.captions import are_of_one_series
from bench.corpus.pages.characters import CLOSERS, COMMAS
from bench.corpus.pages.offset_text import OffsetText, merged
from bench.corpus.pages.punctuation import restore

Role = Literal[
    "heading", "byline", "dateline", "credit", "paragraph", "caption", "debris", "jump to", "jump from", "end"
]

_STOP = 0.5
_ITEM_END = 1.5
_NO_STOP = 4.0
_OPEN = 8.0


@dataclass(frozen=True, slots=True)
class Part:
    """A repaired piece of the page and its type.

    level: of a heading, its number of `#`, 0 without mark-up. vertical: a headline put together from its pieces.
    full, flush: of a paragraph, whether its last line is full and its first one without indent.
    goes_on: of a paragraph, whether a jump line behind it says that the article goes on elsewhere.
    continued: of a paragraph, whether a jump line before it says that the article began elsewhere, and no indent shows
        that the paragraph itself begins here.
    dateline, credit: split off from a paragraph or caption.
    """

    role: Role
    draft: OffsetText
    level: int = 0
    vertical: bool = False
    full: bool = False
    flush: bool = False
    goes_on: bool = False
    continued: bool = False
    dateline: OffsetText | None = None
    credit: OffsetText | None = None

    @property
    def start(self) -> int:
        """The position of its first character in the page."""
        return (self.dateline or self.draft).places[0]


@dataclass(slots=True)
class _Open:
    """An article that is being read."""

    level: int = 0
    title: OffsetText | None = None
    subtitles: list[OffsetText] = field(default_factory=list)
    byline: list[OffsetText] = field(default_factory=list)
    dateline: list[OffsetText] = field(default_factory=list)
    credit: list[OffsetText] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    section: OffsetText | None = None
    section_fragment: Fragment | None = None


class _Assembly:
    """Builds articles from the parts of a page, taken in page order.

    done: the articles that are closed; captions, and headings without text, are articles, too. furniture: what belongs
    to no article.
    """

    def __init__(self, page_text: str) -> None:
        self.page_text = page_text
        self.done: list[Article] = []
        self.furniture: list[Fragment] = []
        self.open: _Open | None = None

    def take(self, part: Part) -> None:
        """Take a part that is neither a heading nor a caption."""
        match part.role:
            case "paragraph":
                self.paragraph(part)
            case "byline":
                self.byline(part)
            case "dateline":
                self.dateline(part.draft)
            case "credit":
                self.article().credit.append(part.draft)
            case _:
                self.furniture.append(part.draft.fragment(self.page_text))
                # A jump line, a source note or an end mark ends the open article, unless that has no paragraph yet.
                if part.role != "debris" and self.open is not None and self.open.paragraphs:
                    self.close()

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
        """Take a byline, which comes under a headline or at an article's end.

        One that comes after another byline and paragraphs begins an article that lost its title.
        """
        if self.open is None or (self.open.byline and self.open.paragraphs):
            self.close()
        self.article().byline.append(part.draft)

    def dateline(self, draft: OffsetText) -> None:
        """Take a dateline, which begins an article where the open one has paragraphs or a dateline already."""
        if self.open is not None and (self.open.paragraphs or self.open.dateline):
            self.close()
        self.article().dateline.append(draft)

    def paragraph(self, part: Part) -> None:
        """Take the next paragraph of the open article."""
        if part.dateline is not None:
            self.dateline(part.dateline)
        article = self.article()
        article.paragraphs.append(self._made(part, "paragraph", article.section_fragment))
        article.section = None

    def captions(self, run: Sequence[Part]) -> None:
        """Make captions that share a credit an article of their own; the open article goes on after it."""
        datelines = [part.dateline for part in run if part.dateline is not None]
        credits_ = [part.credit for part in run if part.credit is not None]
        paragraphs = tuple(self._made(part, "caption", None) for part in run)
        self.done.append(Article(None, (), None, self._one(datelines), self._one(credits_), paragraphs))

    def loose(self, draft: OffsetText) -> None:
        """A heading with no text under it is kept alone, so that no character of the page is lost."""
        self.done.append(Article(None, (draft.fragment(self.page_text),), None, None, None, ()))

    def close(self) -> None:
        """Close the open article, if there is one."""
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

    def _one(self, drafts: Sequence[OffsetText]) -> Fragment | None:
        return merged(drafts).fragment(self.page_text) if drafts else None

    def _made(self, part: Part, kind: Kind, section: Fragment | None) -> Paragraph:
        return Paragraph(restore(part.draft.text), part.draft.spans(self.page_text), kind, section, is_complete(part))


def is_complete(part: Part) -> bool:
    """Whether no text is missing at either end, judged by width and marks.

    A paragraph without a stop at its end goes on elsewhere where its last line is full or a jump line follows; in an
    item of a list, `；` is a stop. A short last line without a stop has lost nothing but the stop.
    """
    text = part.draft.text
    ending = ending_cost(text)
    whole = _ITEM_END if begins_item(text) else _STOP
    if ending >= _OPEN or (part.full and ending >= _NO_STOP) or (part.goes_on and ending > whole):
        return False
    return not (part.flush or part.continued or text[0] in CLOSERS + COMMAS)


def assemble(parts: Sequence[Part], page_text: str) -> tuple[tuple[Article, ...], tuple[Fragment, ...]]:
    """The page's articles, in page order of their first character, and the furniture around them."""
    assembly = _Assembly(page_text)
    parts = _flush_by_loss(parts)
    index = 0
    while index < len(parts):
        part = parts[index]
        if part.role == "heading":
            end = _run_end(parts, index, _are_headings)
            run = parts[index:end]
            if _begins_article(run, parts[end:], assembly.open):
                assembly.headline(run)
            else:
                assembly.section(run)
        elif part.role == "caption":
            end = _run_end(parts, index, _share_a_credit)
            assembly.captions(parts[index:end])
        else:
            end = index + 1
            assembly.take(part)
        index = end
    assembly.close()
    return tuple(sorted(assembly.done, key=_first_place)), tuple(assembly.furniture)


def _run_end(parts: Sequence[Part], start: int, belongs: Callable[[Part, Part], bool]) -> int:
    """Where a run of parts ends: each part of it belongs to the one before."""
    end = start + 1
    while end < len(parts) and belongs(parts[end - 1], parts[end]):
        end += 1
    return end


def _are_headings(before: Part, after: Part) -> bool:
    return before.role == after.role == "heading"


def _share_a_credit(before: Part, after: Part) -> bool:
    """Whether two captions are of one numbered series with one photo credit, behind the last of them."""
    return (
        before.role == after.role == "caption"
        and before.credit is None
        and are_of_one_series(before.draft.text, after.draft.text)
    )


def _flush_by_loss(parts: Sequence[Part]) -> Sequence[Part]:
    """Clear `flush` where it is no sign of lost text: on a page set without indents, and behind a dateline."""
    paragraphs = [part for part in parts if part.role == "paragraph"]
    usual = 2 * sum(part.flush for part in paragraphs) > len(paragraphs)
    return [replace(part, flush=False) if usual or part.dateline is not None else part for part in parts]


def _begins_article(run: Sequence[Part], after: Sequence[Part], current: _Open | None) -> bool:
    """Whether a run of headings begins an article; if not, it begins a section.

    It does where no article is open, where a heading is a vertical headline, where a byline or dateline comes next, and
    where a heading ranks at least as high as the headline of the open article.
    """
    if current is None or any(part.vertical for part in run):
        return True
    following = next((part for part in after if part.role in {"byline", "dateline", "paragraph"}), None)
    if following is not None and (following.role != "paragraph" or following.dateline is not None):
        return True
    return any(0 < part.level <= current.level for part in run)


def _first_place(article: Article) -> int:
    parts = [article.title, *article.subtitles, article.byline, article.dateline, article.credit, *article.paragraphs]
    return min(part.spans[0].start for part in parts if part is not None)
