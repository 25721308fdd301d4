"""What a page prints besides its articles: jump lines, the editors' line, source notes, end marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bench.corpus.pages.characters import HAN
from bench.corpus.pages.lines import Block, split_block
from bench.corpus.pages.person_names import NAME

Kind = Literal["jump to", "jump from", "end", "source", "editors", "reference", "folio", "code"]

_OPEN, _CLOSE = r"[（(【\[［〔《]", r"[）)】\]］〕》]"
_ARROWS = r"[▲▼△▽▶►▷◀◄◁→←↓↑>＞◆■●★☆\s]*"
_PAGE_NUMBER = r"[A-Za-zＡ-Ｚ]?\s?(?:[\d０-９]\s?){1,3}|[A-Za-zＡ-Ｚ]|(?:[一二三四五六七八九十]\s?){1,3}"
_PAGE = rf"第?\s?(?:{_PAGE_NUMBER})(?:\s?[、,，至—\-]\s?第?\s?(?:{_PAGE_NUMBER}))?\s?[版页]"
_TITLE = r"(?:\s?[《“\"][^》”\"。]{1,30}[》”\"]|\s?[①-⑳])?"
_TO = rf"(?:紧\s?)?(?:下\s?)?转\s?{_PAGE}{_TITLE}"
_FROM = rf"(?:上\s?接|紧\s?接|接)\s?{_PAGE}{_TITLE}"
_FURTHER = r"未\s?完\s?待\s?续|待\s?续"
_END_WORDS = r"全\s?文\s?完|本\s?文\s?完|续\s?完|完"

_SOURCE_NAME = rf"(?:《[^》]{{1,20}}》|[{HAN}A-Za-z·、/\s]){{1,40}}"
_SOURCE = (
    rf"综?\s?合?\s?据\s?{_SOURCE_NAME}(?:[\d\s年月日]{{2,14}}[电讯]?)?(?:综合)?(?:消息|报道|电|讯)?"
    r"|(?:来\s?源|原\s?载|转\s?载\s?自|转\s?自|摘\s?自|选\s?自|摘\s?编\s?自)\s?[:：]?\s?"
    rf"{_SOURCE_NAME}[\d年第期月日\s]{{0,16}}"
    rf"|{_SOURCE_NAME}(?:供稿|特稿|专稿|专电)"
    rf"|本\s?报\s?综\s?合(?:整理|报道)?|综合{_SOURCE_NAME}(?:报道|消息)"
)
_OPEN_SOURCE = rf"(?:来源|稿件来源)\s?[:：]\s?{_SOURCE_NAME}|据\s?(?:新华社|《[^》]{{1,20}}》)"

_SURE_POSTS = (
    r"(?:(?:本版|本期)\s?(?:执行|责任|值班|图片|美术|版式)?\s?(?:责任编辑|编辑|责编|主编|美编|校对|组版|设计|统筹|策划)"
    r"|责任编辑|责\s?编|美\s?编|责\s?校|版式设计|版面设计|版面编辑|版式编辑|图片编辑|美术编辑|执行主编"
    r"|值班(?:编委|主任|总编|编辑|主编|副总编))"
)
# Pieces and separators share no character, so that a line can be read in at most one way.
_PARTING = r"[\s:：/／|｜、,，;；]+"
_PIECE = rf"(?:[{HAN}·]{{1,6}}|[A-Za-z\d_@.\-—]{{1,40}})"
_EDITORS = (
    rf"(?:{_SURE_POSTS}(?:{_PARTING}|(?={NAME}(?:[\s）)\]】]|$)))"
    rf"|(?:编辑|校对|组版|排版|检校|审校)\s?[:：/／]\s?(?=[{HAN}]{{1,4}}(?![{HAN}])))"
    rf"{_PIECE}(?:{_PARTING}{_PIECE})*"
)

_DATE = r"\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日"
_WEEKDAY = r"星\s?期\s?[一二三四五六日天]"


@dataclass(frozen=True, slots=True)
class Furniture:
    """One kind of form.

    alone: a block that is nothing else, blanks between tokens as one. Taken out of a block of running text as well:
    inside: anywhere; head, tail: at the block's start or end. None where it stays in the text.
    ends: no paragraph goes on behind it.
    """

    kind: Kind
    alone: str
    inside: str | None = None
    head: str | None = None
    tail: str | None = None
    ends: bool = False


def _in_brackets(form: str) -> str:
    return rf"{_OPEN}{_ARROWS}(?:{form}){_ARROWS}{_CLOSE}"


def _maybe_in_brackets(form: str) -> str:
    return rf"{_ARROWS}{_OPEN}?{_ARROWS}(?:{form}){_ARROWS}{_CLOSE}?{_ARROWS}"


TABLE: tuple[Furniture, ...] = (
    Furniture(
        "jump to",
        alone=_maybe_in_brackets(rf"{_TO}|{_FURTHER}"),
        inside=_in_brackets(rf"{_TO}|{_FURTHER}"),
        tail=rf"(?:(?<=[\s。！？!?”\"])|(?=[▲▼▶►→]))[▲▼▶►→]{{0,3}}\s?下\s?转\s?{_PAGE}[▲▼▶►→]{{0,3}}",
        ends=True,
    ),
    Furniture(
        "jump from",
        alone=_maybe_in_brackets(_FROM),
        inside=_in_brackets(_FROM),
        head=rf"[▲▼▶►→◀←]{{0,3}}\s?(?:上\s?接|紧\s?接)\s?{_PAGE}(?:[▲▼▶►→◀←]{{1,3}}\s?|\s)",
        ends=True,
    ),
    Furniture("end", alone=_in_brackets(_END_WORDS), tail=_in_brackets(_END_WORDS), ends=True),
    # At a paragraph's end a source note is printed with it and stays.
    Furniture("source", alone=rf"{_in_brackets(_SOURCE)}|{_OPEN_SOURCE}", ends=True),
    Furniture("editors", alone=_maybe_in_brackets(_EDITORS), tail=_in_brackets(_EDITORS)),
    Furniture(
        "reference",
        alone=_maybe_in_brackets(
            r"(?:相关|详细|更多)?\s?(?:报道|全文|文章|内容|新闻|图片|图文|评论|社论|详情|详)?\s?"
            rf"(?:均|分别|详)?\s?(?:见|刊于|载)\s?{_PAGE}"
        ),
    ),
    Furniture(
        "folio",
        alone=rf"{_DATE}\s?(?:{_WEEKDAY}.{{0,40}})|{_WEEKDAY}\s?{_DATE}.{{0,20}}|第\s?(?:{_PAGE_NUMBER})\s?版",
    ),
    Furniture("code", alone=r"(?:请\s?)?(?:扫\s?码|扫\s?描?\s?.{0,4}二维码|扫一扫).{0,20}"),
)

LONGEST = 100
"""Characters of the longest form; a longer block is text."""

_ALONE = tuple((row, re.compile(row.alone)) for row in TABLE)
_INSIDE = re.compile("|".join(row.inside for row in TABLE if row.inside))
_HEAD = re.compile("|".join(row.head for row in TABLE if row.head))
_TAIL = re.compile("|".join(f"(?:{row.tail})$" for row in TABLE if row.tail))


def furniture_of(text: str) -> Furniture | None:
    """The row of the table that a whole block or paragraph has the form of, None where it is text.

    >>> [row and row.kind for row in map(furniture_of, ("（下转第三版）", "上接A1版", "(据新华社)", "下转变速器"))]
    ['jump to', 'jump from', 'source', None]
    """
    if len(text) > LONGEST:
        return None
    return next((row for row, pattern in _ALONE if pattern.fullmatch(text)), None)


def part_furniture(block: Block) -> list[Block]:
    """A block as itself, or in pieces where it contains furniture inside, before or behind its text."""
    text = block.text
    if furniture_of(text) is not None:
        return [block]
    cuts = sorted({place for span in _furniture_in(text) for place in span})
    return split_block(block, cuts) if cuts else [block]


def _furniture_in(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each piece of furniture in a text, in no order."""
    if head := _HEAD.match(text):
        yield head.span()
    end = len(text)
    # From the end only a tail is searched, so that time stays linear in a long text.
    while end and (tail := _TAIL.search(text, max(0, end - LONGEST), end)):
        yield tail.span()
        end = tail.start()
        while end and text[end - 1].isspace():
            end -= 1
    for found in _INSIDE.finditer(text, 0, end):
        yield found.span()
