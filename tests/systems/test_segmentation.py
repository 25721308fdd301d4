"""Words are jieba's own, and settings of one user never leak to another."""

from __future__ import annotations

import pickle

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.settings import InputPath
from bench.systems.segmentation import Segmenter, read_user_dictionary, read_words


def _jieba(text, *, hmm):
    return [word for word in jieba.Tokenizer().lcut(text, HMM=hmm) if word.strip()]


def test_words_of_the_real_page_are_those_of_jieba(page_texts):
    tokenizer = jieba.Tokenizer()
    for text in page_texts:
        assert Segmenter().words(text) == [word for word in tokenizer.lcut(text, HMM=False) if word.strip()]
        assert Segmenter(hmm=True).words(text) == [word for word in tokenizer.lcut(text, HMM=True) if word.strip()]


@given(text=st.text("版面组织工作高质量发展ABab12.%+-_ \t\n\0，。“”\u3000\U0002070eé", max_size=30))
@settings(max_examples=300, deadline=None)
def test_words_of_any_text_are_those_of_jieba(text):
    expected = [word for word in jieba.lcut(text, HMM=False) if word.strip()]
    assert Segmenter().words(text) == expected


def test_a_user_dictionary_changes_its_own_segmenter_alone():
    text = "柳河县纪委监委"
    before = Segmenter().words(text)
    assert Segmenter(user_words=("柳河县纪委监委 1000",)).words(text) == [text]
    assert Segmenter().words(text) == before
    assert Segmenter(hmm=True).words(text) == _jieba(text, hmm=True)


def test_a_segmenter_travels_between_processes():
    segmenter = Segmenter(user_words=("一二三",))
    assert pickle.loads(pickle.dumps(segmenter)) == segmenter  # noqa: S301  our own bytes


@pytest.mark.parametrize("content", ["词\n\n版面 12\n组织 3 n\n", "词\r\n版面 12\r\n组织 3 n"])
def test_a_dictionary_file_is_read_line_by_line(tmp_path, content):
    (tmp_path / "words.txt").write_text(content, encoding="utf-8", newline="")
    assert read_user_dictionary(InputPath("words.txt", tmp_path)) == ("词", "版面 12", "组织 3 n")


def test_a_word_list_is_a_set_of_words(tmp_path):
    (tmp_path / "words.txt").write_text("的\n了 \n\n的\n", encoding="utf-8")
    assert read_words(InputPath("words.txt", tmp_path)) == read_words(["了", "的"]) == ("了", "的")
