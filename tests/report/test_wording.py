"""The page's words: both languages of each, and the same blanks in both."""

from __future__ import annotations

import re

import pytest

from bench.report.wording import headings, page
from bench.report.wording.base import in_language

LISTS = {
    "page": page.PAGE, "rows": page.ROWS, "script": page.SCRIPT, "titles": headings.TITLES, "columns": headings.COLUMNS,
    "captions": headings.CAPTIONS,
}  # fmt: skip
ENTRIES = [(name, key, text) for name, texts in LISTS.items() for key, text in texts.items()]
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(("name", "key", "text"), ENTRIES, ids=[f"{name}-{key}" for name, key, _ in ENTRIES])
def test_each_text_stands_in_both_languages_with_the_same_blanks(name, key, text):
    english, chinese = in_language(text, "en"), in_language(text, "zh")
    assert sorted(re.findall(r"\{\d\}", english)) == sorted(re.findall(r"\{\d\}", chinese))
    assert not HAN.search(english)
    bare = re.sub(r"\{\d\}|[^A-Za-z]", "", english)
    assert HAN.search(chinese) or len(bare) < 3
    if HAN.search(chinese):
        assert not re.search(r"[\u4e00-\u9fff][,;:.!?]", chinese)
