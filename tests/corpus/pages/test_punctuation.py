from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus.pages.punctuation import fold, restore


@pytest.mark.parametrize(
    ("damaged", "printed"),
    [
        ("方向明,思路清;行动准:劲头足?是!", "方向明，思路清；行动准：劲头足？是！"),
        ("2025年,首次", "2025年，首次"),
        ("共1,234人,增长3.5%,时间10:30,比分2:1。", "共1,234人，增长3.5%，时间10:30，比分2:1。"),
        ("网址http://www.example.com/path?id=1已公布", "网址http://www.example.com/path?id=1已公布"),
        ("引入IP,文创", "引入IP，文创"),
        ("开发区(新区)", "开发区（新区）"),
        ("人工智能(AI)技术", "人工智能（AI）技术"),
        ("AI(人工智能)", "AI（人工智能）"),
        ("函数f(x)=g(y)+1成立", "函数f(x)=g(y)+1成立"),
        ("他说......是的", "他说……是的"),
        ("改变--真正的", "改变——真正的"),
        ("既看\"八小时内\",也看\"八小时外\"", "既看“八小时内”，也看“八小时外”"),
        ("\"1+5\"制度、\"AI+\"课程", "“1+5”制度、“AI+”课程"),
        ("\"实现'一起做';4.0'城市主理人'阶段。\"", "“实现‘一起做’；4.0‘城市主理人’阶段。”"),
        ("他说:\"读了《人民的\"选择\"》。\"", "他说：“读了《人民的“选择”》。”"),
        ("他说:\"好的。\"又问:\"为什么", "他说：“好的。”又问：“为什么"),
        ("难干的事\",也看\"八小时外\"", "难干的事”，也看“八小时外”"),
        ("他看it's的\"用法\"", "他看it's的“用法”"),
        ("『党建』「联建」《关于》", "『党建』「联建」《关于》"),
        ("“已经”,\"是的\"", "“已经”，“是的”"),
        ("Hello, world: \"yes\"", "Hello, world: \"yes\""),
        ("", ""),
    ],
)  # fmt: skip
def test_marks_become_what_was_printed(damaged, printed):
    assert restore(damaged) == printed
    assert fold(damaged) == fold(printed)


@given(st.text(alphabet="字,.;:?!\"'()-1a “”‘’（）…—。，", max_size=60))
def test_restoring_changes_no_character_beyond_what_folds(text):
    assert fold(restore(text)) == fold(text)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
