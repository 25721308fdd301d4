"""Names of classes are learnt from as a plain scikit-learn formulation learns from them, and are never tested."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import issparse, vstack
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bench.api import models
from bench.core.labelled_texts import LabelledTexts
from bench.data.sources.corpus import CorpusSource
from bench.deployment import models as saved
from bench.execution.engine import run_systems
from bench.execution.identity import RunIdentity
from bench.experiment.config import Experiment
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.experiment.shared_settings import with_names
from bench.systems.name_rows import NameRows

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
PROTOCOL = {"kind": "repeated-stratified", "folds": 2, "repeats": 2, "inner_folds": 2, "random_state": 7}
CHAR = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True}


def _titles():
    """78 titles of 13 categories, each named by itself and by a sentence."""
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    rows = [line.split("\t")[1:] for line in TITLES.read_text(encoding="utf-8").splitlines()]
    kept = [row for label in sorted({row[1] for row in rows}) for row in [r for r in rows if r[1] == label][:6]]
    texts, labels = zip(*kept, strict=True)
    names = {label: (label, f"{label}类的科技论文") for label in sorted(set(labels))}
    return LabelledTexts(tuple(f"r{n}" for n in range(len(texts))), texts, labels, descriptions=names)


def _page():
    return CorpusSource.model_validate({"kind": "corpus", "label_descriptions": True}).load()


class WithNames(ClassifierMixin, BaseEstimator):
    """Features fitted on the texts, a classifier fitted on texts and names: the formulation that all of it must equal."""

    def __init__(self, features, classifier, names, names_weight=1.0):
        self.features, self.classifier, self.names, self.names_weight = features, classifier, names, names_weight

    def fit(self, texts, y):
        self.features_ = clone(self.features)
        train = self.features_.fit_transform(texts)
        named = [(label, name) for label, listed in self.names.items() for name in listed]
        rows = self.features_.transform([name for _, name in named])
        labels = np.array([label for label, _ in named])
        there = np.asarray(abs(rows).sum(axis=1)).ravel() > 0
        rows, labels, weight = rows[np.flatnonzero(there)], labels[there], self.names_weight
        if weight == "auto":
            rows, weight = _automatic(train, y, rows, labels)
        weights = np.array([weight / (labels == label).sum() for label in labels])
        if isinstance(self.classifier, Nearest):
            self.classifier_ = Nearest().fit(train, y, rows, labels, weight)
        elif weight == 0:
            self.classifier_ = clone(self.classifier).fit(train, y)
        elif isinstance(self.classifier, LinearDiscriminantAnalysis):
            self.classifier_ = _discriminant(clone(self.classifier).fit(train, y), train, y, rows, labels, weights)
        else:
            stacked = vstack([train, rows]) if issparse(train) else np.vstack([train, rows])
            every = np.concatenate([y, labels])
            mass = np.concatenate([np.ones(len(y)), weights])
            self.classifier_ = clone(self.classifier).fit(stacked, every, sample_weight=mass)
        self.classes_ = self.classifier_.classes_
        return self

    def predict(self, texts):
        return self.classifier_.predict(self.features_.transform(texts))


def _automatic(train, y, rows, labels):
    """The names, moved where they are dense, and 1.5 times the variance of rows in a class over that of means around names."""
    dense, named = (each.toarray() if issparse(each) else each for each in (train, rows))
    classes = sorted(set(labels))
    differences = [dense[y == label].mean(axis=0) - named[labels == label].mean(axis=0) for label in classes]
    shift = np.zeros(dense.shape[1]) if issparse(train) else np.mean(differences, axis=0)
    residuals = [dense[at] - dense[y == label].mean(axis=0) for at, label in enumerate(y)]
    s = sum(each @ each for each in residuals) / (len(y) - len(classes))
    # Of K differences around their own mean, K - 1 are free, and each holds (1 - 1/K) s / n of the rows' variance.
    free = len(classes) - (not issparse(train))
    noise = sum(s / (y == label).sum() * free / len(classes) for label in classes)
    t = (sum((each - shift) @ (each - shift) for each in differences) - noise) / free
    weight = float(f"{min(max(1.5 * s / t, 0.25), 64):.3g}") if t > 0 else 64.0
    return rows if issparse(train) else rows + shift, weight


def _discriminant(fitted, train, y, rows, labels, weights):
    """Means and priors of n rows and names of weight w, one class after the other; the covariance of the rows."""
    means, priors = [], []
    for label in fitted.classes_:
        own, w = train[y == label], weights[labels == label]
        means.append((len(own) * own.mean(axis=0) + w @ rows[labels == label]) / (len(own) + w.sum()))
        priors.append(len(own) + w.sum())
    means, priors = np.array(means), np.array(priors) / np.sum(priors)
    fitted.coef_ = np.linalg.lstsq(fitted.covariance_, means.T, rcond=None)[0].T
    fitted.intercept_ = -0.5 * np.diag(means @ fitted.coef_.T) + np.log(priors)
    return fitted


class Nearest(BaseEstimator):
    """The class of the nearest (n * mean + w * name) / (n + w)."""

    def fit(self, train, y, rows, labels, w):
        self.classes_ = np.unique(y)
        unit, named = (normalize(each).toarray() if issparse(each) else normalize(each) for each in (train, rows))
        self.centroids_ = []
        for label in self.classes_:
            n, name = (y == label).sum(), named[labels == label]
            weight = w if len(name) else 0.0
            mean = n * unit[y == label].mean(axis=0)
            self.centroids_.append((mean + (weight * name.mean(axis=0) if len(name) else 0)) / (n + weight))
        return self

    def predict(self, rows):
        return self.classes_[np.asarray(normalize(rows) @ normalize(self.centroids_).T).argmax(axis=1)]


class Unit(BaseEstimator):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return normalize(X)

    def __sklearn_is_fitted__(self):
        return True


def _counts():
    return TfidfVectorizer(analyzer="char", lowercase=False, ngram_range=(1, 2), sublinear_tf=True)


PLAIN = {
    "linear-svm": ({"C": [0.3, 3]}, lambda: LinearSVC(random_state=7)),
    "logistic": ({"C": [1, 10]}, lambda: LogisticRegression(tol=1e-4, max_iter=1000)),
    "ridge": ({"alpha": [0.3, 3]}, lambda: RidgeClassifier(random_state=7)),
    "complement-nb": ({"alpha": [0.1, 1]}, ComplementNB),
    "multinomial-nb": ({"alpha": [0.01, 1]}, MultinomialNB),
    "lda": ({}, lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")),
    "centroid": ({}, Nearest),
}


@pytest.mark.filterwarnings("ignore:Only one sample available")
@pytest.mark.parametrize(
    ("kind", "source"),
    [*((kind, _page) for kind in PLAIN), ("linear-svm", _titles), ("centroid", _titles), ("lda", _titles)],
)
@pytest.mark.parametrize("weights", [[0, 2], ["auto", 0.5]], ids=["numbers", "auto"])
def test_guesses_and_choices_are_those_of_the_plain_formulation(kind, source, weights):
    data = source()
    grid, plain = PLAIN[kind]
    grid = {**grid, "names_weight": weights}
    features, counted = dict(CHAR), _counts()
    if kind == "lda":
        features |= {"kind": "lsa", "components": 20}
        counted = make_pipeline(counted, TruncatedSVD(20, random_state=7), Unit())
    [run] = _run(data, {"features": features, "classifier": {"kind": kind, **grid}})
    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    for repeat in range(1):
        splits = StratifiedKFold(2, shuffle=True, random_state=7 + repeat).split(texts, labels)
        for fold, (train, test) in enumerate(splits):
            model = WithNames(counted, plain(), data.descriptions)
            tried = {name if name == "names_weight" else f"classifier__{name}": list(v) for name, v in grid.items()}
            inner = StratifiedKFold(2, shuffle=True, random_state=7 + repeat)
            search = GridSearchCV(model, tried, cv=inner, scoring="f1_macro").fit(texts[train], labels[train])
            chosen = {name.removeprefix("classifier__"): value for name, value in search.best_params_.items()}
            assert dict(run.chosen[repeat][fold]) == chosen
            prediction = [data.classes[code] for code in run.predictions.prediction[repeat][test]]
            assert prediction == search.predict(texts[test]).tolist()


def test_the_weight_that_is_chosen_grows_with_the_spread_of_rows_and_falls_with_the_distance_of_names():
    random = np.random.default_rng(3)
    means, y = random.normal(size=(5, 40)), np.repeat(np.arange(5), 12)
    noise, off = random.normal(size=(60, 40)), random.normal(size=(5, 40))
    every = np.arange(5)

    def weight(spread, distance, shift=0.0):
        names = NameRows.of(means + distance * off + shift, every, "auto").for_rows(means[y] + spread * noise, y)
        assert len(set(names.weights)) == 1
        return names.weights[0], names.matrix

    # 40 columns and 5 classes: the true ratio is known to about a fifth.
    assert weight(1, 1)[0] == pytest.approx(1.5, rel=0.3)
    assert weight(2, 1)[0] == pytest.approx(6, rel=0.4)
    assert weight(1, 2)[0] == pytest.approx(0.375, rel=0.3)
    assert weight(1, 0)[0] == 64
    assert weight(0.01, 9)[0] == 0.25
    # What all names share is taken off: it moves no weight, and the names lie where the rows lie.
    np.testing.assert_allclose(weight(1, 1, 5.0)[1], weight(1, 1)[1])
    assert weight(1, 1, 5.0)[0] == weight(1, 1)[0]


def test_names_weigh_4_where_rows_cannot_say_what_they_should():
    rows, y = np.eye(3), np.arange(3)
    one_row_a_class = NameRows.of(np.eye(3)[::-1], y, "auto").for_rows(rows, y)
    assert one_row_a_class.weights.tolist() == [4, 4, 4]
    one_class = NameRows.of(np.eye(3)[:1], np.array([0]), "auto").for_rows(rows, np.array([0, 0, 1]))
    assert one_class.weights.tolist() == [4]
    assert (one_class.matrix == np.eye(3)[:1]).all()


def _run(data, settings, **experiment):
    fields = {"name": "try", "data": {"kind": "corpus"}, "protocol": PROTOCOL, **experiment}
    made = Experiment.model_validate({**fields, "systems": [{"name": "one", **settings}]})
    systems = with_names(made, data).systems
    return list(run_systems(data, RepeatedStratified.model_validate(PROTOCOL), systems, jobs=1))


def test_neighbours_count_a_name_as_often_as_its_weight_says():
    data = _page()
    [run] = _run(data, {"features": CHAR, "classifier": {"kind": "knn", "n_neighbors": 5, "names_weight": 3}})
    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    named = [(label, name) for label, listed in data.descriptions.items() for name in listed]
    for fold, (train, test) in enumerate(StratifiedKFold(2, shuffle=True, random_state=7).split(texts, labels)):
        counted = _counts().fit(texts[train])
        rows = vstack([counted.transform(texts[train]), counted.transform([name for _, name in named])])
        voters = np.array([*labels[train], *(label for label, _ in named)])
        votes = np.array([1.0] * len(train) + [1.5] * len(named))  # two names a class
        cosine = (counted.transform(texts[test]) @ rows.T).toarray()
        for row, own in zip(test, cosine, strict=True):
            nearest = np.argsort(-own, kind="stable")[:5]
            share = [votes[nearest][voters[nearest] == name].sum() for name in data.classes]
            np.testing.assert_allclose(run.predictions.scores[0][row], np.array(share) / np.sum(share))
        assert fold < 2


def test_calibration_fits_every_fold_with_all_names_and_predicts_none_of_them():
    """As scikit-learn's calibration does with a classifier that brings further rows of its own to every fit."""
    data = _page()
    system = {"name": "one", "features": CHAR, "classifier": {"kind": "linear-svm"}, "calibration": "sigmoid"}
    [run] = _run(data, system)
    # Codes: scikit-learn hands its folds codes of whatever labels it gets.
    texts, labels = np.array(data.texts, dtype=object), np.array([data.classes.index(label) for label in data.labels])
    named = [(data.classes.index(label), name) for label, listed in data.descriptions.items() for name in listed]
    counts = {data.classes.index(label): len(listed) for label, listed in data.descriptions.items()}

    class Bringing(ClassifierMixin, BaseEstimator):
        def __init__(self, rows=None):
            self.rows = rows

        def fit(self, X, y):
            mass = np.concatenate([np.ones(len(y)), [4 / counts[label] for label, _ in named]])
            every = np.concatenate([y, [label for label, _ in named]])
            self.svm_ = LinearSVC(random_state=7).fit(vstack([X, self.rows]), every, sample_weight=mass)
            self.classes_ = self.svm_.classes_
            return self

        def decision_function(self, X):
            return self.svm_.decision_function(X)

        def predict(self, X):
            return self.svm_.predict(X)

    for repeat in range(2):
        outer, inner = (StratifiedKFold(2, shuffle=True, random_state=7 + repeat) for _ in range(2))
        expected = np.zeros((len(texts), len(data.classes)))
        for train, test in outer.split(texts, labels):
            vectors = _counts().fit(texts[train])
            folds = list(inner.split(train, labels[train]))
            rows = vectors.transform([name for _, name in named])
            plain = CalibratedClassifierCV(Bringing(rows), method="sigmoid", cv=folds, ensemble=False)
            plain.fit(vectors.transform(texts[train]), labels[train])
            expected[test] = plain.predict_proba(vectors.transform(texts[test]))
        np.testing.assert_allclose(run.predictions.scores[repeat], expected, atol=1e-6)


