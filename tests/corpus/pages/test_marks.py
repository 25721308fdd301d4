from __future__ import annotations

import pytest

from bench.core.errors import BenchError
from bench.corpus.pages import DamageMark, read_damage_marks


def test_a_page_without_a_marks_file_has_no_marks(tmp_path):
    assert read_damage_marks(tmp_path / "page.marks.yaml") == ()


def test_a_mark_knows_its_line(tmp_path):
    path = tmp_path / "page.marks.yaml"
    path.write_text("marks:\n  - quote: 政治担当、\n    reason: a gap\n", encoding="utf-8")
    assert read_damage_marks(path) == (DamageMark("政治担当、", "a gap"),)
    assert read_damage_marks(path)[0].place == f"{path}:2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("marks:\n  - quote: 政治担当\n", r":2: .*'reason' is missing"),
        ("marks:\n  - {quote: 政治, reason: gap, page: 3}\n", r":2: unknown key 'page'"),
        ("- quote: 政治担当\n", r":1: needs a mapping"),
        ("", r":1: is empty, where a mapping"),
    ],
)
def test_a_faulty_marks_file_is_refused_with_its_line(tmp_path, text, message):
    path = tmp_path / "page.marks.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError, match=message):
        read_damage_marks(path)
