from __future__ import annotations

import pytest

from bench.corpus.pages import roles


@pytest.mark.parametrize(
    ("dateline", "body"),
    [
        ("本报讯(记者祖维晨)", "近日,"),
        ("本报讯(林姝含 记者 赵梦卓)", "今年以来"),
        ("本报讯（通讯员 王五 记者 李四）", "近日"),
        ("本报讯(张三)", "近日"),
        ("本报讯 ", "近日"),
        ("本报讯 记者王五报道", "近日,"),
        ("本报讯 记者王五、实习生赵六报道:", "近日"),
        ("本报讯 记者王五 ", "近日,"),
        ("本报综合消息 ", "近日"),
        ("本报长春11月3日电 记者李四报道 ", "今年"),
        ("新华社北京11月3日电(记者 张三)", "近日"),
        ("新华社北京 11 月 3 日电(记者 张三)", "近日"),
        ("新华社北京2025年11月3日电 ", "近日"),
        ("据新华社北京11月3日电 ", "中共"),
        ("(记者 张三)", "近日"),
        ("【本报讯】", "近日"),
    ],
)
def test_a_dateline_ends_where_the_report_begins(dateline, body):
    assert roles.dateline_length(dateline + body) == len(dateline)


@pytest.mark.parametrize(
    "text", ["", "本报告期内,公司", "本报讯息中心", "本报记者11月3日电话采访了他", "近日,本报讯", "(扩大)会议"]
)
def test_what_only_looks_like_a_dateline_is_text(text):
    assert roles.dateline_length(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "本报记者 李娜",
        "□ 本报记者 张三",
        "■本报记者 张三 李四",
        "记者 李娜 通讯员 王五",
        "本报记者 李娜 长春报道",
        "本报评论员",
        "文/张三",
        "文/张三 图/李四",
        "张三 文/摄",
        "本报记者 张三 文/摄",
        "□ 本报记者 X",
        "X 文/摄",
        "(本报记者 张三)",
        "(作者单位:省委党校)",
        "作者：张三",
    ],
)
def test_bylines_are_told_by_their_form(text):
    assert roles.is_byline(text)
    assert not roles.is_credit(text)


@pytest.mark.parametrize(
    "text",
    [
        "张黎 摄",
        "赵鸿仕 摄",
        "(本报记者 张三 摄)",
        "(本报记者 X 摄)",
        "图/X",
        "摄影:张三",
        "新华社记者 张三 摄",
        "新华社发(张三 摄)",
        "(资料图片)",
        "图片由市委宣传部提供",
    ],
)
def test_photo_credits_are_told_by_their_form(text):
    assert roles.is_credit(text)
    assert not roles.is_page_credit(text)


@pytest.mark.parametrize("text", ["本版图片均由张三摄", "本版图片均由X摄", "(本组图片由张三摄)", "本版摄影:张三"])
def test_a_credit_for_a_whole_page_is_told_from_one_of_a_photograph(text):
    assert roles.is_page_credit(text)
    assert not roles.is_credit(text)


@pytest.mark.parametrize(
    "text",
    [
        "破难题 树导向",
        "抓关键 强机制 以组织力赋能生产力",
        "记者节特别报道",
        "程序、决策监督等事项",
        "本报今起推出专栏",
        "近日,记者李娜采访了他。",
    ],
)
def test_headings_and_text_are_no_bylines_and_no_credits(text):
    assert not roles.is_byline(text)
    assert not roles.is_credit(text)
    assert not roles.is_page_credit(text)
    assert not roles.is_names(text)


@pytest.mark.parametrize(
    ("text", "names"), [("胡文彬 李娜", True), ("李 娜", True), ("欧阳修文", True), ("筑牢根基", False)]
)
def test_names_alone_are_told_by_their_surnames(text, names):
    assert roles.is_names(text) == names


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("受到居民好评。(本报记者 李四 摄)", "(本报记者 李四 摄)"),
        ("受到居民好评。 张黎 摄", " 张黎 摄"),
        ("受到居民好评。", ""),
        ("这座雕像由名家拍摄", ""),
    ],
)
def test_a_credit_at_the_end_of_a_caption_is_found(text, tail):
    assert text[roles.end_credit(text) :] == tail


@pytest.mark.parametrize(
    ("text", "debris"), [(".:", True), ("* * *", True), ("——", True), ("”", False), ("。", False), ("1", False)]
)
def test_debris_is_marks_that_close_nothing(text, debris):
    assert roles.is_debris(text) == debris


def test_no_sentence_is_a_heading():
    for text in ("正确的政绩观是为政之德。", "开展试点;", "主要措施如下：", "、为容易理解"):
        assert roles.heading_cost(text) is None


def test_halves_of_equal_length_with_a_pause_make_a_likelier_heading():
    assert roles.heading_cost("破难题 树导向") < roles.heading_cost("破解难题树导向")
