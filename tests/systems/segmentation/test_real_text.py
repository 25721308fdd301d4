"""Words of real titles and of any text are jieba's own; a user dictionary is checked line by line."""

from __future__ import annotations

from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.errors import BenchError
from bench.core.settings import InputPath
from bench.systems.segmentation import Segmenter, read_user_dictionary

TITLES = Path(__file__).parents[4] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"


@pytest.fixture(scope="module")
def plain_jieba():
    tokenizer = jieba.Tokenizer()
    return lambda text: [word for word in tokenizer.lcut(text, HMM=False) if word.strip()]


@pytest.mark.skipif(not TITLES.is_file(), reason=f"the titles {TITLES} are not on this machine")
def test_words_of_real_titles_are_those_of_jieba(plain_jieba):
    lines = TITLES.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1000
    for line in lines:
        assert Segmenter().words(line) == plain_jieba(line)


@given(text=st.text(max_size=40))
@settings(max_examples=1000, deadline=None)
def test_words_of_any_unicode_text_are_those_of_jieba(plain_jieba, text):
    assert Segmenter().words(text) == plain_jieba(text)


@given(text=st.text("0123456789aZ.%+-_ #&\n\r\t\x0b\x1c\x85\xa0\u2028\u3000版面组织", max_size=20))
@settings(max_examples=1000, deadline=None)
def test_words_among_digits_letters_and_blanks_are_those_of_jieba(plain_jieba, text):
    assert Segmenter().words(text) == plain_jieba(text)


@pytest.mark.parametrize("line", ["词 高", "词 0", "词 -3", "词 ²", "词 3 N", "词 n 3", "词 3 n n"])
def test_a_line_that_jieba_would_take_for_something_else_is_refused_with_its_number(tmp_path, line):
    path = tmp_path / "words.txt"
    path.write_text(f"版面\n\n{line}\n", encoding="utf-8")
    with pytest.raises(BenchError) as error:
        read_user_dictionary(InputPath("words.txt", tmp_path))
    assert error.value.place == f"{path}:3"
    assert f"{line!r} is no dictionary line; write a word" in error.value.message


def test_every_good_line_makes_its_word_one_token(tmp_path):
    entries = ["词语甲乙", "词语丙丁 1", "词语戊己 n", "词语庚辛 20000 nz", "  词语壬癸\t3  "]
    (tmp_path / "words.txt").write_text("\n".join(entries), encoding="utf-8")
    segmenter = Segmenter(user_words=read_user_dictionary(InputPath("words.txt", tmp_path)))
    for entry in entries:
        word = entry.split()[0]
        assert Segmenter().words(word) != [word]
        assert segmenter.words(word) == [word]
