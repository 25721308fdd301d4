"""What `bench add` shows: every paragraph, raw beside repaired, in any width."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from bench.corpus.build import read_page
from bench.report.page_repair import as_terminal


@pytest.fixture(scope="module")
def page(second_page):
    return read_page(second_page)


def _bare(text):
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("width", [40, 72, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_and_no_paragraph_is_cut(page, width):
    shown = as_terminal(page, width=width)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    for paragraph in page.paragraphs:
        assert page.row_id(paragraph) in shown
    if width == 40:
        for paragraph in page.paragraphs:
            assert _bare(paragraph.text) in _bare(shown)
            assert _bare(paragraph.raw(page.text)) in _bare(shown)


def test_raw_and_repaired_stand_in_two_aligned_columns(page):
    shown = as_terminal(page, width=120).splitlines()
    at = shown.index("second-page-000032") + 1
    left, right = re.fullmatch(r"(近日,.*?) {2,}(近日，.*)", shown[at]).groups()
    assert cell_len(shown[at]) - cell_len(right) == 61
    assert left.startswith("近日,柳溪镇")


def test_heads_captions_and_losses_are_named(page):
    shown = as_terminal(page, width=120)
    for line in (
        "柳溪镇：小网格撬动大治理",
        "  byline: 本报记者 林远 通讯员 何青",
        "  section: 改机制 让干部动起来",
        "  credit: 何青 摄",
        "  dateline: 本报讯（记者 林远）",
    ):
        assert line in shown.splitlines()
    assert re.search(r"second-page-\d+, caption\n", shown)


def test_what_repair_joined_from_two_blocks_and_what_is_lost_is_seen(root):
    [file] = (root / "seeds").glob("*.txt")
    shown = as_terminal(read_page(file), width=120)
    assert "incomplete: text was lost" in shown
    assert "⏎" in shown


def test_colour_marks_only_what_changed(page):
    coloured = as_terminal(page, width=120, colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured).split() == as_terminal(page, width=120).split()
