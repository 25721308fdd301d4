"""Small pages after common Chinese newspaper layout, and what a reader of the page would hold them to be."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.corpus.pages import DamageMark, fold, repair_page

FIRST = "近年来，全省各级组织部门深入贯彻落实各项部署，扛牢政治责任，紧跟中心大局，着力用改革精神和严的标准推动工作。"
SECOND = "省委组织部树立战略眼光，坚持远近结合、系统布局，以钉钉子精神抓牢抓实干部教育培训、年轻干部培养选拔工作。"
NO_LINE_START = "，。、；：！？”’）》%"
HALF_WIDTH = str.maketrans("，；：？！（）“”‘’", ",;:?!()\"\"''")
WIDTH = 14


def wide(character):
    return 0.5 if character.isascii() and character.isalnum() else 1.0


def lines_of(text, width=WIDTH):
    """The lines of a paragraph in a column `width` em wide, its first one indented; numbers and words are cut."""
    lines, line, room = [], "", width - 2.0
    for character in text:
        if line and sum(map(wide, line)) + wide(character) > room and character not in NO_LINE_START:
            lines.append(line)
            line, room = "", float(width)
        line += character
    return [*lines, line]


def block(text, width=WIDTH):
    """A paragraph as extraction leaves it: a blank for each line's end, half-width marks."""
    return " ".join(line.strip() for line in lines_of(text, width)).translate(HALF_WIDTH)


@dataclass(frozen=True)
class Layout:
    """A page's blocks and what is on it. body: (section, paragraph) pairs in page order."""

    blocks: list[str]
    body: list[tuple[str | None, str]]
    titles: list[str] = field(default_factory=lambda: ["标题"])
    bylines: list[str] = field(default_factory=list)
    datelines: list[str] = field(default_factory=list)
    subtitles: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)


def plain(*texts):
    return [(None, text) for text in texts]


QUOTES = "会议强调，要坚持学用贯通，做到“‘两个维护’落地见效”，把“规定动作”做到位，把“自选动作”做出特色，让群众满意。"
NUMBERS = "今年前三季度，全省地区生产总值达到10234.5亿元，同比增长5.8%，高于全国0.6个百分点，人均3,456元，比去年同期多12.3%，增速居前。"
DATES = "会议决定，自2025年11月24日起施行新修订的办法，2024年10月8日印发的旧办法同时废止，过渡期至2026年3月31日。"
PHONE = "监督举报电话0431-88901234，邮箱jubao@example.com，网址http://www.example.com/zw/index.html?id=12，时间8:30至17:00。"
ENGLISH = "公司推出ChatGPT平台，与Microsoft、Google等企业展开合作，在5G、AI和IoT等领域占领市场，用户达2000万。"
RANGES = "比例由30%提高到40%，1月至9月增长5%—6%，气温为25℃，增幅扩大0.3个百分点，占全省工业投资的12.5%。"
EDITOR = "编者按：近年来，各地深入推进基层治理创新，涌现出一批好经验好做法。本报今起推出系列报道，敬请关注。"
ITEMS = (
    "（一）加强组织领导。各地各部门要压实责任，细化措施，确保各项任务落到实处。",
    "（二）强化督促检查。",
    "（三）做好宣传引导。要总结推广典型经验，营造良好氛围。",
)
POINTS = (
    "一是压实责任。各级党委要把责任扛在肩上，一级抓一级。",
    "二是强化保障。财政部门要安排专项资金，确保落实。",
    "三是严肃纪律。对落实不力的单位，要严肃追责问责。",
)
ANSWERS = (
    "记者：如何理解这项改革？",
    "张三：这项改革的核心在于放权，把更多的资源、服务和管理放到社区，让基层有职有权有物。",
    "记者：下一步有什么打算？",
    "张三：我们将继续推进。",
)

