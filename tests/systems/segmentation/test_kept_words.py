"""Words that jieba itself cuts are cut once, and found again only for the same texts and settings."""

from __future__ import annotations

import pytest

from bench.core.cache_files import cache_files
from bench.systems import segmentation
from bench.systems.segmentation import Segmenter

SLOW = [Segmenter(hmm=True), Segmenter(user_words=("柳河县纪委监委 1000",))]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def cut(monkeypatch):
    """The texts that were cut, in order."""
    texts, words = [], Segmenter.words

    def noted(self, text):
        texts.append(text)
        return words(self, text)

    monkeypatch.setattr(Segmenter, "words", noted)
    return texts


@pytest.mark.parametrize("segmenter", [Segmenter(), *SLOW])
def test_all_words_are_the_words_of_each_text_at_first_and_from_disk(segmenter, page_texts):
    texts = [*page_texts, "", " ", *page_texts[:2]]
    expected = [segmenter.words(text) for text in texts]
    assert segmenter.all_words(texts) == segmenter.all_words(tuple(texts)) == expected


@pytest.mark.parametrize("segmenter", SLOW)
def test_the_same_texts_are_cut_once(segmenter, cut, page_texts):
    segmenter.all_words(page_texts)
    segmenter.all_words(page_texts)
    assert cut == page_texts


def test_what_is_cut_faster_than_read_is_not_kept(page_texts, folder):
    Segmenter().all_words(page_texts)
    assert not folder.exists()


def test_other_settings_or_texts_never_hit(cut):
    asked = [
        (Segmenter(hmm=True), ["柳河", "县"]),
        (Segmenter(hmm=True), ["柳", "河县"]),
        (Segmenter(hmm=True), ["县", "柳河"]),
        (Segmenter(hmm=True, user_words=("柳河",)), ["县"]),
        (Segmenter(hmm=False, user_words=("柳河",)), ["县"]),
        (Segmenter(hmm=True, user_words=("柳河", "县")), []),
        (Segmenter(hmm=True, user_words=("柳河 5",)), ["县"]),
    ]
    for segmenter, texts in asked:
        segmenter.all_words(texts)
    assert cut == [text for _, texts in asked for text in texts]
    assert len(list(cache_files("words"))) == len(asked)


@pytest.mark.parametrize("segmenter", SLOW)
@pytest.mark.parametrize("changed", ["dictionary_digest", "version"])
def test_another_dictionary_or_version_of_jieba_never_hits(segmenter, changed, cut, monkeypatch):
    segmenter.all_words(["组织工作"])
    monkeypatch.setattr(segmentation, changed, lambda *_: "another")
    segmenter.all_words(["组织工作"])
    assert len(cut) == 2


@pytest.mark.parametrize("segmenter", SLOW)
def test_damaged_words_are_cut_again(segmenter, cut, page_texts):
    expected = segmenter.all_words(page_texts)
    [file] = cache_files("words")
    good = file.path.read_bytes()
    file.path.write_bytes(good.replace("组织".encode(), "织组".encode(), 1))
    assert segmenter.all_words(page_texts) == expected
    assert len(cut) == 2 * len(page_texts)
    assert file.path.read_bytes() == good
