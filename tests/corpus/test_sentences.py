"""Sentences: by the marks of Chinese print, laws on arbitrary text, and the real page."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.corpus.sentences import split_sentences

MARKED = st.text(alphabet="他说好。！？…，、；：“”‘’（）《》\"'.!?1a \n的", max_size=60)


def _balanced():
    words = st.sampled_from(["他说", "好", "改革。", "走！", "吗？", "，", "、", "；", "……", "1.0", "记者"])
    pairs = [("“", "”"), ("‘", "’"), ("（", "）"), ("《", "》"), ("“", "”")]
    inner = st.recursive(
        words,
        lambda parts: st.one_of(
            st.lists(parts, min_size=1, max_size=4).map("".join),
            st.tuples(st.sampled_from(pairs), parts).map(lambda pair: pair[1].join(pair[0])),
        ),
        max_leaves=12,
    )
    return st.lists(inner, max_size=6).map("".join)


@pytest.mark.parametrize(
    "marked",
    [
        # | stands where a sentence ends and another begins.
        "第一句。|第二句！|第三句？|第四句",
        "真的吗？！|太好了！！！|走吧。",
        "方向明，思路清；行动准，劲头足。|出发。",
        "一要抓学习；二要抓落实；三要抓整改。|完。",
        # words and their speaker
        "“快走！”他说。|大家都走了。",
        "“大家有了平台，这是最需要的！”服务中心负责人闫丽娜说。|他笑了。",
        "“如何治理？这是自我革新。”社区党委第一书记赵月告诉记者，该社区用10年给出了回答。|好。",
        "“1.0阶段，自治；2.0阶段，服务。”|据赵月介绍，该社区积极探索。",
        "他说：“好。我来。”|她说：“不行。”",
        "“甲！”他说，“乙。”|她走了。",
        "“好！”|大家一起鼓掌。|“再来一个！”台下喊道。",
        # words inside a clause
        "回答好“为谁执政？”的问题。|完。",
        "提出“干什么？”“怎么干？”等要求。|完。",
        "老师问“谁去？”没有人回答。|他走了。",
        "他高喊“前进！”，冲了上去。|到了。",
        "“什么！”，他跳了起来。|完。",
        # quotation inside quotation
        "他问：“你看过‘为什么？’这本书吗？”|我说没有。",
        "“他说‘好。’就走了。”小王回忆。|谁信？",
        # titles, brackets
        "《你好，李焕英！》上映了。|好看。",
        "（本报记者某某报道。）|今天天气好。",
        "某市（含县。）都去了。|完。",
        "（一）加强领导。|（二）落实责任。|①做好。|②做完。",
        "1.加强领导。|2.落实责任。",
        # figures and addresses
        "增长2.1%，达3.5亿元。|见 https://a.cn/s?q=1&b=2!c。|完",
        "He came. 他来了！|OK!|走",
        # ellipsis
        "天黑了……|他还没回来。",
        "苹果、香蕉……都有。|好。",
        "学习、考察……这些都做了。|好。",
        "他想……|算了，走吧……。|完。",
        "……党的领导是根本。|完",
        "他走了...|我没走。",
        # lost marks
        "“这是开头。|他说“好”。|完。",
        "这是最好的！”他说。|走了。",
        "这是最好的！”|大家走了。",
        "（未完。|他走了。",
        '他说"好。"|她走了。',
        '他说"好。|她走了。',
        # blanks and line ends
        "第一行\n|第二行。\n|第三行",
        "第一句。 |第二句。",
        "　　第一句。|第二句。",
        "！！！",
        "。他走了。|好。……",
    ],
)
def test_a_paragraph_is_split_where_its_marks_say(marked):
    assert split_sentences(marked.replace("|", "")) == marked.split("|")


@given(st.one_of(MARKED, st.text(max_size=40)))
def test_joined_sentences_are_the_paragraph_and_none_is_empty(text):
    sentences = split_sentences(text)
    assert "".join(sentences) == (text if text.strip() else "")
    assert all(sentence.strip() for sentence in sentences)
    assert len(sentences) < 2 or all(any(map(str.isalnum, sentence)) for sentence in sentences)


@given(_balanced())
def test_no_pair_of_marks_is_parted_and_no_sentence_begins_with_a_mark_that_belongs_before(text):
    for number, sentence in enumerate(split_sentences(text)):
        assert all(
            sentence.count(opening) == sentence.count(closing) for opening, closing in ("“”", "‘’", "（）", "《》")
        )
        assert number == 0 or sentence[0] not in "，、；。！？”’）》"


@given(_balanced())
def test_a_sentence_is_one_sentence_when_it_stands_alone(text):
    for sentence in split_sentences(text):
        assert split_sentences(sentence) == [sentence]


@pytest.mark.parametrize("unit", ["（。）", "“a", "a”。", "a“b。", "a……", '"a。"', "。", "a（b。）", "“a”", "、…"])
def test_long_text_of_any_kind_is_split_in_no_time(unit):
    start = time.process_time()
    split_sentences(unit * 20_000)
    assert time.process_time() - start < 2


def test_the_real_page_gives_whole_sentences(page_texts):
    sentences = [sentence for text in page_texts for sentence in split_sentences(text)]
    assert len(sentences) == 92
    # The page itself lost the rest of two paragraphs, the final stop of others; three are items of a list.
    unfinished = {sentence[-3:] for sentence in sentences if sentence.rstrip("”")[-1] not in "。！？"}
    assert unfinished == {"在经常", "雄厚的", "干部认", "杠杠”", "会精神", "任职；", "试点；", "机制；"}
