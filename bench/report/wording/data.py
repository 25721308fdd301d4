"""Sentences on a data set and its rows."""

from __future__ import annotations

from bench.report.wording.base import Bilingual, in_language

DATA = Bilingual("The data", "数据")


def data_of(experiments: str) -> Bilingual:
    """Where a page has several data sets. experiments: that used it."""
    return Bilingual(f"The data of {experiments}", f"{experiments} 的数据")


def size(rows: int, classes: int, digest: str) -> Bilingual:
    """How much there is. digest: the first digits of its SHA-256."""
    return Bilingual(
        f"{rows:,} rows in {classes} classes; SHA-256 {digest}…", f"{rows:,} 行，{classes} 个类别；SHA-256 {digest}…"
    )


def no_texts(reason: str) -> Bilingual:
    """Why just ids are shown."""
    return Bilingual(f"Texts are not shown, only row ids: {reason}.", f"不显示文字，只有行的编号：{reason}。")


def pages(
    pages: int, *, characters: int, articles: int, paragraphs: int, captions: int, incomplete: int, joined: int
) -> Bilingual:
    """What the page files hold. incomplete: paragraphs that lost text; joined: that were put together."""
    places = "1 page" if pages == 1 else f"{pages} pages"
    return Bilingual(
        f"From {places} of {characters:,} characters: {articles} articles and photographs with {paragraphs} paragraphs "
        f"and {captions} captions; {incomplete} of these lost text, {joined} were put together from several places.",
        f"取自 {pages} 个版面，共 {characters:,} 字：{articles} 篇文章与图片，{paragraphs} 个段落，{captions} 条图片说明；"
        f"其中 {incomplete} 处缺文，{joined} 处由几块文字拼合而成。",
    )


def repairs(blanks: int, marks: int, quotes: int) -> Bilingual:
    """What was repaired."""
    return Bilingual(
        f"Repaired: {blanks:,} blanks at line ends removed, {marks:,} punctuation marks made full-width, {quotes:,} "
        f"quotation marks turned the right way.",
        f"修复：去掉行末空格 {blanks:,} 处，标点改为全角 {marks:,} 处，引号改正方向 {quotes:,} 处。",
    )


def own(rows: int) -> Bilingual:
    """How many of the page's paragraphs have a label."""
    return Bilingual(
        f"{rows} of the paragraphs are rows here; the others have no label.",
        f"其中 {rows} 段是这里的行，其余没有标签。",
    )


LABELLED_ONCE = Bilingual(
    "Labelled once: how far annotators would agree is unknown, so scores have no ceiling.",
    "只标过一次：不知道标注者会有多一致，所以分数没有上限可比。",
)


def agreement(first: str, second: str, agreed: int, pairs: int, kappa: str) -> Bilingual:
    """How far two annotators agree. kappa: as written, empty where it cannot be computed."""
    english = f"The {first} and the {second} agree on {agreed} of {pairs} rows that both labelled"
    chinese = f"两位标注者都标过的 {pairs} 行中，有 {agreed} 行一致"
    if kappa:
        english, chinese = f"{english}; Cohen's kappa {kappa}", f"{chinese}；Cohen’s kappa {kappa}"
    return Bilingual(f"{english}.", f"{chinese}。")


def annotator(name: str) -> Bilingual:
    """The name of an annotator."""
    return Bilingual(name, {"first annotator": "标注者一", "second annotator": "标注者二"}.get(name, name))


CLASSES = Bilingual("Classes", "类别")


def photograph(opening: str) -> Bilingual:
    """An article that is a photograph. opening: its caption's first words."""
    return Bilingual(f"[photograph] {opening}", f"[图片] {opening}")


def numbered(name: str, number: int) -> Bilingual:
    """A later paragraph of an article, where each is a group of its own."""
    chinese = name.chinese if isinstance(name, Bilingual) else name
    return Bilingual(f"{name} ({number})", f"{chinese}（{number}）")


def by_class(*, articles: bool, most: int, groups: int) -> Bilingual:
    """Of the table of groups. articles: whether they are articles of a page."""
    rest = (
        (f", the largest {most} of {groups:,}", f"（{groups:,} 个中最大的 {most} 个）") if groups > most else ("", "")
    )
    english, chinese = ("Articles by class", "各文章的类别") if articles else ("Groups by class", "各组的类别")
    return Bilingual(english + rest[0], chinese + rest[1])


def commonest(label: str, times: int) -> Bilingual:
    """A group's commonest class."""
    return Bilingual(f"{label} ({times})", f"{label}（{times}）")


def rows_shown(shown: int, tested: int) -> Bilingual:
    """Where a page leaves rows out."""
    return Bilingual(
        f"The {shown:,} rows that systems get wrong most often, of {tested:,} tested; this page leaves out the others.",
        f"测试的 {tested:,} 行中系统最常判错的 {shown:,} 行，其余不在本页。",
    )


def ids_only(reason: str) -> Bilingual:
    """Why rows are shown without texts."""
    return Bilingual(f"Row ids without texts: {reason}.", f"只有行的编号，没有文字：{reason}。")


def no_raw(reason: str) -> Bilingual:
    """Why rows are shown without raw text."""
    return Bilingual(
        f"Rows are shown without the raw text that they were repaired from: {reason}.",
        f"不显示修复前的原文：{reason}。",
    )


def splits(name: str, splits_: str) -> Bilingual:
    """A comparison among those that a reader chooses from."""
    return Bilingual(f"{name}: {splits_}", f"{name}：{in_language(splits_, 'zh')}")
