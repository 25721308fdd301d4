from __future__ import annotations

import pytest

from bench.corpus.pages import repair_page

TEXT = "近年来，全省各级组织部门深入贯彻落实各项部署，扛牢政治责任，紧跟中心大局，推动工作。"
OTHER = "省委组织部树立战略眼光，坚持远近结合、系统布局，抓牢抓实干部教育培训工作。"


def parted(*blocks):
    """The body texts around captions, and each caption article as its texts and its credit without blanks."""
    page = repair_page("\n\n".join(["# 标题", TEXT, *blocks, OTHER]) + "\n")
    assert [article.title.text for article in page.articles if article.title] == ["标题"]
    assert all(paragraph.section is None for paragraph in page.paragraphs)
    assert not any(article.subtitles for article in page.articles)
    captions = [
        ([item.text for item in article.paragraphs], article.credit and article.credit.text.replace(" ", ""))
        for article in page.articles
        if any(item.kind == "caption" for item in article.paragraphs)
    ]
    body = [item.text for item in page.paragraphs if item.kind == "paragraph"]
    return body, captions


SERIES = [
    ("图①：", "图②：", "图③："),
    ("图①", "图②", "图③"),
    ("图①为", "图②为", "图③为"),
    ("图一：", "图二：", "图三："),
    ("图1：", "图2：", "图3："),
    ("图①：", "②：", "③："),
    ("上图：", "下图：", "左图："),
    ("上图为", "左下图为", "右下图为"),
    ("①", "②", "③"),
    ("▲", "▲", "▲"),
    ("（图一）", "（图二）", "（图三）"),
    ("（图①）", "（图②）", "（图③）"),
]
SENTENCES = ("法院干警参观纪念馆。", "党员重温入党誓词。", "志愿者清扫街道。")


@pytest.mark.parametrize("series", SERIES, ids="".join)
@pytest.mark.parametrize("between", ["", " "])
@pytest.mark.parametrize("credit", [" 张三 摄", "（本报记者 张三 摄）", "\n\n张三 摄"])
def test_numbered_captions_in_one_block_are_one_each_with_one_credit(series, between, credit):
    captions = [marker + sentence for marker, sentence in zip(series, SENTENCES, strict=True)]
    body, found = parted(between.join(captions) + credit)
    assert body == [TEXT, OTHER]
    assert found == [(captions, credit.strip().replace(" ", ""))]


def test_captions_without_stops_are_parted_at_blanks():
    body, found = parted("图①:干警参观纪念馆 图②:党员重温入党誓词 图③:志愿者清扫街道", "张三 摄")
    assert body == [TEXT, OTHER]
    assert found == [(["图①：干警参观纪念馆", "图②：党员重温入党誓词", "图③：志愿者清扫街道"], "张三摄")]


def test_numbers_may_stand_behind_the_captions():
    body, found = parted("干警参观纪念馆。（图一） 党员重温入党誓词。（图二）", "张三 摄")
    assert body == [TEXT, OTHER]
    assert found == [(["干警参观纪念馆。（图一）", "党员重温入党誓词。（图二）"], "张三摄")]


@pytest.mark.parametrize(
    "text",
    [
        "图①、图②为干警参观纪念馆。图③为党员重温入党誓词。",
        "图①：干警参观纪念馆。图③：党员重温入党誓词。",
        "图①：干警参观纪念馆。图②：党员重温入党誓词。图①：志愿者清扫街道。",
        "图①②：干警参观纪念馆，党员重温入党誓词。",
    ],
)
def test_captions_whose_numbers_do_not_count_on_stay_one(text):
    body, found = parted(text, "张三 摄")
    assert body == [TEXT, OTHER]
    assert found == [([text], "张三摄")]


def test_captions_with_a_credit_each_are_photographs_of_their_own():
    body, found = parted("图①：干警参观纪念馆。 张三 摄 图②：党员重温入党誓词。 李四 摄")
    assert body == [TEXT, OTHER]
    assert found == [(["图①：干警参观纪念馆。"], "张三摄"), (["图②：党员重温入党誓词。"], "李四摄")]


@pytest.mark.parametrize("series", SERIES, ids="".join)
def test_captions_in_blocks_of_their_own_share_the_credit_behind_them(series):
    captions = [marker + sentence for marker, sentence in zip(series, SENTENCES, strict=True)]
    body, found = parted(*captions, "张三 李四 摄")
    assert body == [TEXT, OTHER]
    assert found == [(captions, "张三李四摄")]


def test_a_caption_wrapped_in_the_width_of_its_photograph_is_one():
    text = "图①：近日，法院开展主题党日活动。组织青年干警参观纪念馆，接受革命传统教育。"
    wrapped = "图①:近日,法院开展主题党日活 动。组织青年干警参观纪念馆, 接受革命传统教育。 图②:党员重 温入党誓词。"
    body, found = parted(wrapped, "张三 摄")
    assert body == [TEXT, OTHER]
    assert found == [([text, "图②：党员重温入党誓词。"], "张三摄")]


def test_numbered_items_without_a_photo_credit_are_text():
    items = ["①加强组织领导，明确责任分工。", "②强化督促检查，压实工作责任。", "③做好宣传引导，营造良好氛围。"]
    body, found = parted(*items)
    assert body == [TEXT, *items, OTHER]
    assert found == []


def test_a_reference_to_a_figure_in_running_text_is_text():
    text = "调查显示，群众满意度逐年提升，如图1：所示，幅度最大的是窗口服务，见图2：右侧各列。"
    body, found = parted(text)
    assert body == [TEXT, text, OTHER]
    assert found == []
