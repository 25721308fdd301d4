"""What a block, or the start or end of a paragraph, is by its form: byline, dateline, credit, headline, debris."""

from __future__ import annotations

import re

from bench.corpus.pages.characters import CLOSERS, COMMAS, HAN, count_han
from bench.corpus.pages.lines import Block
from bench.corpus.pages.person_names import ANY_NAMES, DUTY, PEOPLE, WHO

_BULLET = r"[□■○●◇◆▲△▼☆★]"
_SLASH = r"\s*[/／:：|｜]\s*"
_DONE = r"(?:摄影报道|综合报道|报道|整理|文并摄|文/摄|文/图|图/文|图文)"
_OPEN, _CLOSE = r"[（(]?\s*", r"\s*[）)]?"

_BYLINE = re.compile(
    rf"{_BULLET}?\s*{WHO}\s*{_DONE}?"
    rf"|{_BULLET}\s*(?:{DUTY}\s*{ANY_NAMES}|{PEOPLE})(?:\s*{_DONE})?"
    # Before a name an open square is usual; the other signs also precede headings.
    rf"|□\s*{ANY_NAMES}(?:\s*{_DONE})?"
    r"|(?:本报|本刊|新华社)\s*(?:特约|首席|全媒体|融媒体|见习)*\s*(?:记者|通讯员|评论员)"
    rf"(?:\s+{ANY_NAMES})?(?:\s*{_DONE})?"
    rf"|(?:{DUTY}\s*)?{ANY_NAMES}\s*(?:文/摄|文/图|图/文|文并摄|/文)"
    rf"|{PEOPLE}\s*{_DONE}"
    rf"|(?:文/图|文/摄|图/文|图文|撰文|文字|文|作者(?:单位|简介)?|撰稿|整理){_SLASH}\S[^。；;]{{0,30}}"
    r"|(?:文/图|文/摄|图文)\s+\S[^。；;]{0,30}"
    rf"|[（(]\s*(?:作者|执笔|{WHO}|{DUTY})[^。；;()（）]{{0,40}}[）)]"
)
_CREDIT = re.compile(
    rf"{_OPEN}(?:{DUTY}\s*)?(?:{PEOPLE}|[{HAN}·]{{2,4}})\s*[/／]?\s*(?:摄影|摄|供图|绘){_CLOSE}"
    rf"|{_OPEN}{WHO}\s*[/／]?\s*(?:摄影|摄|供图|绘制|绘|制图|图){_CLOSE}"
    rf"|{_OPEN}(?:图片来源|图片|图|摄影|摄|供图|制图){_SLASH}\S[^。；;]{{0,20}}"
    rf"|{_OPEN}新华社(?:发|记者|供图)[^。；;]{{0,20}}"
    rf"|{_OPEN}(?:资料图片|资料图|资料照片|网络图片){_CLOSE}"
    rf"|{_OPEN}(?:图片|照片)均?由[^。；;]{{1,20}}(?:摄|提供|供图){_CLOSE}"
)
_PAGE_CREDIT = re.compile(rf"{_OPEN}(?:本版|本组|以上|文中)(?=[^。；;]*[图照摄])[^。；;]{{1,40}}?{_CLOSE}")
_END_CREDIT = re.compile(
    r"\s*[（(][^（）()。]{0,20}(?:摄|摄影|供图|资料图片)\s*[）)]$"
    rf"|(?<=[。！？!?”\"])\s*(?:{DUTY}\s*)?{PEOPLE}\s*(?:摄影|摄)$"
)
_END_BYLINE = re.compile(rf"\s*[（(]\s*(?:{WHO}|本报评论员|作者[^（）()]{{1,40}})\s*(?:报道|整理)?\s*[）)]$")
_END_DEBRIS = re.compile(r"(?<=[。！？”])\s*[.:·_|*\-]+$")
ARROWS = "▲▼△▽◀▶"
"""Signs that point from a caption to its photograph."""

_CAPTION = re.compile(
    rf"[{ARROWS}]|(?:[左右]?[上中下左右大小]|题)?图(?:片)?\s?(?:[①-⑳一二三四五六七八九十]|\d{{1,2}})?\s?(?:为|：|:)|图\s?[①-⑳]"
    r"|[（(]\s?图\s?(?:[①-⑳一二三四五六七八九十]|\d{1,2})\s?[）)]"
)
_LONGEST_TAIL = 80
_LONGEST_DATELINE = 160


def _spaced(*words: str) -> str:
    """Any of some words, whose characters may have blanks between them."""
    return "(?:" + "|".join(r"\s?".join(word) for word in words) + ")"