def test_zero_shot_reads_no_training_row_and_needs_none_of_its_labels():
    data = _titles()
    [run] = _run(data, {"features": CHAR, "classifier": {"kind": "zero-shot"}})
    named = [(label, name) for label, listed in data.descriptions.items() for name in listed]
    counted = _counts().fit([name for _, name in named])
    rows = counted.transform([name for _, name in named]).toarray()
    centroids = [rows[[label == name for label, _ in named]].mean(axis=0) for name in data.classes]
    expected = np.asarray(counted.transform(data.texts) @ normalize(centroids).T)
    np.testing.assert_allclose(run.predictions.scores[0], expected, atol=1e-12)
    assert (run.predictions.prediction[0] == run.predictions.prediction[1]).all()
    shuffled = data.shuffled(3)
    [again] = _run(shuffled, {"features": CHAR, "classifier": {"kind": "zero-shot"}})
    assert (again.predictions.prediction == run.predictions.prediction).all()


def test_no_row_that_is_tested_is_a_name_and_no_vocabulary_hangs_on_names():
    data = _page()
    svm = {"features": CHAR, "classifier": {"kind": "linear-svm", "names_weight": 2}}
    [run] = _run(data, svm)
    assert run.predictions.row_ids == data.row_ids
    odd = {label: (*names, each) for each, (label, names) in zip("鱻龘麤灥", data.descriptions.items(), strict=True)}
    [other] = _run(LabelledTexts(data.row_ids, data.texts, data.labels, data.groups, descriptions=odd), svm)
    # A name of which training knows no character is a row of zeros: left out, its class's others weigh as before.
    assert other.predictions.sha256() == run.predictions.sha256()