LAYOUTS = {
    "nested quotes at line ends": Layout(["# 标题", *map(block, (FIRST, QUOTES, SECOND))], plain(FIRST, QUOTES, SECOND)),
    "numbers and units cut by the wrap": Layout(
        ["# 标题", *map(block, (FIRST, NUMBERS, SECOND))], plain(FIRST, NUMBERS, SECOND)
    ),
    "dates cut by the wrap": Layout(["# 标题", *map(block, (FIRST, DATES, SECOND))], plain(FIRST, DATES, SECOND)),
    "phone numbers and addresses of pages": Layout(
        ["# 标题", *map(block, (FIRST, PHONE, SECOND))], plain(FIRST, PHONE, SECOND)
    ),
    "English words cut by the wrap": Layout(["# 标题", *map(block, (FIRST, ENGLISH, SECOND))], plain(FIRST, ENGLISH, SECOND)),
    "percentages and ranges": Layout(["# 标题", *map(block, (FIRST, RANGES, SECOND))], plain(FIRST, RANGES, SECOND)),
    "a list with a colon before it": Layout(
        ["# 标题", *map(block, (FIRST, "会议明确了以下重点任务：", *ITEMS))], plain(FIRST, "会议明确了以下重点任务：", *ITEMS)
    ),
    "points that begin 一是, 二是": Layout(["# 标题", *map(block, (FIRST, *POINTS))], plain(FIRST, *POINTS)),
    "subheads without mark-up": Layout(
        ["# 标题", block(FIRST), "强化组织领导", block(SECOND), "夯实基层基础", block(FIRST)],
        [(None, FIRST), ("强化组织领导", SECOND), ("夯实基层基础", FIRST)],
    ),
    "numbered subheads": Layout(
        ["# 标题", block(FIRST), "一、加强组织领导", block(SECOND), "（二）强化督促检查", block(FIRST)],
        [(None, FIRST), ("一、加强组织领导", SECOND), ("（二）强化督促检查", FIRST)],
    ),
    "subheads behind a sign": Layout(
        ["# 标题", block(FIRST), "■加强组织领导", block(SECOND), "▶压实工作责任", block(FIRST), "●明确分工", block(SECOND)],
        [(None, FIRST), ("■加强组织领导", SECOND), ("▶压实工作责任", FIRST), ("●明确分工", SECOND)],
    ),
    "verse in short lines": Layout(
        [block(FIRST), block(SECOND), "# 春日吟", "张三", "春风又绿江南岸", "明月何时照我还", "千里莺啼绿映红", "水村山郭酒旗风"],
        plain(FIRST, SECOND, "春风又绿江南岸", "明月何时照我还", "千里莺啼绿映红", "水村山郭酒旗风"),
        titles=["春日吟"],
        bylines=["张三"],
    ),
    "an editor's note before the byline": Layout(
        ["# 标题", block(EDITOR), "本报记者 张三 通讯员 李四", block(FIRST), block(SECOND)],
        plain(EDITOR, FIRST, SECOND),
        bylines=["本报记者 张三 通讯员 李四"],
    ),
    "bylines and datelines without mark-up": Layout(
        [
            "通化开展志愿服务", block("本报讯（通讯员 王五）" + FIRST), "四平召开会议", "■本报记者 张三", block(FIRST),
            "白城举行活动", "王五 赵六 本报记者 张三", block(SECOND),
        ],
        plain(FIRST, FIRST, SECOND),
        titles=["通化开展志愿服务", "四平召开会议", "白城举行活动"],
        bylines=["■本报记者 张三", "王五 赵六 本报记者 张三"],
        datelines=["本报讯（通讯员 王五）"],
    ),
    "a dateline with place and day, its reporter in the next line": Layout(
        ["# 标题", "本报长春11月24日讯 记 者王五报道:省委组织部树立战 略眼光,坚持远近结合、系统 布局,抓牢抓实工作。", block(FIRST)],
        plain("省委组织部树立战略眼光，坚持远近结合、系统布局，抓牢抓实工作。", FIRST),
        datelines=["本报长春11月24日讯记者王五报道："],
    ),
    "a dateline as long as its one line": Layout(
        ["# 标题", "本报讯(记者 张三)全省召开会议。", block(FIRST), block(SECOND)],
        plain("全省召开会议。", FIRST, SECOND),
        datelines=["本报讯（记者 张三）"],
    ),
    "a table of names": Layout(
        ["# 标题", block(FIRST), "获奖名单", "一等奖", "张三 李四 王五", "二等奖", "赵六 孙七 周八 吴九", block(SECOND)],
        plain(FIRST, "获奖名单", "一等奖", "张三 李四 王五", "二等奖", "赵六 孙七 周八 吴九", SECOND),
    ),
    "a list of people": Layout(
        ["# 标题", block(FIRST), *("张三 男 汉族 1980年5月生", "李四 女 满族 1979年3月生", "王五 男 汉族 1985年8月生"),
         "赵六 男 汉族 1985年1月生", block(SECOND)],
        plain(FIRST, "张三 男 汉族1980年5月生", "李四 女 满族1979年3月生", "王五 男 汉族1985年8月生", "赵六 男 汉族1985年1月生", SECOND),
    ),
    "questions and answers": Layout(["# 标题", *map(block, (FIRST, *ANSWERS))], plain(FIRST, *ANSWERS)),
    "lines above and under the headline": Layout(
        ["学习贯彻四中全会精神", "# 标题", "——我省推进高质量发展纪实", "本报记者 李娜", block(FIRST), block(SECOND)],
        plain(FIRST, SECOND),
        bylines=["本报记者 李娜"],
        subtitles=["学习贯彻四中全会精神", "——我省推进高质量发展纪实"],
    ),
    "who signed a document, and the day": Layout(
        ["# 标题", block(FIRST), block(SECOND), "吉林省人民政府", "2025年11月24日", "# 通知", block(FIRST)],
        plain(FIRST, SECOND, "吉林省人民政府", "2025年11月24日", FIRST),
        titles=["标题", "通知"],
    ),
    "separators of stars": Layout(
        ["# 标题", block(FIRST), "***", block(SECOND), "★★★", block(FIRST)],
        plain(FIRST, SECOND, FIRST),
        furniture=["***", "★★★"],
    ),
    "one article goes to another page and one comes from one": Layout(
        [
            "# 标题", "本报记者 李娜", block(FIRST), block(FIRST[:36]) + "（下转第三版）", "## 通化开展志愿服务", "（上接第一版）",
            " ".join(lines_of(SECOND, 16)).translate(HALF_WIDTH), block(FIRST), "（完）", "[责任编辑:张三]",
        ],
        plain(FIRST, FIRST[:36], SECOND, FIRST),
        titles=["标题", "通化开展志愿服务"],
        bylines=["本报记者 李娜"],
        furniture=["（下转第三版）", "（上接第一版）", "（完）", "[责任编辑：张三]"],
    ),
    "a folio line above, an editors' line below": Layout(
        ["2025年11月24日 星期一 第3版", "通化开展志愿服务", "本报记者 张三", block(FIRST), block(SECOND), "责任编辑 李四 版式设计 王五"],
        plain(FIRST, SECOND),
        titles=["通化开展志愿服务"],
        bylines=["本报记者 张三"],
        furniture=["2025年11月24日 星期一 第3版", "责任编辑 李四 版式设计 王五"],
    ),
}  # fmt: skip


