"""Listed values together come to what scikit-learn's own classifiers come to one by one."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.svm import LinearSVC
from sklearn.utils.class_weight import compute_class_weight

from bench.data.sources.corpus import CorpusSource
from bench.data.sources.files import FilesSource
from bench.systems import sklearn_private
from bench.systems.classifiers.base import CLASSIFIERS, TuningFold
from bench.systems.classifiers.linear_svm import LinearSVMSettings
from bench.systems.features.tfidf import Tfidf
from bench.systems.name_rows import NameRows
from bench.systems.segmentation import Segmenter
from bench.systems.solvers import liblinear
from bench.systems.solvers.change_of_basis import merge_features, suits, triangle
from bench.systems.solvers.logistic import logistic_decisions, logistic_predictions
from bench.systems.solvers.margins import Training, predictions
from bench.systems.solvers.naive_bayes import complement_scores, multinomial_scores

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
GRID = [0.01, 0.3, 1.0, 30.0, 1000.0]


@st.composite
def folds(draw):
    """TF-IDF of random texts over few signs, so that rows repeat, vanish and share; training rows by test rows."""
    texts = draw(st.lists(st.text("考核改革监督基层", max_size=9), min_size=6, max_size=60))
    n_classes = draw(st.integers(2, 4))
    labels = np.array(draw(st.lists(st.integers(0, n_classes - 1), min_size=len(texts), max_size=len(texts))))
    tfidf = Tfidf(
        None,
        (1, draw(st.integers(1, 3))),
        sublinear_tf=draw(st.booleans()),
        norm=draw(st.sampled_from(["l1", "l2", None])),
    )
    rows = tfidf.encode(texts)
    cut = draw(st.integers(len(texts) // 2, len(texts) - 1))
    every = np.arange(len(texts))
    try:
        tfidf.fit_rows(rows.take(every[:cut]))
    except ValueError:  # no n-gram at all
        return None
    train, test = (tfidf.transform_rows(rows.take(part)) for part in (every[:cut], every[cut:]))
    return train, labels[:cut], test


def _weights(weighed, labels):
    """What rows count for: names of classes, which come last, weigh other than rows do."""
    return np.where(np.arange(len(labels)) < 0.8 * len(labels), 1.0, 0.4) if weighed else None


def _table(decision):
    return decision[:, np.newaxis] if decision.ndim == 1 else decision


@given(folds(), st.sampled_from(["", "balanced", "weights"]))
@settings(max_examples=90, deadline=None)
def test_squared_hinge_decisions_are_those_of_linear_svc(fold, kind):
    if fold is None:
        return
    train, labels, test = fold
    balanced, weights = kind == "balanced", _weights(kind == "weights", labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = liblinear.squared_hinge_decisions(
            train, labels, test, GRID, balanced=balanced, random_state=7, weights=weights
        )
    if found is None:
        assert len(set(labels)) < 2 or not suits(train)
        return
    for penalty, ours in zip(GRID, found[0], strict=True):
        plain = LinearSVC(C=penalty, class_weight="balanced" if balanced else None, random_state=7)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            theirs = _table(plain.fit(train, labels, weights).decision_function(test))
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3)


@given(folds(), st.sampled_from(["", "balanced", "weights"]))
@settings(max_examples=90, deadline=None)
def test_logistic_decisions_are_those_of_logistic_regression(fold, kind):
    if fold is None or len(set(fold[1])) < 2:
        return
    train, labels, test = fold
    balanced, weights = kind == "balanced", _weights(kind == "weights", labels)
    found = logistic_decisions(train, labels, test, GRID, balanced=balanced, weights=weights)
    if found is None:
        assert not suits(train)
        return
    decisions, classes = found
    for penalty, ours in zip(GRID, decisions, strict=True):
        plain = LogisticRegression(C=penalty, class_weight="balanced" if balanced else None, max_iter=1000)
        theirs = _table(plain.fit(train, labels, weights).decision_function(test))
        assert classes.tolist() == plain.classes_.tolist()
        if not np.isnan(ours).all():  # else scikit-learn itself is asked
            np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("scores", "plain"), [(complement_scores, ComplementNB), (multinomial_scores, MultinomialNB)])
@given(fold=folds(), weighed=st.booleans())
@settings(max_examples=90, deadline=None)
def test_naive_bayes_scores_are_those_of_scikit_learn(scores, plain, fold, weighed):
    if fold is None:
        return
    train, labels, test = fold
    weights = _weights(weighed, labels)
    found = scores(train, labels, test, GRID, weights)
    if found is None:
        assert len(set(labels)) < 2
        return
    for smoothing, ours in zip(GRID, found[0], strict=True):
        theirs = plain(alpha=smoothing).fit(train, labels, weights).predict_joint_log_proba(test)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", [kind for kind, cls in CLASSIFIERS.classes().items() if cls.tunable])
@given(fold=folds(), named=st.booleans())
@settings(max_examples=25, deadline=None)
def test_every_kind_guesses_for_a_list_what_it_guesses_for_each_value(kind, fold, named):
    cls = CLASSIFIERS[kind]
    if fold is None or cls.dense_only or len(set(fold[1])) < 2:
        return
    train, labels, test = fold
    made = cls.model_validate({"kind": kind})
    [name] = cls.tunable[:1]
    others = {each: made.grid()[each][0] for each in cls.tunable[1:]}
    values = [1, 2] if name == "neighbours" or isinstance(made.grid()[name][0], int) else GRID
    candidates = [{name: value, **others} for value in values]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        codes = np.unique(labels)
        names = NameRows.of(test[: len(codes)], codes[: test.shape[0]], 4) if named else None
        fold = TuningFold(train, labels, test, lambda: train, names)
        together = made.predictions(candidates, fold, random_state=7)
        for each, ours in zip(candidates, together, strict=True):
            theirs = made.fitted_prediction(each, train, fold, random_state=7)
            assert type(ours) is type(theirs)
            if not isinstance(ours, Exception):
                assert ours.tolist() == theirs.tolist()


@pytest.mark.parametrize("source", ["page", "titles"])
def test_decisions_on_real_text_are_those_of_scikit_learn(source):
    if source == "page":
        data = CorpusSource(kind="corpus").load()
    elif TITLES.is_file():
        columns = {"columns": ["task", "text", "label"], "text": "text", "label": "label"}
        data = FilesSource.model_validate({"kind": "files", "train": str(TITLES), **columns}).load()
    else:
        pytest.skip(f"the titles {TITLES} are not on this machine")
    labels = np.searchsorted(data.classes, data.labels)
    tfidf = Tfidf(Segmenter(), (1, 2), sublinear_tf=True)
    rows = tfidf.encode(data.texts)
    [(learnt, tested), *_] = StratifiedKFold(5, shuffle=True, random_state=7).split(labels, labels)
    train = tfidf.fit_rows(rows.take(learnt)).transform_rows(rows.take(learnt))
    test, codes = tfidf.transform_rows(rows.take(tested)), labels[learnt]
    hinge, _ = liblinear.squared_hinge_decisions(train, codes, test, [0.1, 10.0], balanced=False, random_state=7)
    logistic, _ = logistic_decisions(train, codes, test, [0.1, 10.0], balanced=False)
    for at, penalty in enumerate([0.1, 10.0]):
        theirs = LinearSVC(C=penalty, random_state=7).fit(train, codes).decision_function(test)
        np.testing.assert_allclose(hinge[at], theirs, rtol=1e-12, atol=1e-12)
        theirs = LogisticRegression(C=penalty, max_iter=1000).fit(train, codes).decision_function(test)
        ours = logistic[at] - logistic[at].mean(axis=1, keepdims=True)
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8)


@given(folds())
@settings(max_examples=60, deadline=None)
def test_merging_keeps_all_products_of_rows(fold):
    if fold is None:
        return
    train, _, test = fold
    merged = merge_features(train, test)
    np.testing.assert_allclose((merged.train @ merged.train.T).toarray(), (train @ train.T).toarray(), atol=1e-12)
    np.testing.assert_allclose((merged.test @ merged.train.T).toarray(), (test @ train.T).toarray(), atol=1e-12)
    assert merged.train.shape[1] <= train.shape[1]


def test_a_triangle_keeps_all_products_of_rows():
    rng = np.random.default_rng(7)
    train, test = rng.normal(size=(5, 9)), rng.normal(size=(3, 9))
    low, projected = triangle(train, test)
    np.testing.assert_allclose(low @ low.T, train @ train.T)
    np.testing.assert_allclose(projected @ low.T, test @ train.T)
    assert np.triu(low, 1).max() == 0


def test_dense_rows_are_solved_in_their_span():
    rng = np.random.default_rng(7)
    train, test, labels = rng.normal(size=(30, 90)) / 20, rng.normal(size=(20, 90)), np.arange(30) % 3
    decisions, _ = liblinear.squared_hinge_decisions(train, labels, test, GRID, balanced=False, random_state=1)
    for penalty, ours in zip(GRID, decisions, strict=True):
        plain = LinearSVC(C=penalty, random_state=1).fit(train, labels)
        np.testing.assert_allclose(ours, plain.decision_function(test), atol=1e-9)


def test_a_tiny_smoothing_is_left_to_scikit_learn():
    train, labels = csr_matrix(np.eye(4, 6)), np.array([0, 1, 0, 1])
    assert complement_scores(train, labels, train, [1.0]) is not None
    assert complement_scores(train, labels, train, [1e-10, 1.0]) is None


def test_what_rounding_could_decide_is_left_to_scikit_learn():
    classes = np.array(["甲", "乙", "丙"])
    near = np.array([[[1.0, 1.0 - 1e-12, 0.0]], [[1.0, 0.5, 0.0]]])
    first, second = predictions(near, classes, margin=1e-9)
    assert first is None
    assert second.tolist() == ["甲"]
    level = predictions(near, classes, margin=1e-9, level=np.array([True]))[0]
    assert level.tolist() == ["甲"]
    assert predictions(np.array([[[1e-12]]]), classes[:2], margin=1e-9) == [None]


def test_logistic_fits_of_many_steps_are_left_to_scikit_learn():
    """Rounding grows with each step, so that a fit in fewer columns could stop elsewhere, with other decisions."""
    random = np.random.default_rng(26)
    texts = ["".join(random.choice(list("考核改革"), size=random.integers(1, 5))) for _ in range(30)]
    labels = random.integers(4, size=30)
    tfidf = Tfidf(None, (1, 3))
    rows = tfidf.encode(texts)
    train = tfidf.fit_rows(rows).transform_rows(rows)
    decisions, _ = logistic_decisions(train, labels, train, [1.0, 1000.0], balanced=True)
    assert LogisticRegression(C=1000.0, class_weight="balanced", max_iter=1000).fit(train, labels).n_iter_[0] > 60
    assert np.isfinite(decisions[0]).all()
    assert np.isnan(decisions[1]).all()
    assert logistic_predictions(train, labels, train, [1000.0], balanced=True) == [None]


def test_another_scikit_learn_takes_the_plain_way(monkeypatch):
    monkeypatch.setattr(sklearn_private, "_TRAIN_WRAP", ("X", "y"))
    sklearn_private.liblinear.cache_clear()
    try:
        assert sklearn_private.liblinear() is None
        train = csr_matrix(np.eye(4, 6))
        made = LinearSVMSettings.model_validate({"kind": "linear-svm", "C": [1, 2]})
        labels = np.array([0, 1, 0, 1])
        assert liblinear.squared_hinge_predictions(train, labels, train, [1.0], balanced=False, random_state=0) is None
        fold = TuningFold(train, labels, train, lambda: train)
        found = made.predictions([{"C": 1.0}, {"C": 2.0}], fold, random_state=0)
        assert [prediction.tolist() for prediction in found] == [labels.tolist()] * 2
    finally:
        sklearn_private.liblinear.cache_clear()


def test_a_solver_that_does_not_converge_warns_as_scikit_learn_does(monkeypatch):
    monkeypatch.setattr(liblinear, "_MOST_ITERATIONS", 1)
    train = csr_matrix(np.random.default_rng(7).random((24, 60)) / 10)
    labels = np.arange(24) % 2
    with pytest.warns(ConvergenceWarning, match="Liblinear failed to converge"):
        liblinear.squared_hinge_decisions(train, labels, train, [1000.0], balanced=False, random_state=0)


def test_a_value_is_left_to_scikit_learn_where_rounding_could_decide_any_row():
    classes = np.array(["a", "b", "c"])
    sure, near = [0.0, 1.0, 3.0], [0.0, 2.0, 2.0 + 1e-9]
    found = predictions(np.array([[sure, sure], [sure, near], [near, near]]), classes, 1e-6)
    assert [None if row is None else row.tolist() for row in found] == [["c", "c"], None, None]
    assert predictions(np.array([[sure, near]]), classes, 1e-6, level=np.array([False, True]))[0].tolist() == ["c", "c"]
    # No margin at all: equals are told by rounding still. Of two classes, 0 is the first, where the score is exact.
    assert predictions(np.array([[[1.0, 1.0, 0.0]]]), classes, 0.0) == [None]
    level = np.array([True, False])
    assert predictions(np.array([[[0.0], [2.0]]]), classes[:2], 1e-6, level=level)[0].tolist() == ["a", "b"]


def test_balanced_weights_are_those_of_scikit_learn():
    labels = np.array([0, 0, 0, 1, 1, 2])
    expected = compute_class_weight("balanced", classes=np.unique(labels), y=labels)
    np.testing.assert_array_equal(Training.of(labels).class_weights(balanced=True), expected)
    np.testing.assert_array_equal(Training.of(labels).class_weights(balanced=False), [1, 1, 1])
