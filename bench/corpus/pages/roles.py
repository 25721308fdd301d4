"""What a block or a paragraph's start or end is by its form alone: byline, dateline, credit, headline, debris."""

from __future__ import annotations

import re

from bench.corpus.pages.characters import CLOSERS, COMMAS, HAN, count_han
from bench.corpus.pages.lines import Block

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房解应宗丁宣邓郁单杭洪包"
    "诸左石崔吉龚程邢裴陆荣翁荀羊惠甄曲家封储靳焦牧山谷车侯宓蓬全班仰仲伊宫宁仇栾甘厉祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲"
    "邰鄂索咸籍赖卓蔺屠蒙池乔胥苍双闻莘党翟谭贡劳姬申扶堵冉宰郦璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎闫充慕连茹习艾鱼容"
    "向古易慎戈廖庾终居衡步都耿满弘匡国文寇广东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关查荆红游竺权盖益桓公"
    "南付佟代邸岳车丛苑初原逄修由矫战姗仝党鹿展靖"
)
_COMPOUND = "欧阳|上官|司马|诸葛|夏侯|尉迟|皇甫|慕容|端木|东方|独孤|南宫|公孙|令狐|司徒"

_SURNAME = f"(?:{_COMPOUND}|[{_SURNAMES}])"
_NAME = rf"(?:{_SURNAME}\s?[{HAN}]{{1,2}}|[{HAN}]{{2,5}}·[{HAN}]{{2,6}})"
_DUTY = (
    r"(?:本报|本刊|本台|新华社|见习|实习|特约|首席|全媒体|融媒体|通讯社|\s)*(?:记者|通讯员|实习生|评论员|撰稿人|编辑)"
)
_AND = r"(?:\s*[、,，/]\s*|\s+)"
_PEOPLE = rf"{_NAME}(?:{_AND}{_NAME})*"
_WHO = rf"{_DUTY}\s*{_PEOPLE}(?:(?:{_AND})?{_DUTY}\s*{_PEOPLE})*"
_ANY_NAMES = rf"[{HAN}·]{{2,6}}(?:{_AND}[{HAN}·]{{2,4}})*"
_BULLET = r"[□■○●◇◆▲△▼☆★]"
_SLASH = r"\s*[/／:：|｜]\s*"

_BYLINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BULLET}?\s*{_WHO}\s*(?:摄影报道|综合报道|报道|整理|文并摄|文/摄|文/图|图/文|图文)?",
        rf"{_BULLET}\s*(?:{_DUTY}\s*)?{_ANY_NAMES}(?:\s*(?:文/摄|文/图|报道|整理))?",
        rf"(?:本报|本刊|新华社)\s*(?:[特约首席全融媒体见习\s])*(?:记者|通讯员|评论员)(?:\s+{_ANY_NAMES})?(?:\s*(?:文/摄|文/图|报道))?",
        rf"(?:{_DUTY}\s*)?{_ANY_NAMES}\s*(?:文/摄|文/图|图/文|文并摄|摄影报道|/文)",
        rf"(?:文/图|文/摄|图/文|图文|撰文|文字|文|作者|撰稿|整理){_SLASH}\S[^。；;]{{0,30}}",
        rf"[（(]\s*(?:作者|执笔|来源|{_WHO}|{_DUTY})[^。；;()（）]{{0,40}}[）)]",
    )
)
_PHOTO = r"(?:摄影报道|摄影|摄|供图|绘制|绘|制图|图)"
_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[（(]?\s*(?:{_DUTY}\s*)?(?:{_PEOPLE}|[{HAN}·]{{2,4}})\s*[/／]?\s*(?:摄影|摄|供图|绘)\s*[）)]?",
        rf"[（(]?\s*{_WHO}\s*[/／]?\s*{_PHOTO}\s*[）)]?",
        rf"[（(]?\s*(?:图片|图|摄影|摄|供图|图片来源|制图){_SLASH}\S[^。；;]{{0,20}}",
        r"[（(]?\s*新华社(?:发|记者|供图)[^。；;]{0,20}",
        r"[（(]?\s*(?:资料图片|资料图|资料照片|网络图片)\s*[）)]?",
        r"[（(]?\s*(?:图片|照片)(?:均)?由[^。；;]{1,20}(?:摄|提供|供图)\s*[）)]?",
    )
)
_PAGE_CREDIT = re.compile(
    r"[（(]?\s*(?:本版|本组|以上|文中|版面)\S{0,4}(?:图片|照片|摄影|图)?[^。；;]{1,30}?(?:摄|摄影|提供|供图)?\s*[）)]?"
)
_PAGE_CREDIT_WORD = re.compile(r"图|照片|摄")
_END_CREDIT = re.compile(
    rf"\s*[（(][^（）()。]{{0,20}}(?:摄|摄影|供图|资料图片)\s*[）)]$"
    rf"|(?<=[。！？!?”\"])\s*(?:{_DUTY}\s*)?{_NAME}\s*(?:摄影|摄)$"
)
_END_BYLINE = re.compile(rf"\s*[（(]\s*(?:{_WHO}|本报评论员|作者[^（）()]{{1,40}})\s*(?:报道|整理)?\s*[）)]$")
_END_DEBRIS = re.compile(r"(?<=[。！？”])\s*[.:·_|*\-]+$")

