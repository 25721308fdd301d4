from __future__ import annotations

import time

import pytest

from bench.corpus.pages import fold, repair_page
from bench.corpus.pages.furniture import TABLE, furniture_of

ALONE = {
    "jump to": (
        "（下转第三版）", "(下转第三版)", "下转第3版", "（下转3版）", "▲下转A3版", "▶▶下转第五版", "(下转 第二 版)",
        "（下转第3、4版）", "（下转第四版《牢记嘱托 感恩奋进》）", "【下转A01版】", "（未完待续）",
    ),
    "jump from": ("（上接第一版）", "上接第1版", "(上接A1版)", "（紧接第1版）", "▲上接第一版", "（上接第一版①）", "(上 接第一版)"),
    "end": ("(完)", "（完）", "（全文完）", "【完】"),
    "source": (
        "(据新华社)", "（据《人民日报》）", "（据新华社北京11月24日电）", "（综合新华社报道）", "（原载《求是》2025年第3期）",
        "(来源:吉林日报)", "来源：新华社", "（新华社供稿）", "（本报综合）", "据新华社",
    ),
    "editors": (
        "[责任编辑:张三]", "责任编辑 某某 版式设计 某某", "责任编辑：张三 美编：李四 校对：王五", "责编/张三 版式/李 四",
        "编辑:张三 校对:李四", "本版编辑 张三", "(责任编辑 张三)", "责任编辑张三 美编李四",
        "值班主任 张三 责任编辑 李四 电话:0431-88601234 邮箱:news@example.com",
    ),
    "reference": ("（全文见第二版）", "相关报道见第3版", "（报道见3版）"),
    "folio": ("2025年11月24日 星期一 农历乙巳年十月初五", "第3版", "星期一 2025年11月24日"),
    "code": ("扫码阅读全文", "扫描二维码 观看视频", "请扫码观看"),
}  # fmt: skip
FORMS = [(kind, text) for kind, texts in ALONE.items() for text in texts]

TEXT = (
    "下转变速器", "设计 未来", "据统计", "（一）加强组织领导", "设计:未来城市", "本版图片均由张三摄", "完", "责任编辑要担起责任",
    "编辑部的故事", "校对工作不能松", "主编的话", "上接天线 下接地气", "转作风 提效能", "接第一棒", "见第一面", "转第一产业",
    "来源于生活", "(一)", "（张三）", "（扩大）", "报道第一版", "编辑 张三", "本报记者 张三", "2025年11月24日", "二维码",
    "抓关键 强机制 以组织力赋能生产力", "（本报记者 张三）", "新华社北京11月3日电（记者 张三）",
)  # fmt: skip

WHOLE = "近年来，全省各级组织部门深入贯彻落实各项部署，扛牢政治责任，紧跟中心大局，推动工作。"
OTHER = "省委组织部树立战略眼光，坚持远近结合、系统布局，抓牢抓实干部教育培训工作。"
CUT = "近年来，全省各级组织部门深入贯彻落实各项部署，扛牢政治"


def page_of(*blocks):
    return repair_page("\n\n".join(blocks) + "\n")


def texts(page):
    return [paragraph.text for paragraph in page.paragraphs]


def furniture(page):
    return [fold(piece.text) for piece in page.furniture]


def fields(page):
    """Every text that the page holds as a title, subtitle, byline, dateline, credit or section."""
    parts = [
        part
        for article in page.articles
        for part in (
            article.title, *article.subtitles, article.byline, article.dateline, article.credit,
            *(paragraph.section for paragraph in article.paragraphs),
        )
    ]  # fmt: skip
    return {fold(part.text) for part in parts if part is not None}


def test_every_row_of_the_table_has_its_examples():
    assert set(ALONE) == {row.kind for row in TABLE}


@pytest.mark.parametrize(("kind", "text"), FORMS)
def test_furniture_is_told_by_its_form(kind, text):
    row = furniture_of(text)
    assert row is not None
    assert row.kind == kind


@pytest.mark.parametrize("text", TEXT)
def test_what_only_looks_like_furniture_is_text(text):
    assert furniture_of(text) is None


@pytest.mark.parametrize(("kind", "text"), FORMS)
@pytest.mark.parametrize("place", ["first", "under the headline", "between", "under a section", "last"])
def test_furniture_alone_on_its_line_is_neither_heading_nor_paragraph(kind, text, place):
    blocks = {
        "first": [text, "# 标题", WHOLE, OTHER],
        "under the headline": ["# 标题", text, WHOLE, OTHER],
        "between": ["# 标题", WHOLE, text, OTHER],
        "under a section": ["# 标题", WHOLE, "#### 破难题 树导向", text, OTHER],
        "last": ["# 标题", WHOLE, OTHER, text],
    }[place]
    page = page_of(*blocks)
    assert furniture(page) == [fold(text)]
    assert texts(page) == [WHOLE, OTHER]
    assert fields(page) <= {"标题", fold("破难题 树导向")}


