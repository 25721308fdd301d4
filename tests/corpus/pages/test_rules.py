from __future__ import annotations

import pytest

from bench.corpus.pages import repair_page

FIRST = "近年来,全省各级组织部门深入贯彻落实各项部署,扛牢政治责任,紧跟中心大局,着力用改革精神和严的标准推动工作。"
SECOND = (
    "省委组织部树立战略眼光,坚持远近结合、系统布局,以钉钉子精神抓牢抓实干部教育培训、年轻干部培养选拔、公务员队伍建设。"
)
THIRD = "正确的政绩观是为政之德、从政之道、施政之要。"


def lines_of(text, width=14):
    """A paragraph set at `width` em, its first line indented by two; marks may not begin a line."""
    lines, line, room = [], "", width - 2
    for character in text:
        if line and len(line) + 1 > room and character not in ',。、;:!?)"':
            lines.append(line)
            line, room = "", width
        line += character
    return [*lines, line]


def block(text, width=14):
    return " ".join(lines_of(text, width))


def page_of(*blocks):
    return "\n\n".join(blocks) + "\n"


def clean(text):
    return text.translate(str.maketrans(",;:()", "，；：（）"))


def texts(page):
    return [paragraph.text for paragraph in page.paragraphs]


def test_blanks_that_were_line_ends_go():
    assert texts(repair_page(block(FIRST))) == [clean(FIRST)]


@pytest.mark.parametrize("real", ["社区 IP", "训练营 寻找", "人工智能 AI"])
def test_a_blank_inside_a_line_stays(real):
    text = (
        f"全省各级组织部门树牢改革意识,主动适应新的形势任务需要,在{real}等三大领域接续实施领导班子和干部队伍建设改革。"
    )
    page = repair_page(page_of(block(FIRST, 20), block(text, 20)))
    assert texts(page)[1] == clean(text)


