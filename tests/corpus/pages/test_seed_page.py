from __future__ import annotations

import pytest

from bench.core.errors import BenchError
from bench.corpus.pages import DamageMark, fold, read_damage_marks, repair_page


@pytest.fixture(scope="module")
def page(seed_path, seed_text):
    return repair_page(seed_text, key="f014655719903d2a", marks=read_damage_marks(seed_path.with_suffix(".marks.yaml")))


def render(page):
    """A page for the eye of a reviewer: articles, their fields, and each paragraph with id and flags."""
    lines = []
    for article in page.articles:
        lines += ["", "=" * 20]
        fields = {
            "title": [article.title],
            "subtitle": article.subtitles,
            "byline": [article.byline],
            "dateline": [article.dateline],
            "credit": [article.credit],
        }
        lines += [f"{name}: {part.text}" for name, parts in fields.items() for part in parts if part is not None]
        section = None
        for paragraph in article.paragraphs:
            if paragraph.section is not section:
                section = paragraph.section
                lines += ["", f"section: {section.text}"]
            flags = paragraph.kind + ("" if paragraph.complete else ", incomplete")
            spans = " ".join(f"{span.start}:{span.end}" for span in paragraph.spans)
            lines += ["", f"{page.row_id(paragraph)} ({flags}) {spans}", f"    {paragraph.text}"]
    return "\n".join(lines[1:]) + "\n"


def test_the_repaired_page_is_the_reviewed_one(page, snapshot_path):
    assert render(page) == snapshot_path.read_text(encoding="utf-8")


def test_raw_characters_of_every_paragraph_are_rebuilt_from_its_spans(page, seed_text):
    for paragraph in page.paragraphs:
        raw = "".join(seed_text[span.start : span.end] for span in paragraph.spans)
        assert paragraph.raw(page.text) == raw
        assert fold(raw) == fold(paragraph.text)


def test_each_character_of_the_page_but_blanks_and_heading_marks_stands_in_one_piece(page, seed_text):
    pieces = {id(piece): piece for article in page.articles for piece in [
        article.title, *article.subtitles, article.byline, article.dateline, article.credit,
        *article.paragraphs, *(paragraph.section for paragraph in article.paragraphs), *page.furniture,
    ] if piece is not None}  # fmt: skip
    covered = sorted(
        place for piece in pieces.values() for span in piece.spans for place in range(span.start, span.end)
    )
    assert len(covered) == len(set(covered))
    uncovered = set(range(len(seed_text))) - set(covered)
    assert {seed_text[place] for place in uncovered} <= {"\n", " ", "#"}


@pytest.mark.parametrize(
    "kept",
    [
        "社区 IP“祠娃文创”",
        "“社创训练营 寻找发光的你”",
        "已接待81批次参观",
        "等“1+5”制度体系",
        "难定性等问题。省委组织部从“考什么”",
        "贯彻落实习近平总书记",
        "联动多方资源实现‘一起做’；4.0‘城市主理人’阶段",
        "柳河县纪委监委通过纪委常委会（扩大）会议传达",
    ],
)
def test_text_stands_as_it_was_printed(page, kept):
    assert sum(kept in paragraph.text for paragraph in page.paragraphs) == 1


@pytest.mark.parametrize(
    ("end", "start"),
    [
        ("实现分类赛跑。", "考核方式上"),
        ("奖优罚劣一个导向。", "结果运用上"),
        ("全面铺开50项改革措施。", "设置资深专员"),
        ("跨企业跨行业交流任职；", "建立企业“升降级”"),
        ("实力雄厚的", "今年6月"),
        ("干部认", "党性不是抽象的概念"),
    ],
)
def test_a_paragraph_ends_where_print_ended_it(page, end, start):
    texts = [paragraph.text for paragraph in page.paragraphs]
    index = next(index for index, text in enumerate(texts) if text.startswith(start))
    assert texts[index - 1].endswith(end)


def test_only_paragraphs_that_lost_text_are_incomplete(page):
    assert [paragraph.text[:11] for paragraph in page.paragraphs if not paragraph.complete] == [
        "作为科教大省，我省拥有",
        "党性是履职尽职的“晴雨",
        "党性不是抽象的概念，体",
    ]


def test_no_dateline_byline_or_credit_is_left_in_a_paragraph(page):
    for paragraph in page.paragraphs:
        assert not any(word in paragraph.text for word in ("本报讯", "本报记者", " 摄"))


def test_photographs_are_articles_of_their_own(page):
    captions = [article for article in page.articles if any(item.kind == "caption" for item in article.paragraphs)]
    assert [(len(article.paragraphs), article.title, article.credit.text) for article in captions] == [
        (1, None, "张黎 摄"),
        (1, None, "赵鸿仕 摄"),
    ]


def test_articles_have_their_titles_and_sections(page):
    assert [article.title.text for article in page.articles if article.title] == [
        "党建领航 破局立新",
        "擦亮党性鉴别“火眼金睛”",
        "助力党建服务品牌迭代升级",
        "筑牢理论清",
        "以书为媒悟初心",
    ]
    sections = dict.fromkeys(paragraph.section.text for paragraph in page.paragraphs if paragraph.section)
    assert list(sections) == ["抓关键 强机制 以组织力赋能生产力", "明重点 促改革 释放组织工作活力", "破难题 树导向"]


def test_a_mark_that_fits_no_paragraph_or_several_is_refused(seed_text):
    with pytest.raises(BenchError, match=r"marks\.yaml:3: the mark '没有的话' fits no paragraph"):
        repair_page(seed_text, marks=[DamageMark("没有的话", "-", "marks.yaml:3")])
    with pytest.raises(BenchError, match=r"the mark '高质量发展' fits \d+ paragraphs"):
        repair_page(seed_text, marks=[DamageMark("高质量发展", "-")])


def test_a_mark_may_quote_raw_or_repaired_characters(seed_text):
    raw, repaired = (
        repair_page(seed_text, marks=[DamageMark(quote, "-")]) for quote in ('"清 廉柳河"公众', "“清廉柳河”公众")
    )
    assert raw == repaired
    assert sum(not paragraph.complete for paragraph in raw.paragraphs) == 3
