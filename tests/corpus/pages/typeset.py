"""A typesetter: clean articles set into narrow columns and damaged as print extraction does, with the truth known."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

HALF_WIDTH = str.maketrans("，；：？！（）“”‘’", ",;:?!()\"\"''")
NO_LINE_START = "，。、；：？！）》”’…—·%"
NO_LINE_END = "（《“‘"


def words(text: str) -> list[str]:
    return text.split()


SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"
PLACES = words("长春 吉林市 四平 通化县 临江市 柳河县 珲春市 延吉市 松原 白城")
BODIES = words("省委组织部 市纪委监委 开发区管委会 社区党委 县人民检察院 高校党委 乡镇党委 国企党委 市民政局")
NOUNS = words(
    "干部队伍建设 政绩考核 基层治理 营商环境 乡村振兴 科技创新 廉政教育 人才服务 "
    "项目建设 志愿服务 数字赋能 安全生产 生态保护 文化惠民 就业创业 教育培训"
)
VERBS = words("推动 加强 完善 健全 聚焦 落实 统筹推进 持续深化 全面推行 探索 严格规范")
QUOTED = words("一把手 红黄牌 组合拳 望远镜 党建+文化 三会一课 最多跑一次 五条底线红线 头雁效应 1+5 坐标系")
LATIN = words("AI 5G IP APP DeepSeek ChatGPT GDP VR PM2.5 AI+ H5 B2B www.jl.gov.cn USB KPI")
SAYINGS = words(
    "风正好扬帆，奋楫正当时。 严管就是厚爱，是对干部真正负责。 民生无小事，枝叶总关情。 一分部署，九分落实。 行胜于言。"
)
HEADINGS = (
    "抓关键 强机制 以组织力赋能生产力",
    "明重点 促改革 释放活力",
    "破难题 树导向",
    "补短板 强弱项",
    "党建引领聚合力",
    "擦亮服务“金名片”",
    "立足新起点 展现新作为",
    "从“有没有”到“好不好”",
    "建强队伍 服务群众",
)


def name(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def number(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{rng.randint(2, 99)}", f"{rng.randint(100, 9999)}", f"{rng.randint(1, 99)}.{rng.randint(1, 9)}%",
            f"{rng.randint(1, 9)},{rng.randint(100, 999)}", f"{rng.randint(10, 99)}", f"{rng.randint(2, 30)}",
        )
    )  # fmt: skip


def clause(rng: random.Random) -> str:
    kind = rng.randrange(12)
    verb, noun, other = rng.choice(VERBS), rng.choice(NOUNS), rng.choice(NOUNS)
    if kind == 0:
        return f"{verb}{noun}、{other}和{rng.choice(NOUNS)}"
    if kind == 1:
        return f"{rng.choice(BODIES)}围绕“{rng.choice(QUOTED)}”{verb}{noun}"
    if kind == 2:
        return f"累计{verb}{noun}{number(rng)}项"
    if kind == 3:
        return f"引入“{rng.choice(LATIN)}”系列课程"
    if kind == 4:
        return f"把{rng.choice(LATIN)}技术用于{noun}"
    if kind == 5:
        return f"每天{rng.randint(6, 11)}:{rng.randint(10, 59)}组织{number(rng)}名党员参加{noun}"
    if kind == 6:
        return f"在{rng.choice(PLACES)}（{rng.choice(PLACES)}）率先{verb}{noun}"
    if kind == 7:
        return f"印发《关于{verb}{noun}的若干措施》"
    if kind == 8:
        return f"实现“{noun}”与“{other}”双向赋能"
    return f"{verb}{noun}{rng.choice(('', '工作', '机制', '水平', '体系'))}"


def sentence(rng: random.Random) -> str:
    kind = rng.randrange(10)
    text = "，".join(clause(rng) for _ in range(rng.randint(1, 4)))
    if kind == 0:
        return f"{name(rng)}说：“{inner(text)}。”"
    if kind == 1:
        return f"“{inner(text)}！”{rng.choice(PLACES)}干部{name(rng)}告诉记者，{clause(rng)}。"
    if kind == 2:
        return f"20{rng.randint(10, 29)}年{rng.randint(1, 12)}月，{text}。"
    if kind == 3:
        return f"怎么{rng.choice(VERBS)}{rng.choice(NOUNS)}？{text}。"
    if kind == 4:
        return f"{text}；{clause(rng)}；{clause(rng)}。"
    return f"{rng.choice(PLACES)}{text}。"


def inner(text: str) -> str:
    """A text as it stands inside quotation marks."""
    return text.replace("“", "‘").replace("”", "’")


def paragraph(rng: random.Random, sentences: Sequence[str]) -> str:
    if rng.random() < 0.1:
        return rng.choice(SAYINGS)
    count = rng.choice((1, 1, 2, 2, 3, 4))
    return "".join(rng.choice(sentences) if rng.random() < 0.4 else sentence(rng) for _ in range(count))


def byline(rng: random.Random) -> str:
    return rng.choice(
        (
            f"本报记者 {name(rng)}",
            f"□ 本报记者 {name(rng)}",
            f"文/{name(rng)}",
            f"本报记者 {name(rng)} {name(rng)}",
        )
    )


def random_dateline(rng: random.Random) -> str:
    day = f"{rng.randint(1, 12)}月{rng.randint(1, 30)}日"
    return rng.choice(
        (
            f"本报讯（记者{name(rng)}）",
            f"本报讯（{name(rng)} 记者 {name(rng)}）",
            f"本报讯 记者{name(rng)}报道 ",
            f"新华社{rng.choice(PLACES)}{day}电（记者 {name(rng)}）",
            f"本报{rng.choice(PLACES)}{day}电 记者{name(rng)}报道 ",
            "本报综合消息 ",
        )
    )


@dataclass
class Style:
    """How one page is set: the choices that differ between newspapers."""

    widths: Sequence[int]
    height: tuple[int, int]
    latin: float
    hang: bool
    cut_words: bool
    marks: bool
    glue: float
    squeeze: bool


def random_style(rng: random.Random) -> Style:
    base = rng.choice((11, 12, 14, 16, 18, 20, 20, 22, 24))
    return Style(
        widths=(base, base, base, rng.choice((base, base + 1, base - 1, base * 2 + 1, max(9, base // 2)))),
        height=rng.choice(((4, 9), (8, 16), (12, 30))),
        latin=rng.choice((0.5, 0.5, 0.5, 0.5, 1.0)),
        hang=rng.random() < 0.5,
        cut_words=rng.random() < 0.5,
        marks=rng.random() < 0.6,
        glue=rng.choice((0.0, 0.1, 0.3)),
        squeeze=rng.random() < 0.5,
    )


@dataclass
class Truth:
    """A damaged page and what it was made from.

    paragraphs: place of the first own character in `text` to kind and clean text, for paragraphs and captions.
    parts: clean texts of titles, sections, bylines, datelines and credits, by role.
    """

    text: str = ""
    paragraphs: dict[int, tuple[str, str]] = field(default_factory=dict)
    parts: list[tuple[str, str]] = field(default_factory=list)


def width(character: str, latin: float) -> float:
    return latin if character.isascii() else 1.0


def units(text: str, style: Style) -> Iterator[str]:
    """What a line may not divide: a character with the marks bound to it; a Latin word where words are kept whole."""
    index = 0
    while index < len(text):
        start = index
        while text[index] in NO_LINE_END and index + 1 < len(text):
            index += 1
        if not style.cut_words and text[index].isascii() and text[index] != " ":
            while index + 1 < len(text) and text[index + 1].isascii() and text[index + 1] != " " and index - start < 14:
                index += 1
        index += 1
        while index < len(text) and text[index] in NO_LINE_START:
            index += 1
        yield text[start:index]


def measure(line: str, style: Style) -> float:
    total = sum(width(character, style.latin) for character in line)
    if style.squeeze:
        # A closing mark before another mark takes half an em less.
        closers, marks = "，。、；：？！）》”’", NO_LINE_END + NO_LINE_START
        total -= 0.5 * sum(before in closers and after in marks for before, after in pairwise(line))
    return total


def break_lines(text: str, columns: Columns, style: Style) -> Iterator[tuple[int, str]]:
    """Lines of one paragraph, each with its column. A blank at a line's end is gone."""
    column, room = columns.next_line()
    room -= 2.0
    line = ""
    for unit in units(text, style):
        hung = 0.5 if style.hang and unit[-1] in NO_LINE_START else 0.0
        if line and measure(line + unit, style) > room + hung:
            yield column, line.rstrip(" ")
            column, room = columns.next_line()
            line = unit.lstrip(" ")
        else:
            line += unit
    if line.strip():
        yield column, line.rstrip(" ")


