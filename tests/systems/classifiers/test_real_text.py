"""Classifiers on real titles: what plain scikit-learn gives, the same bytes again, and any order of training rows."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from kinds import local_classifiers
from pydantic import TypeAdapter
from sklearn.base import clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import LinearSVC

from bench.systems.classifiers.base import CLASSIFIERS, AnyClassifier
from bench.systems.features.base import AnyFeatures
from bench.systems.pipeline import build_pipeline, row_scores

TITLES = Path(__file__).parents[4] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
CLASSES = [2, 4, 13]
PER_CLASS = 16
KINDS = local_classifiers()

# Written out a second time on purpose: a changed default of ours, or a wrong argument, shows here.
PLAIN = {
    "complement-nb": ComplementNB(alpha=1.0),
    "knn": KNeighborsClassifier(5, metric="cosine", algorithm="brute"),
    "lda": LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
    "length": make_pipeline(
        StandardScaler(), PolynomialFeatures(2, include_bias=False), LogisticRegression(max_iter=1000)
    ),
    "linear-svm": LinearSVC(C=1.0, random_state=3),
    "logistic": LogisticRegression(C=1.0, tol=1e-4, max_iter=1000),
    "majority": DummyClassifier(strategy="most_frequent"),
    "multinomial-nb": MultinomialNB(alpha=1.0),
    "ridge": RidgeClassifier(alpha=1.0),
    "stratified": DummyClassifier(strategy="stratified", random_state=3),
}
# Their solvers visit rows in an order drawn by position, or draw a class a row.
HANG_ON_ORDER = {kind for kind in KINDS if CLASSIFIERS[kind].row_order_matters}


@pytest.fixture(scope="module")
def titles():
    """Label to its first titles, for the classes that have enough of them."""
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    found: dict[str, list[str]] = {}
    for line in TITLES.read_text(encoding="utf-8").splitlines():
        _, text, label = line.split("\t")
        found.setdefault(label, []).append(text)
    assert len(found) >= max(CLASSES)
    return {label: texts[:PER_CLASS] for label, texts in sorted(found.items())}


def _rows(titles, n_classes):
    """Texts and labels of the first classes, classes mixed; even rows are for training, odd ones for testing."""
    pairs = [(text, label) for label in list(titles)[:n_classes] for text in titles[label]]
    order = np.random.default_rng(0).permutation(len(pairs))
    return [pairs[at][0] for at in order], np.array([pairs[at][1] for at in order])


def _system(kind):
    """Settings of the kind and of the features it goes with."""
    classifier = TypeAdapter(AnyClassifier).validate_python({"kind": kind})
    features = {"kind": "lsa" if classifier.dense_only else "tfidf", "tokens": "char", "ngrams": [1, 2]}
    return None if classifier.control else TypeAdapter(AnyFeatures).validate_python(features), classifier


def _fit(kind, texts, labels):
    features, classifier = _system(kind)
    return build_pipeline(features, classifier, random_state=3).fit(texts, labels)


def _scored(pipeline, kind, texts, classes):
    matrix = pipeline.named_steps["features"].transform(texts)
    return row_scores(pipeline.named_steps["classifier"], matrix, classes, _system(kind)[1].score_kind)


@pytest.mark.parametrize("n_classes", CLASSES)
@pytest.mark.parametrize("kind", PLAIN)
def test_guesses_and_scores_are_those_of_plain_scikit_learn(kind, n_classes, titles):
    texts, labels = _rows(titles, n_classes)
    ours = _fit(kind, texts[::2], labels[::2])
    features = clone(ours.named_steps["features"])
    # A pipeline trains on what `fit_transform` gives, whose last bits are not always those of `transform`.
    train, test = features.fit_transform(texts[::2]), features.transform(texts[1::2])
    plain = PLAIN[kind].fit(train, labels[::2])
    prediction, scores = _scored(ours, kind, texts[1::2], np.unique(labels))
    np.testing.assert_array_equal(prediction, plain.predict(test))
    np.testing.assert_array_equal(ours.predict(texts[1::2]), plain.predict(test))
    if scores is not None:
        theirs = plain.predict_proba(test) if hasattr(plain, "predict_proba") else plain.decision_function(test)
        np.testing.assert_array_equal(scores[:, 1] if theirs.ndim == 1 else scores, theirs)


@pytest.mark.parametrize("n_classes", CLASSES)
def test_the_centroid_is_the_mean_of_unit_rows(n_classes, titles):
    texts, labels = _rows(titles, n_classes)
    # Rows of many lengths: on rows of length 1 a mean that forgets to scale them would be the same.
    features = {"kind": "tfidf", "tokens": "char", "norm": None}
    transformer = TypeAdapter(AnyFeatures).validate_python(features).build(random_state=3).fit(texts[::2])
    train, test = (transformer.transform(part) for part in (texts[::2], texts[1::2]))
    classes = np.unique(labels)
    unit = train.toarray() / np.linalg.norm(train.toarray(), axis=1, keepdims=True)
    means = np.stack([unit[labels[::2] == label].mean(axis=0) for label in classes])
    fitted = _system("centroid")[1].build(random_state=3).fit(train, labels[::2])
    prediction, scores = row_scores(fitted, test, classes, "similarity")
    np.testing.assert_allclose(scores, cosine_similarity(test, means), atol=1e-12)
    np.testing.assert_array_equal(prediction, classes[scores.argmax(axis=1)])


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_random_state_gives_the_same_bytes_and_so_does_a_pickled_pipeline(kind, titles):
    texts, labels = _rows(titles, 4)
    first, again = (_fit(kind, texts[::2], labels[::2]) for _ in range(2))
    prediction, scores = _scored(first, kind, texts[1::2], np.unique(labels))
    for other in (again, pickle.loads(pickle.dumps(first))):  # noqa: S301
        other_guess, other_scores = _scored(other, kind, texts[1::2], np.unique(labels))
        assert other_guess.tobytes() == prediction.tobytes()
        assert scores is None or other_scores.tobytes() == scores.tobytes()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - HANG_ON_ORDER))
def test_the_order_of_training_texts_changes_no_guess(kind, titles):
    texts, labels = _rows(titles, 13)
    backwards = _fit(kind, texts[::2][::-1], labels[::2][::-1])
    expected = _fit(kind, texts[::2], labels[::2]).predict(texts[1::2])
    np.testing.assert_array_equal(backwards.predict(texts[1::2]), expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_seen", [2, 3])
def test_a_class_without_training_rows_is_impossible_for_every_kind(kind, n_seen, titles):
    texts, labels = _rows(titles, n_seen + 1)
    classes = np.unique(labels)
    seen = labels != classes[1]
    pipeline = _fit(kind, [text for text, kept in zip(texts, seen, strict=True) if kept], labels[seen])
    prediction, scores = _scored(pipeline, kind, texts, classes)
    assert classes[1] not in prediction
    if scores is not None:
        assert (scores[:, 1] == (0 if _system(kind)[1].score_kind == "probability" else -np.inf)).all()
        assert np.isfinite(np.delete(scores, 1, axis=1)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_says_what_it_means(kind):
    fields = CLASSIFIERS[kind].model_json_schema()["properties"]
    silent = [name for name, field in fields.items() if name != "kind" and not field.get("description")]
    assert silent == []