@pytest.mark.parametrize("item", ["1234", "3.5%", "10:30", "1,000", "DeepSeek", "AI+", "www.jl.gov.cn"])
@pytest.mark.parametrize("cut", [1, 2])
def test_numbers_and_latin_words_split_by_a_line_end_are_joined(item, cut):
    # Lines of 14 em, the item's first part at the end of the second one; an ASCII letter is half an em wide.
    filler = "需要在国企高校开发区三大领域"[: 14 - (cut + 1) // 2]
    raw = f"全省各级组织部门树牢改革 {filler}{item[:cut]} {item[cut:]}接续实施领导班子建设。"
    page = repair_page(page_of(block(SECOND), raw))
    assert f"{filler}{item}接续" in texts(page)[-1]


def test_what_a_wrap_left_beside_a_number_goes():
    assert (
        "已接待81批次参观"
        in texts(
            repair_page(page_of(block(FIRST), block("已接待81批次参观,引导干部知敬畏守底线。").replace("81", "81 ")))
        )[1]
    )


def test_a_paragraph_cut_across_blocks_is_joined():
    lines = lines_of(FIRST)
    page = repair_page(page_of(block(SECOND), " ".join(lines[:2]), " ".join(lines[2:]), block(SECOND)))
    assert texts(page) == [clean(SECOND), clean(FIRST), clean(SECOND)]


def test_a_block_of_one_paragraphs_end_and_the_next_ones_start_is_split():
    page = repair_page(page_of(block(FIRST), block(SECOND) + " " + block(FIRST)))
    assert texts(page) == [clean(FIRST), clean(SECOND), clean(FIRST)]


def test_a_full_line_that_happens_to_end_in_a_stop_is_no_end():
    raw = "政治素质是干部第一素质是 存在难考察难印证难定性问题。 省委组织部从三个方面全链条发 力打出组合拳。"
    page = repair_page(page_of(block(FIRST), raw, block(SECOND)))
    assert texts(page)[1] == raw.replace(" ", "")


def test_a_paragraph_goes_on_behind_a_caption_in_its_middle():
    lines = lines_of(FIRST)
    page = repair_page(
        page_of(
            "# 标题",
            " ".join(lines[:2]),
            block("近日,法院开展主题党日活动,组织青年干警参观。", 30),
            "张黎 摄",
            " ".join(lines[2:]),
            block(SECOND),
        )
    )
    article, caption = page.articles
    assert [paragraph.text for paragraph in article.paragraphs] == [clean(FIRST), clean(SECOND)]
    assert [span.of(page.text) for span in article.paragraphs[0].spans] == [" ".join(lines[:2]), " ".join(lines[2:])]
    assert caption.credit.text == "张黎 摄"
    assert caption.paragraphs[0].kind == "caption"


def test_a_list_ends_its_items_at_semicolons():
    items = [
        "会议提出三项要求,要认真落实:",
        "(一)加强组织领导,明确责任分工;",
        "(二)强化督促检查;",
        "(三)做好宣传引导。",
    ]
    assert texts(repair_page(page_of("# 标题", *map(block, items)))) == [clean(item) for item in items]


def test_one_line_paragraphs_stay_apart():
    sayings = ["风正好扬帆,奋楫正当时。", "行胜于言。", THIRD]
    assert texts(repair_page(page_of(block(FIRST, 20), *(block(saying, 20) for saying in sayings)))) == [
        clean(FIRST),
        *map(clean, sayings),
    ]


def test_a_heading_without_mark_up_is_a_section():
    page = repair_page(page_of("# 标题", block(FIRST), "破难题 树导向", block(SECOND)))
    assert [(paragraph.section and paragraph.section.text) for paragraph in page.paragraphs] == [None, "破难题 树导向"]


def test_a_page_without_mark_up_has_articles():
    page = repair_page(
        page_of(
            *("全力推动高质量发展", "我省组织工作综述", "□ 本报记者 张三", block(FIRST), block(SECOND)),
            *("通化开展志愿服务", block("新华社北京11月3日电(记者 张三)" + FIRST), block(SECOND)),
            *("四平召开会议", block("本报讯 记者王五报道 " + SECOND)),
        )
    )
    assert [article.title.text for article in page.articles] == [
        "全力推动高质量发展",
        "通化开展志愿服务",
        "四平召开会议",
    ]
    assert page.articles[0].subtitles[0].text == "我省组织工作综述"
    assert page.articles[0].byline.text == "□ 本报记者 张三"
    assert page.articles[1].dateline.text.replace(" ", "") == "新华社北京11月3日电（记者张三）"
    assert page.articles[2].dateline.text == "本报讯 记者王五报道"
    assert texts(page) == [clean(text) for text in (FIRST, SECOND, FIRST, SECOND, SECOND)]


def test_a_vertical_headline_is_put_together():
    page = repair_page(page_of(block(FIRST), "筑", "牢", "理论", "清", block("本报讯(记者 李娜)" + SECOND)))
    assert page.articles[1].title.text == "筑牢理论清"


def test_names_under_a_headline_are_its_byline():
    page = repair_page(page_of('## 擦亮党性鉴别"火眼金睛"', "胡文彬 李娜", block(FIRST)))
    assert page.articles[0].byline.text == "胡文彬 李娜"
    assert page.articles[0].title.text == "擦亮党性鉴别“火眼金睛”"


def test_a_marked_heading_begins_an_article_by_rank_or_by_what_follows():
    page = repair_page(
        page_of(
            "# 一",
            block(FIRST),
            "#### 二",
            block(SECOND),
            "## 三",
            "本报记者 李娜",
            block(FIRST),
            "# 四",
            block(SECOND),
        )
    )
    assert [article.title.text for article in page.articles] == ["一", "三", "四"]
    assert page.articles[0].paragraphs[1].section.text == "二"


def test_a_sign_off_is_the_byline_of_its_article():
    page = repair_page(
        page_of("# 一", block(FIRST), block(SECOND) + "(本报记者 张三)", "# 二", block(FIRST), "(作者单位:省委党校)")
    )
    assert [article.byline.text for article in page.articles] == ["（本报记者 张三）", "（作者单位：省委党校）"]
    assert texts(page) == [clean(FIRST), clean(SECOND), clean(FIRST)]


def test_credits_in_and_beside_captions_are_split_off():
    page = repair_page(
        page_of(
            "# 一",
            block(FIRST),
            "图为阅读活动现场。(本报记者 李四 摄)",
            "图为志愿者在清扫街道。 张黎 摄",
            "本版图片均由张三摄",
        )
    )
    captions = [article for article in page.articles if article.title is None]
    assert [article.credit.text for article in captions[:2]] == ["（本报记者 李四 摄）", "张黎 摄"]
    assert [article.paragraphs[0].text for article in captions] == ["图为阅读活动现场。", "图为志愿者在清扫街道。"]
    assert page.articles[0].credit.text == "本版图片均由张三摄"


@pytest.mark.parametrize(
    ("last", "complete"),
    [
        ("干在经常", True),
        ("掌握现实情况。", True),
        ("市场化选聘经营管理者每年交流", False),
        ("要聚焦党章、", False),
    ],
)
def test_a_lost_stop_is_complete_and_lost_text_is_not(last, complete):
    raw = f"今年七月我省开展高质量展 选择五十个任务较重发展存在问 题的单位督促各地各部门抓落实 {last}"
    assert [len(line) for line in raw.split()[:3]] == [12, 14, 14]
    page = repair_page(page_of(block(FIRST), raw, block(SECOND)))
    assert [paragraph.complete for paragraph in page.paragraphs] == [True, complete, True]


def test_a_paragraph_that_lost_its_start_is_incomplete():
    lines = lines_of(FIRST)
    page = repair_page(page_of(block(SECOND), "# 标题", " ".join(lines[1:]), block(SECOND)))
    assert [paragraph.complete for paragraph in page.paragraphs] == [True, False, True]


def test_debris_stands_alone_and_is_not_lost():
    page = repair_page(page_of("# 标题", block(FIRST), ".:"))
    assert texts(page) == [clean(FIRST)]
    assert [piece.text for piece in page.furniture] == [".:"]
    assert [article.subtitles for article in page.articles] == [()]
    glued = repair_page(page_of("# 标题", block(FIRST) + " .:"))
    assert texts(glued) == [clean(FIRST)]


@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n\n", "\n"),
    lambda text: "\n\n\n" + text.replace("\n\n", "\n \n\t\n"),
])  # fmt: skip
def test_line_ends_and_blank_lines_of_any_kind_change_nothing(change):
    text = page_of("# 标题 很好", "本报记者 张三", block(FIRST), block(SECOND), block(FIRST))
    plain, changed = repair_page(text), repair_page(change(text))
    assert texts(changed) == texts(plain)
    assert changed.articles[0].title.text == plain.articles[0].title.text
    assert changed.articles[0].byline.text == plain.articles[0].byline.text