def folded(parts):
    return [fold(part.text) for part in parts if part is not None]


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_page_is_what_its_reader_sees(name):
    layout = LAYOUTS[name]
    text = "\n\n".join(layout.blocks) + "\n"
    page = repair_page(text)
    found = [(item.section and item.section.text, item.text) for item in page.paragraphs]
    assert found == layout.body
    assert folded(article.title for article in page.articles) == list(map(fold, layout.titles))
    assert folded(article.byline for article in page.articles) == list(map(fold, layout.bylines))
    assert folded(article.dateline for article in page.articles) == list(map(fold, layout.datelines))
    assert folded(part for article in page.articles for part in article.subtitles) == list(map(fold, layout.subtitles))
    assert folded(page.furniture) == list(map(fold, layout.furniture))


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_character_of_a_layout_is_lost(name):
    text = "\n\n".join(LAYOUTS[name].blocks) + "\n"
    page = repair_page(text)
    parts = {id(item.section): item.section for item in page.paragraphs if item.section is not None}
    for article in page.articles:
        heads = (article.title, *article.subtitles, article.byline, article.dateline, article.credit)
        parts |= {id(part): part for part in (*heads, *article.paragraphs) if part is not None}
    parts |= {id(part): part for part in page.furniture}
    kept = Counter(character for part in parts.values() for span in part.spans for character in span.of(text))
    lost = Counter(text) - kept
    assert all(character.isspace() or character == "#" for character in lost)


ALPHABETS = (
    "",
    " \n\t　\u3000\x00\ufeff",
    "近日组，。\n ",
    "\ud800\udfff\udc00字 \n",
    "（）()[]【】下转上接第一二三3版\n ",
    "图①②③一二:：。 摄张三\n▲",
    "责任编辑张三:： /\n[]",
    "本报讯记者张三（）()电11月3日 \n",
    "\"'“”‘’《》（(\n 字a1",
    "#  \n一、（二）1.\r\x0b\x0c\x1c\x1f\x85\u2028",
    "１２３①㈠℃％%.,:0aA \n😀\u200b\u0301",
)


@given(st.sampled_from(ALPHABETS[1:]).flatmap(lambda alphabet: st.text(alphabet=alphabet, max_size=300)))
def test_no_text_is_an_error(text):
    page = repair_page(text, key=text)
    assert page.text == text


@given(st.text(alphabet=st.characters(), max_size=200), st.text(max_size=5))
def test_a_mark_on_any_text_fits_or_is_refused_in_one_line(text, quote):
    try:
        repair_page(text, marks=[DamageMark(quote, "reason", "page.marks.yaml:2")])
    except BenchError as error:
        assert str(error).startswith("page.marks.yaml:2: ")


def seconds(text):
    start = time.process_time()
    repair_page(text)
    return time.process_time() - start


@pytest.mark.parametrize(
    "piece",
    [
        "近年来", "近 ", "近\n", "word ", '"近', "(", "1 ", "1组 ", "张三 ", "张三 摄\n", "# 标题\n", "（下转第三版）", "（下转",
        "图①:组织。 ", "① ", "责任编辑 ", "近  　　", "（据新华社） ", "（完）",
    ],
)  # fmt: skip
def test_time_is_near_linear_in_a_pages_length(piece):
    short, long = 2_000, 8_000
    once = min(seconds(piece * (short // len(piece))) for _ in range(2))
    # Four times the text takes four times as long; eight allows for a busy machine, a quadratic rule takes sixteen.
    assert seconds(piece * (long // len(piece))) < 8 * once + 0.5


def test_a_page_of_fifty_thousand_characters_takes_seconds():
    rng = random.Random(0)
    page = "\n\n".join(block(rng.choice((FIRST, SECOND, QUOTES, NUMBERS))) for _ in range(900))
    assert len(page) > 50_000
    assert seconds(page) < 30