def test_a_saved_model_learnt_from_names_and_says_what_the_plain_formulation_says(tmp_path):
    data = _page()
    for kind, plain in (
        ("linear-svm", LinearSVC(C=1.0, random_state=7)),
        ("lda", None),
        ("zero-shot", None),
        ("knn", None),
    ):
        features = {**CHAR, "kind": "lsa", "components": 10} if kind == "lda" else CHAR
        fields = {"name": "try", "data": {"kind": "corpus"}, "protocol": PROTOCOL}
        made = Experiment.model_validate(
            {**fields, "systems": [{"name": "one", "features": features, "classifier": {"kind": kind}}]}
        )
        named = with_names(made, data)
        model = saved.fit(RunIdentity.of(named, data, named.protocol), data, named.systems[0])
        models_folder = tmp_path / kind
        saved.save(model, named.systems[0], models_folder, "card", texts=data.texts)
        again = saved.read(models_folder)
        prediction = [again.classes[code] for code in again.predict(data.texts).prediction]
        if plain is not None:
            fitted = WithNames(_counts(), plain, data.descriptions).fit(list(data.texts), np.array(data.labels))
            assert prediction == fitted.predict(list(data.texts)).tolist()
        assert set(prediction) <= set(data.classes)
    assert models.load_model(tmp_path / "linear-svm").explain("深化国有企业改革", top=3).found.label in data.classes
