"""TF-IDF, LSA and unions give what plain scikit-learn gives, on real titles and on any corpus, settings and folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import KFold
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import Normalizer

from bench.systems.features.base import AnyFeatures
from bench.systems.features.tfidf import Tfidf
from bench.systems.segmentation import Segmenter

TITLES = Path(__file__).parents[4] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"


@pytest.fixture(scope="module")
def titles():
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    return [line.split("\t")[1] for line in TITLES.read_text(encoding="utf-8").splitlines()]


def _build(value, random_state=0):
    return TypeAdapter(AnyFeatures).validate_python(value).build(random_state=random_state)


def _theirs(tokens, ngrams, **weights):
    """Written out a second time on purpose: a changed default of ours shows here."""
    how = {"analyzer": "char"} if tokens == "char" else {"tokenizer": Segmenter().words, "token_pattern": None}
    return TfidfVectorizer(**how, ngram_range=ngrams, lowercase=weights.pop("lowercase", False), **weights)


def _same_bits(ours, theirs, train, test):
    """ours: rows of one reading of all texts; theirs: fitted on the training texts alone."""
    rows = ours.encode([*train, *test])
    at = np.arange(len(rows))
    try:
        fitted = theirs.fit_transform(train)
    except ValueError:
        with pytest.raises(ValueError, match="no n-gram stands in"):
            ours.fit_rows(rows.take(at[: len(train)]))
        return
    ours.fit_rows(rows.take(at[: len(train)]))
    assert list(ours.get_feature_names_out()) == list(theirs.get_feature_names_out())
    for matrix in (ours.training_matrix(rows.take(at[: len(train)])), clone(ours).fit_transform(train)):
        assert matrix.shape == fitted.shape
        for part in ("indptr", "indices", "data"):  # the order of a row's entries, too
            np.testing.assert_array_equal(getattr(matrix, part), getattr(fitted, part))
    for texts, part in ((train, at[: len(train)]), (test, at[len(train) :])):
        expected = theirs.transform(texts)
        for matrix in (ours.transform_rows(rows.take(part)), ours.transform(texts)):
            matrix.check_format(full_check=True)
            assert matrix.shape == expected.shape
            np.testing.assert_array_equal(matrix.toarray(), expected.toarray())


WEIGHTS = st.fixed_dictionaries(
    {
        "min_df": st.sampled_from([1, 2, 3, 0.01, 0.3, 0.5, 1.0]),
        "sublinear_tf": st.booleans(),
        "norm": st.sampled_from(["l1", "l2", None]),
        "lowercase": st.booleans(),
    }
)
TEXT = st.text("版面组织工作高质量发展aAbİß \t\n\0é\U0002070e，", max_size=12)


@given(
    train=st.lists(TEXT, min_size=1, max_size=6),
    test=st.lists(TEXT, min_size=1, max_size=3),
    tokens=st.sampled_from(["word", "char"]),
    ngrams=st.sampled_from([(1, 1), (1, 2), (2, 2), (1, 3), (2, 4)]),
    weights=WEIGHTS,
)
@settings(max_examples=400, deadline=None)
def test_every_bit_is_that_of_scikit_learn_for_any_corpus_settings_and_fold(train, test, tokens, ngrams, weights):
    # scikit-learn asks more rows of an n-gram than there are: an error there, no n-gram here.
    assume(not isinstance(weights["min_df"], int) or weights["min_df"] <= len(train))
    ours = Tfidf(Segmenter() if tokens == "word" else None, ngrams, **weights)
    _same_bits(ours, _theirs(tokens, ngrams, **weights), train, test)


@pytest.mark.parametrize("tokens", ["word", "char"])
@pytest.mark.parametrize("sublinear_tf", [False, True])
def test_every_bit_is_that_of_scikit_learn_in_each_fold_of_real_titles(titles, tokens, sublinear_tf):
    weights = {"min_df": 2, "sublinear_tf": sublinear_tf}
    for train, test in KFold(3, shuffle=True, random_state=0).split(titles):
        ours = Tfidf(Segmenter() if tokens == "word" else None, (1, 2), **weights)
        theirs = _theirs(tokens, (1, 2), **weights)
        _same_bits(ours, theirs, [titles[at] for at in train], [titles[at] for at in test])


def test_a_stop_list_is_that_of_scikit_learn(titles):
    stop = ["的", "及", "研究"]
    ours = _build({"kind": "tfidf", "ngrams": [1, 2], "stop_words": stop})
    _same_bits(ours, _theirs("word", (1, 2), stop_words=stop), titles[:200], titles[200:300])


def test_lsa_of_real_titles_is_a_plain_pipeline_of_scikit_learn(titles):
    train, test = titles[:300], titles[300:400]
    ours = _build({"kind": "lsa", "ngrams": [1, 2], "min_df": 2, "components": 20}, random_state=3).fit(train)
    svd = TruncatedSVD(20, random_state=3)
    theirs = make_pipeline(_theirs("word", (1, 2), min_df=2), svd, Normalizer())
    np.testing.assert_array_equal(clone(ours).fit_transform(train), theirs.fit_transform(train))
    np.testing.assert_array_equal(ours.transform(test), theirs.transform(test))


@pytest.mark.parametrize("weights", [None, [1.0, 0.5]])
def test_concat_is_a_feature_union_with_weights(titles, weights):
    train, test = titles[:200], titles[200:300]
    parts = [{"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}, {"kind": "lsa", "components": 5}]
    ours = _build({"kind": "concat", "parts": parts, "weights": weights}, random_state=1)
    lsa = make_pipeline(_theirs("word", (1, 1)), TruncatedSVD(5, random_state=1), Normalizer())
    theirs = FeatureUnion(
        [("char", _theirs("char", (1, 2))), ("lsa", lsa)],
        transformer_weights=None if weights is None else dict(zip(["char", "lsa"], weights, strict=True)),
    )
    pairs = [(ours.fit_transform(train), theirs.fit_transform(train)), (ours.transform(test), theirs.transform(test))]
    for matrix, expected in pairs:
        assert issparse(matrix)
        np.testing.assert_array_equal(matrix.toarray(), expected.toarray())