class Columns:
    """Where the next line goes: columns of one article, each with its width and height."""

    def __init__(self, style: Style, rng: random.Random) -> None:
        self.style = style
        self.rng = rng
        self.column = 0
        self.width = float(rng.choice(style.widths))
        self.left = rng.randint(*style.height)

    def next_line(self) -> tuple[int, float]:
        if self.left == 0:
            self.column += 1
            self.left = self.rng.randint(*self.style.height)
            self.width = float(self.rng.choice(self.style.widths))
        self.left -= 1
        return self.column, self.width


class Typesetter:
    """Sets one page."""

    def __init__(self, rng: random.Random, sentences: Sequence[str]) -> None:
        self.rng = rng
        self.sentences = sentences
        self.style = random_style(rng)
        self.blocks: list[list[str]] = []
        self.starts: list[tuple[int, int, int, str, str]] = []
        self.parts: list[tuple[str, str]] = []

    def page(self) -> Truth:
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            self.article()
        return self.damaged()

    def block(self, text: str) -> None:
        self.blocks.append([text])

    def heading(self, role: str, text: str, level: int) -> None:
        self.parts.append((role, text))
        self.block("#" * level + " " + text if self.style.marks and level else text)

    def article(self) -> None:
        rng = self.rng
        title = f"{rng.choice(PLACES)}{rng.choice(VERBS)}{rng.choice(NOUNS)}"
        if rng.random() < 0.5:
            title = f"{rng.choice(VERBS)}{rng.choice(NOUNS)} {rng.choice(VERBS)}{rng.choice(NOUNS)}"
        self.heading("title", title, rng.choice((1, 2)))
        dateline = ""
        if rng.random() < 0.5:
            self.heading("byline", byline(rng), 0)
        else:
            dateline = random_dateline(rng)
            self.parts.append(("dateline", dateline.strip()))
        self.columns = Columns(self.style, rng)
        self.column, self.fresh = -1, True
        for position in range(rng.randint(2, 9)):
            if position and rng.random() < 0.12:
                self.heading("section", rng.choice(HEADINGS), 4 if rng.random() < 0.7 else 0)
                self.fresh = True
            self.paragraph(dateline, paragraph(rng, self.sentences))
            dateline = ""

    def paragraph(self, dateline: str, text: str) -> None:
        """A new block at a column's top and, unless glued to the one before, at the paragraph's start."""
        for index, (at, line) in enumerate(break_lines(dateline + text, self.columns, self.style)):
            if at != self.column:
                if self.column >= 0 and not self.fresh and self.rng.random() < 0.15:
                    self.caption()
                self.fresh = True
            if self.fresh or (index == 0 and self.rng.random() >= self.style.glue):
                self.blocks.append([])
            if index == 0:
                skip = len(dateline.replace(" ", ""))
                self.starts.append((len(self.blocks) - 1, len(self.blocks[-1]), skip, "paragraph", text))
            self.blocks[-1].append(line)
            self.column, self.fresh = at, False

    def caption(self) -> None:
        rng = self.rng
        text = rng.choice(("图为", "近日，")) + sentence(rng)
        wide = replace(self.style, widths=(rng.choice((24, 32, 36)),), height=(99, 99))
        self.blocks.append([line for _, line in break_lines(text, Columns(wide, rng), wide)])
        self.starts.append((len(self.blocks) - 1, 0, 0, "caption", text))
        self.heading("credit", f"{name(rng)} 摄", 0)

    def damaged(self) -> Truth:
        truth = Truth(parts=self.parts)
        offsets: list[list[int]] = []
        out: list[str] = []
        position = 0
        for block in self.blocks:
            offsets.append([])
            for index, line in enumerate(block):
                offsets[-1].append(position)
                out.append(line)
                position += len(line)
                out.append(" " if index + 1 < len(block) else "\n\n")
                position += len(out[-1])
        truth.text = "".join(out).translate(HALF_WIDTH)
        for block_index, line_index, skip, kind, text in self.starts:
            places = range(offsets[block_index][line_index], len(truth.text))
            own = (place for place in places if not truth.text[place].isspace())
            truth.paragraphs[next(islice(own, skip, None))] = (kind, text)
        return truth


def typeset(random_state: int, sentences: Sequence[str]) -> Truth:
    """One damaged page, the same for the same random_state."""
    return Typesetter(random.Random(random_state), sentences).page()