_AGENCY = _spaced(
    "新华社", "中新社", "中新网", "新华网", "人民网", "央视网", "央视", "人民日报", "光明日报", "本报", "本台"
)
_DATE = r"(?:\d{4}\s?年\s?)?(?:\d{1,2}\s?月\s?)?\d{1,2}\s?日\s?"
_WIRE = rf"(?:{_spaced('电', '讯', '消息')}(?![话视影子力息]))"
_HEAD = (
    rf"(?:据\s?)?{_AGENCY}[{HAN}/\s]{{0,12}}?{_DATE}{_WIRE}"
    rf"|(?:据\s?)?{_spaced('新华社', '本报', '本台')}\s?(?:综\s?合\s?)?{_WIRE}"
)
_REPORTED = rf"\s*(?:摄影|综合)?{_spaced('报道')}"
_REPORTERS = (
    rf"\s*[（(][^（）()]{{0,60}}?{_spaced('记者', '通讯员', '实习生', '报道')}[^（）()]{{0,60}}[）)]"
    rf"|\s*[（(]\s*{PEOPLE}\s*[）)]"
    rf"|\s*{WHO}{_REPORTED}"
    rf"|\s*{DUTY}\s*[{HAN}、,，\s]{{2,16}}?{_REPORTED}"
    rf"|\s*{WHO}(?=[\s：:]|$)"
)
_DATELINE = re.compile(rf"(?:[【\[]?(?:{_HEAD})[】\]]?(?:{_REPORTERS})?|[（(]\s*{WHO}\s*[）)])\s*[：:]?\s*")
_PEOPLE = re.compile(PEOPLE)
_DATE_LINE = re.compile(
    r"(?:\d{4}|[〇零一二三四五六七八九十]{4})\s?年\s?[\d一二三四五六七八九十]{1,2}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日"
)


def dateline_length(text: str) -> int:
    """Characters of the dateline at a text's start, 0 for none.

    >>> [dateline_length(text) for text in ("本报讯(记者祖维晨)近日", "本报长春11月3日电 记者李四报道 今年", "本报告")]
    [10, 18, 0]
    """
    match = _DATELINE.match(text[:_LONGEST_DATELINE])
    return match.end() if match else 0


def is_byline(text: str) -> bool:
    """Who wrote, by its form: 本报记者 李娜, □ 本报记者 李娜, 文/李娜, (作者单位……)."""
    return len(text) <= 60 and _BYLINE.fullmatch(text) is not None


def is_names(text: str) -> bool:
    """Nothing but names of people; a byline only under a headline."""
    return len(text) <= 40 and _PEOPLE.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """A date alone, as printed under a document; in brackets, under a headline."""
    return len(text) <= 20 and _DATE_LINE.fullmatch(text) is not None


def is_credit(text: str) -> bool:
    """Who took a photograph: 张黎 摄, (本报记者 李娜 摄), 图/李娜."""
    return len(text) <= 40 and _CREDIT.fullmatch(text) is not None


def is_page_credit(text: str) -> bool:
    """Who took all photographs of a page: 本版图片均由李娜摄."""
    return len(text) <= 40 and _PAGE_CREDIT.fullmatch(text) is not None


def is_caption(text: str) -> bool:
    """A photograph's text by its first words: 图为, 左图, ▲."""
    return _CAPTION.match(text) is not None


def end_credit(text: str) -> int:
    """Where a photo credit at the end of a text begins, the text's length for none."""
    return _start_of(_END_CREDIT, text)


def end_byline(text: str) -> int:
    """Where a reporter's sign-off at the end of a text begins, the text's length for none."""
    return _start_of(_END_BYLINE, text)


def end_debris(text: str) -> int:
    """Where stray half-width marks behind a text's last stop begin, the text's length for none."""
    return _start_of(_END_DEBRIS, text)


def _start_of(pattern: re.Pattern[str], text: str) -> int:
    # Only a tail is searched, so that time stays linear in a long text.
    tail = max(0, len(text) - _LONGEST_TAIL)
    match = pattern.search(text, tail)
    return match.start() if match else len(text)


def is_debris(text: str) -> bool:
    """No letter, digit or character, and no mark that could close a sentence: print debris such as `.:`."""
    if any(character.isalnum() for character in text):
        return False
    return not set(text) <= set("。！？…”’）》」』】!?\"'")


def is_vertical_piece(block: Block) -> bool:
    """One or two Chinese characters alone: a piece of a vertical headline, where three or more follow each other."""
    text = block.compact
    return block.level == 0 and len(text) <= 2 and count_han(text) == len(text)


_ENUMERATOR = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?、?|[0-9]{1,2}[.、]")
_NO_HEADLINE = re.compile(r"[。；;]|[,，、：:.]$")


def heading_cost(text: str) -> float | None:
    """How unlike a headline or section heading a block is, from 1.5; None where it cannot be one.

    A heading is short, has no full stop, closes what it opens; halves of equal length with a pause between are typical.
    """
    bare = text[match.end() :] if (match := _ENUMERATOR.match(text)) else text
    if not bare or len(bare) > 40 or _NO_HEADLINE.search(bare) or bare[0] in CLOSERS + COMMAS:
        return None
    cost = 3.0 + 3.0 * sum(bare.count(mark) for mark in ",，")
    parts = bare.split()
    if len(parts) > 1 and max(map(len, parts)) - min(map(len, parts)) <= 1:
        cost -= 1.5
    if len(parts) > 4:
        cost += 2.0
    if not _is_balanced(bare):
        cost += 4.0
    return cost


def _is_balanced(text: str) -> bool:
    brackets = zip("“（《「『【(", "”）》」』】)", strict=True)
    return text.count('"') % 2 == 0 and all(text.count(opener) == text.count(closer) for opener, closer in brackets)