def test_indents_that_the_file_kept_begin_paragraphs():
    page = repair_page(page_of("标题在此", *("　　" + text for text in (block(FIRST), THIRD, block(SECOND)))))
    assert texts(page) == [clean(FIRST), clean(THIRD), clean(SECOND)]
    hard = repair_page("\n".join("　　" + "\n".join(lines_of(text)) for text in (FIRST, SECOND)))
    assert texts(hard) == [clean(FIRST), clean(SECOND)]


def test_a_page_without_damage_stays_as_it_is():
    assert texts(repair_page(page_of("# 标题", FIRST, SECOND, THIRD))) == [clean(FIRST), clean(SECOND), clean(THIRD)]


def test_latin_text_keeps_its_blanks():
    assert texts(repair_page("Hello world, this is English.\n\nSecond paragraph here.\n")) == [
        "Hello world, this is English.",
        "Second paragraph here.",
    ]


def test_columns_of_different_width_are_measured_block_by_block():
    page = repair_page(page_of("# 标题", block(FIRST, 11), block(SECOND, 22), block(FIRST, 16), block(THIRD, 22)))
    assert texts(page) == [clean(FIRST), clean(SECOND), clean(FIRST), clean(THIRD)]


def test_a_page_set_without_indents_has_lost_nothing_for_that():
    lines = ["新世纪的城市建设正在有序地推进各", "项工程也都如期完成了预定的目标。"]
    page = repair_page("\n\n".join(" ".join(lines) + f" 第{number}段到此结束。" for number in "一二三四五"))
    assert [paragraph.complete for paragraph in page.paragraphs] == [True] * 5