_DATE = r"(?:\d{1,2}\s?月\s?)?\d{1,2}\s?日\s?(?:电|讯|消息)"
_HEAD = (
    r"(?:(?:据\s?)?(?:新\s?华\s?社|中\s?新\s?社|中新网|新华网|人民网|央视网?|人民日报|光明日报|本\s?报|本台)"
    rf"(?:[{HAN}]|[/\s]){{0,12}}?{_DATE}"
    r"|本\s?报\s?(?:综\s?合\s?)?(?:讯|消\s?息)|本\s?台\s?(?:讯|消\s?息)|据\s?新\s?华\s?社\s?(?:电|讯|消\s?息)|新\s?华\s?社\s?(?:电|讯))"
)
_REPORTERS = (
    r"(?:\s*[（(][^（）()]{0,60}?(?:记\s?者|通\s?讯\s?员|实\s?习\s?生|报\s?道)[^（）()]{0,60}[）)]"
    rf"|\s*[（(]\s*{_PEOPLE}\s*[）)]"
    rf"|\s*{_WHO}\s*(?:摄影|综合)?报\s?道"
    rf"|\s*{_DUTY}\s*[{HAN}、,，\s]{{2,16}}?报\s?道"
    rf"|\s*{_WHO}(?=[\s：:]|$))"
)
_DATELINE = re.compile(rf"(?:{_HEAD}{_REPORTERS}?|[（(]\s*(?:{_WHO})\s*[）)])\s*[：:]?(?=(?P<body>.?))", re.DOTALL)
_NAMES = re.compile(_PEOPLE)


def dateline_length(text: str) -> int:
    """Characters of the dateline at a text's start, 0 for none.

    >>> [dateline_length(text) for text in ("本报讯(记者祖维晨)近日", "本报长春11月3日电 记者李四报道 今年", "本报告")]
    [10, 18, 0]
    """
    match = _DATELINE.match(text)
    return match.end() if match else 0


def is_byline(text: str) -> bool:
    """Who wrote, by its form: 本报记者 李娜, □ 本报记者 李娜, 文/李娜, (作者单位……)."""
    return len(text) <= 60 and any(pattern.fullmatch(text) for pattern in _BYLINES)


def is_names(text: str) -> bool:
    """Nothing but names of people; a byline only under a headline."""
    return len(text) <= 40 and _NAMES.fullmatch(text) is not None


def is_credit(text: str) -> bool:
    """Who took a photograph: 张黎 摄, (本报记者 李娜 摄), 图/李娜."""
    return len(text) <= 40 and any(pattern.fullmatch(text) for pattern in _CREDITS)


def is_page_credit(text: str) -> bool:
    """Who took all photographs of a page: 本版图片均由李娜摄."""
    return len(text) <= 40 and _PAGE_CREDIT.fullmatch(text) is not None and _PAGE_CREDIT_WORD.search(text) is not None


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
    tail = max(0, len(text) - 80)
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
_NO_HEADLINE = re.compile(r"[。；;]|[,，、：:]$")


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
