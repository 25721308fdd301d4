from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.pages import Fragment, Page, Paragraph
from bench.corpus.pages import fold, repair_page

PIECES = (
    *"近日，,。.;:：？!“”\"'（(）)、《》…—-#　\t\n\r\ufeff\u2028\x00□•·0１a%/ 😀",
    *("\n\n", "\r\n", "# ", "#### ", "　　", "......", "--", ".:", "3.5", "10:30", "AI+", "一、", "(一)"),
    *("本报讯", "(记者 李娜)", "本报记者 李娜", "张黎 摄", "(李娜 摄)", "新华社北京11月3日电", "图为", "文/李娜"),
    *("筑\n牢\n理\n", "破难题 树导向", "推动组织工作高质量发展,", "全省各级组织部门树牢", "着力向改革要效益。"),
    *(
        "本版图片均由李娜摄",
        "（下转第三版）",
        "上接A1版",
        "(据新华社)",
        "（完）",
        "责任编辑 李娜",
        "图①:",
        "图②:",
        "①",
        "▲",
    ),
)
pages = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def pieces_of(page: Page) -> list[Fragment | Paragraph]:
    """Every fragment and paragraph once; a section belongs to all paragraphs under it."""
    found: dict[int, Fragment | Paragraph] = {id(piece): piece for piece in page.furniture}
    for article in page.articles:
        heads = [article.title, *article.subtitles, article.byline, article.dateline, article.credit]
        sections = [paragraph.section for paragraph in article.paragraphs]
        for piece in [*heads, *sections, *article.paragraphs]:
            if piece is not None:
                found[id(piece)] = piece
    return list(found.values())


@given(pages)
def test_every_character_but_blanks_and_heading_marks_is_covered_exactly_once(text):
    page = repair_page(text)
    covered = Counter(
        place for piece in pieces_of(page) for span in piece.spans for place in range(span.start, span.end)
    )
    assert all(count == 1 for count in covered.values())
    missed = {text[place] for place in range(len(text)) if place not in covered}
    assert all(character.isspace() or character in "#\ufeff" for character in missed)


@given(pages)
def test_what_a_piece_was_built_from_folds_to_what_it_became(text):
    for piece in pieces_of(repair_page(text)):
        raw = "".join(span.of(text) for span in piece.spans)
        assert fold(raw) == fold(piece.text)


@given(pages)
def test_repair_gives_the_same_page_every_time(text):
    assert repair_page(text) == repair_page(text)


@given(pages)
def test_spans_begin_and_end_at_characters_that_are_no_blanks(text):
    for piece in pieces_of(repair_page(text)):
        for span in piece.spans:
            assert not text[span.start].isspace()
            assert not text[span.end - 1].isspace()


@given(pages)
def test_row_ids_are_unique(text):
    page = repair_page(text)
    ids = [page.row_id(paragraph) for paragraph in page.paragraphs]
    assert len(set(ids)) == len(ids)


@given(pages, st.sampled_from(["\n", "\n\n", "\ufeff\n", "  \n"]))
def test_blank_lines_before_a_page_move_its_spans_and_nothing_else(text, blank):
    plain, moved = repair_page(text), repair_page(blank + text)
    assert [paragraph.text for paragraph in plain.paragraphs] == [paragraph.text for paragraph in moved.paragraphs]
    shift = len(blank)
    assert [paragraph.spans[0].start + shift for paragraph in plain.paragraphs] == [
        paragraph.spans[0].start for paragraph in moved.paragraphs
    ]


@pytest.mark.parametrize("text", ["", "\n", "\n \n\t\n", "\ufeff", "#", "# \n##"])
def test_a_page_without_text_has_no_articles(text):
    assert repair_page(text).articles == ()