@pytest.mark.parametrize(
    "jump", ["（下转第三版）", "(下转第3版)", " （下转 第三 版）", " ▲下转A3版", " 下转第3版", "【下转3版】"]
)
def test_a_jump_line_at_a_paragraphs_end_is_stripped_and_tells_whether_text_is_lost(jump):
    cut, whole = page_of("# 标题", OTHER, CUT + jump), page_of("# 标题", OTHER, WHOLE + jump)
    assert [(item.text, item.complete) for item in cut.paragraphs] == [(OTHER, True), (CUT, False)]
    assert [(item.text, item.complete) for item in whole.paragraphs] == [(OTHER, True), (WHOLE, True)]
    assert furniture(cut) == furniture(whole) == [fold(jump)]


@pytest.mark.parametrize(
    ("end", "complete"),
    [("。", True), ("！”", True), ("……", True), ("；", False), ("，", False), ("的", False), ("”", False)],
)
def test_before_a_jump_line_on_its_own_only_a_final_stop_is_whole(end, complete):
    page = page_of("# 标题", OTHER, CUT + end, "（下转第三版）")
    assert [item.complete for item in page.paragraphs] == [True, complete]


def test_a_jump_line_in_the_middle_of_a_block_parts_two_articles():
    page = page_of("# 标题", WHOLE, f"{CUT}（下转第三版） {OTHER}")
    assert [[item.text for item in article.paragraphs] for article in page.articles] == [[WHOLE, CUT], [OTHER]]


def test_nothing_goes_on_behind_a_jump_line():
    lines = ["全省各级组织部门深入贯", "彻落实各项部署要求紧跟中心", "大局着力用改革精神推动各项"]
    page = page_of("# 标题", " ".join(lines), "（下转第三版）", "今年七月我省开展半年评估。")
    assert texts(page) == ["".join(lines), "今年七月我省开展半年评估。"]
    assert [item.complete for item in page.paragraphs] == [False, True]


def test_a_headline_without_mark_up_behind_a_jump_line_begins_an_article():
    page = page_of("# 标题", CUT, "（下转第三版）", "通化开展志愿服务", OTHER)
    assert [article.title.text for article in page.articles] == ["标题", "通化开展志愿服务"]


class TestBehindAJumpFromElsewhere:
    FIRST = "全省各级组织部门深入贯 彻落实各项部署要求紧跟中心 大局着力用改革精神推动工作。"
    INDENTED = "全省各级组织部门深入贯彻 落实各项部署要求紧跟中心大局 着力用改革精神推动工作。"
    FLUSH = "全省各级组织部门深入贯彻落实 各项部署要求紧跟中心大局着力 用改革精神推动工作。"

    @pytest.mark.parametrize("jump", ["（上接第一版）", "上接A1版", "▲上接第1版"])
    @pytest.mark.parametrize(
        ("first", "complete"),
        [
            (INDENTED, True),
            (FLUSH, False),
            ("要作用。", False),
            ("　　全省召开会议。", True),
            ("（二）强化督促检查。", True),
            ("本报讯（记者 张三）全省召开会议。", True),
        ],
    )
    def test_a_paragraph_is_complete_only_if_it_shows_that_it_begins_here(self, jump, first, complete):
        page = page_of("# 标题", jump, first, self.INDENTED, self.INDENTED)
        assert [item.complete for item in page.paragraphs] == [complete, True, True]

    @pytest.mark.parametrize("jump", ["（上接第一版）", "（上接第一版） ", "上接第1版 "])
    def test_the_jump_line_may_stand_in_the_paragraphs_block(self, jump):
        page = page_of("# 标题", jump + self.FLUSH, self.INDENTED)
        assert texts(page)[0] == self.FLUSH.replace(" ", "")
        assert [item.complete for item in page.paragraphs] == [False, True]
        assert furniture(page) == [fold(jump)]

    def test_what_follows_is_no_part_of_the_article_before(self):
        page = page_of("# 标题", self.INDENTED, "（上接第一版）", self.INDENTED)
        assert [article.title and article.title.text for article in page.articles] == ["标题", None]


@pytest.mark.parametrize("note", ["（据新华社）", "（据《人民日报》）", "（原载《求是》）"])
@pytest.mark.parametrize("blank", ["", " "])
def test_a_source_note_at_a_paragraphs_end_is_printed_with_it(note, blank):
    page = page_of("# 标题", OTHER, WHOLE + blank + note, "#### 破难题 树导向", OTHER)
    assert texts(page)[1] == WHOLE + note
    assert page.paragraphs[1].complete
    assert page.furniture == ()


@pytest.mark.parametrize(
    "tail", ["（完）", "(完)", "（责任编辑：张三）", "（完）（责任编辑：张三）", " （完） [责任编辑:张三]"]
)
def test_end_marks_and_editors_behind_a_text_are_stripped(tail):
    page = page_of("# 标题", OTHER, WHOLE + tail)
    assert texts(page) == [OTHER, WHOLE]
    assert all(item.complete for item in page.paragraphs)
    assert "".join(furniture(page)) == fold(tail)


def test_a_jump_line_inside_quotes_of_a_sentence_needs_its_brackets():
    text = "读者来信说，文章末尾写着下转第三版，翻过去却找不到，希望报社改进。"
    assert texts(page_of("# 标题", text)) == [text]


@pytest.mark.parametrize("piece", ["责任编辑 ", "编辑:", "责编 设计,", "据新华社 ", "▲", "下转第", "（", "图", "三版"])
def test_no_form_takes_long_to_refuse(piece):
    text = (piece * 100)[:99] + "。"
    start = time.process_time()
    furniture_of(text)
    assert time.process_time() - start < 0.2
