"""What is learnt from texts without labels is what plain scikit-learn learns from them, and never a test row's label."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.semi_supervised import SelfTrainingClassifier

import bench
from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.execution.engine import run_systems
from bench.execution.halves import halves_of
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.systems.features.centred import whitener

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
PROTOCOL = RepeatedStratified(kind="repeated-stratified", folds=4, repeats=2, inner_folds=3, random_state=7)
COUNTS = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
AXES = {**COUNTS, "kind": "lsa", "sublinear_tf": True, "components": 20}


@pytest.fixture(scope="module")
def data():
    """120 titles of 4 fields with their labels, and 200 others without."""
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    with TITLES.open(encoding="utf-8") as file:
        rows = [(text, label) for _, text, label in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    rows = [row for row in dict(rows).items() if row[1] in {"工学", "医学", "农学", "理学"}]
    random.Random(3).shuffle(rows)
    texts, labels = zip(*rows[:120], strict=True)
    unlabelled = tuple(text for text, _ in rows[120:320])
    return LabelledTexts(tuple(f"r{at}" for at in range(120)), texts, labels, unlabelled=unlabelled)


def _run(data, *, features=COUNTS, classifier, protocol=PROTOCOL, jobs=1, **settings):
    system = System.model_validate({"name": "s", "features": features, "classifier": classifier, **settings})
    [run] = run_systems(data, protocol, [system], jobs=jobs)
    assert run.error is None
    return run.predictions, run.chosen


def _plain(data, predict, repeats=2):
    """(repeats, rows) what a function of training texts and labels and test texts predicts in the same splits."""
    texts, labels = np.array(data.texts, dtype=object), np.searchsorted(data.classes, data.labels)
    found = np.zeros((repeats, len(texts)), dtype=int)
    for repeat in range(repeats):
        folds = StratifiedKFold(4, shuffle=True, random_state=7 + repeat)
        for train, test in folds.split(texts, labels):
            found[repeat, test] = predict(list(texts[train]), labels[train], list(texts[test]), repeat)
    return found


def _vectorizer():
    return TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False)


def _self_trained(estimator, train, y, more, **criterion):
    from scipy.sparse import vstack

    both = vstack([train, more], format="csr")
    known = np.concatenate([y, np.full(more.shape[0], -1)])
    return SelfTrainingClassifier(estimator, **criterion).fit(both, known)


@pytest.mark.parametrize(
    ("settings", "criterion"),
    [
        ({"rounds": 2, "share": 0.2}, {"criterion": "k_best", "k_best": 40, "max_iter": 2}),
        ({"rounds": 3, "threshold": 0.45}, {"criterion": "threshold", "threshold": 0.45, "max_iter": 3}),
    ],
)
@pytest.mark.parametrize("features", [False, True])
def test_self_training_predicts_what_scikit_learns_does(data, settings, criterion, features):
    more = list(data.unlabelled)

    def plain(train, y, test, _):
        vectorizer = _vectorizer().fit([*train, *more] if features else train)
        model = LogisticRegression(C=10, max_iter=1000, random_state=7)
        found = _self_trained(model, vectorizer.transform(train), y, vectorizer.transform(more), **criterion)
        return found.predict(vectorizer.transform(test))

    given = {"features": features, "self_training": settings}
    ours, _ = _run(data, classifier={"kind": "logistic", "C": 10}, unlabelled=given)
    assert np.array_equal(ours.prediction, _plain(data, plain))
    alone, _ = _run(data, classifier={"kind": "logistic", "C": 10})
    assert not np.array_equal(ours.prediction, alone.prediction)


def test_listed_values_are_tuned_with_self_training_in_each_inner_fold(data):
    more, listed = list(data.unlabelled), [0.0005, 0.002, 0.01]

    def fitted(train, y, alpha):
        vectorizer = _vectorizer().fit(train)
        k_best = {"criterion": "k_best", "k_best": 60, "max_iter": 1}
        model = _self_trained(
            MultinomialNB(alpha=alpha), vectorizer.transform(train), y, vectorizer.transform(more), **k_best
        )
        return lambda texts: model.predict(vectorizer.transform(texts))

    def plain(train, y, test, repeat):
        texts, scores = np.array(train, dtype=object), np.zeros(len(listed))
        for one, other in StratifiedKFold(3, shuffle=True, random_state=7 + repeat).split(texts, y):
            for at, alpha in enumerate(listed):
                guess = fitted(list(texts[one]), y[one], alpha)(list(texts[other]))
                scores[at] += f1_score(y[other], guess, average="macro", zero_division=0) / 3
        return fitted(train, y, listed[int(np.argmax(scores))])(test)

    classifier = {"kind": "multinomial-nb", "alpha": listed}
    ours, chosen = _run(data, classifier=classifier, unlabelled={"self_training": {"share": 0.3}})
    assert np.array_equal(ours.prediction, _plain(data, plain))
    assert len({fold["alpha"] for repeat in chosen for fold in repeat}) > 1


@pytest.mark.parametrize("whitening", [None, 0.5])
def test_features_that_learn_from_unlabelled_texts_are_those_of_a_plain_fit_on_both(data, whitening):
    more = list(data.unlabelled)

    def plain(train, y, test, _):
        counts = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), lowercase=False, sublinear_tf=True)
        learnt = make_pipeline(counts, TruncatedSVD(20, random_state=7))
        fitted = learnt.fit([*train, *more])
        rows = {name: normalize(fitted.transform(texts)) for name, texts in {"t": train, "u": more, "s": test}.items()}
        every = np.vstack([rows["t"], rows["u"]])
        mean = every.mean(axis=0)
        by = np.eye(20) if whitening is None else whitener(every - mean, whitening)
        model = LogisticRegression(C=1, max_iter=1000, random_state=7).fit(normalize((rows["t"] - mean) @ by), y)
        return model.predict(normalize((rows["s"] - mean) @ by))

    features = {"kind": "centred", "part": AXES, "whitening": whitening}
    ours, _ = _run(data, features=features, classifier={"kind": "logistic"}, unlabelled={"features": True})
    assert np.array_equal(ours.prediction, _plain(data, plain))


def test_a_transductive_system_learns_from_the_test_texts_of_each_fold(data):
    def plain(train, y, test, _):
        vectorizer = _vectorizer().fit(train)
        criterion = {"criterion": "k_best", "k_best": max(1, round(0.5 * len(test))), "max_iter": 1}
        model = MultinomialNB(alpha=0.1)
        found = _self_trained(model, vectorizer.transform(train), y, vectorizer.transform(test), **criterion)
        return found.predict(vectorizer.transform(test))

    given = {"texts": "test", "self_training": {"share": 0.5}}
    ours, _ = _run(data, classifier={"kind": "multinomial-nb", "alpha": 0.1}, unlabelled=given)
    assert np.array_equal(ours.prediction, _plain(data, plain))


@pytest.mark.parametrize("texts", ["data", "test", ["data", "test"]])
def test_no_label_of_a_test_row_moves_its_prediction(data, texts):
    """Of the fold that tests the rows, their labels are shuffled among themselves: all else stands as it was."""
    split = PROTOCOL.model_copy(update={"repeats": 1})
    given = {"texts": texts, "features": True, "self_training": {"rounds": 2, "share": 0.3}}
    before, _ = _run(data, classifier={"kind": "multinomial-nb"}, protocol=split, unlabelled=given)
    test = np.flatnonzero(before.fold[0] == 0)
    labels = np.array(data.labels, dtype=object)
    fixed = bench.dataset(
        list(zip(np.delete(data.texts, test), np.delete(labels, test), strict=True)),
        test=[(data.texts[at], label) for at, label in zip(test, labels[np.roll(test, 5)], strict=True)],
        unlabelled=data.unlabelled,
    ).load()
    system = {"name": "s", "features": COUNTS, "classifier": {"kind": "multinomial-nb"}, "unlabelled": given}
    protocol = bench.Experiment.model_validate(
        {"name": "x", "data": bench.dataset(["a", "b"], ["x", "y"]), "protocol": {"kind": "fixed"}, "systems": [system]}
    ).protocol
    [run] = run_systems(fixed, protocol, [System.model_validate(system)], jobs=1)
    assert np.array_equal(run.predictions.prediction[0], before.prediction[0][test])


def test_names_count_in_every_round(data):
    """A name of weight w is a row with `sample_weight` w in each fit: written out for one round."""
    names = {"农学": "农业", "医学": "医疗", "工学": "工程", "理学": "科学"}
    more, classes = list(data.unlabelled), data.classes

    def plain(train, y, test, _):
        from scipy.sparse import vstack

        vectorizer = _vectorizer().fit(train)
        rows, named = vectorizer.transform(train), vectorizer.transform([names[label] for label in classes])
        kept = np.flatnonzero(np.diff(named.indptr))
        model = MultinomialNB(alpha=0.1)

        def fit(matrix, labels):
            both, every = vstack([matrix, named[kept]], format="csr"), np.concatenate([labels, kept])
            weights = np.concatenate([np.ones(len(labels)), np.full(len(kept), 4.0)])
            return clone(model).fit(both, every, sample_weight=weights)

        asked = vectorizer.transform(more)
        said = fit(rows, y).predict_proba(asked)
        surest = np.sort(np.argpartition(-said.max(axis=1), 60)[:60])
        both = vstack([rows, asked[surest]], format="csr")
        return fit(both, np.concatenate([y, said[surest].argmax(axis=1)])).predict(vectorizer.transform(test))

    classifier = {"kind": "multinomial-nb", "alpha": 0.1, "names_weight": 4}
    given = {"self_training": {"share": 0.3}}
    ours, _ = _run(data, classifier=classifier, names=names, unlabelled=given)
    assert np.array_equal(ours.prediction, _plain(data, plain))


def test_what_learns_from_names_alone_takes_the_mean_of_names_and_unlabelled_texts(data):
    names = {"农学": "农业", "医学": "医疗", "工学": "工程", "理学": "科学"}
    vectorizer = _vectorizer().fit([*(names[label] for label in data.classes), *data.unlabelled])
    axes = TruncatedSVD(20, random_state=7)
    every = normalize(
        axes.fit(vectorizer.transform([*names.values(), *data.unlabelled])).transform(
            vectorizer.transform([*(names[label] for label in data.classes), *data.unlabelled, *data.texts])
        )
    )
    apart = normalize(every - every[: 4 + len(data.unlabelled)].mean(axis=0))
    said = apart[4 + len(data.unlabelled) :] @ apart[:4].T
    features = {"kind": "centred", "part": {**COUNTS, "kind": "lsa", "components": 20}}
    ours, _ = _run(
        data, features=features, classifier={"kind": "zero-shot"}, names=names, unlabelled={"features": True}
    )
    agreed = (ours.prediction == said.argmax(axis=1)).mean()
    assert agreed > 0.98, agreed


def test_calibration_is_fitted_on_training_rows_alone(data):
    ours, _ = _run(data, classifier={"kind": "linear-svm"}, calibration="sigmoid", unlabelled={"features": True})
    assert ours.scores is not None
    assert np.allclose(ours.scores.sum(axis=2), 1)


def test_processes_and_halves_give_the_same(data):
    given = {"texts": ["data", "test"], "features": True, "self_training": {"rounds": 2, "share": 0.1}}
    settings = {"classifier": {"kind": "multinomial-nb"}, "unlabelled": given}
    for protocol in (PROTOCOL, halves_of(PROTOCOL, 2)):
        one, two = (_run(data, protocol=protocol, jobs=jobs, **settings)[0] for jobs in (1, 2))
        assert one.sha256() == two.sha256()


def test_the_data_is_another_with_unlabelled_texts_and_as_it_was_without(data):
    without = replace(data, unlabelled=())
    assert data.sha256() != without.sha256()
    assert data.shuffled(1).unlabelled == data.unlabelled
    assert replace(data, unlabelled=data.unlabelled[::-1]).sha256() != data.sha256()


def test_texts_that_no_system_learns_from_are_told():
    data = bench.dataset([f"{at} 改革" for at in range(8)], ["a", "b"] * 4, unlabelled=["第一条"])
    protocol = {"kind": "repeated-stratified", "folds": 2, "repeats": 1}
    systems = [{"name": "s", "features": COUNTS, "classifier": {"kind": "multinomial-nb"}}]
    experiment = {"name": "x", "data": data, "protocol": protocol, "systems": systems}
    with pytest.warns(match=r"no system learns from data\.unlabelled"):
        bench.run(experiment, progress=False)


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ({"unlabelled": {}}, "nothing learns from them"),
        ({"unlabelled": {"self_training": {}}}, "give either 'share'"),
        ({"unlabelled": {"self_training": {"share": 0.1, "threshold": 0.5}}}, "give either 'share'"),
        ({"classifier": {"kind": "linear-svm"}, "unlabelled": {"self_training": {"share": 0.1}}}, "take one of"),
        ({"calibration": "sigmoid", "unlabelled": {"self_training": {"share": 0.1}}}, "goes without 'calibration'"),
        ({"features": None, "classifier": {"kind": "majority"}, "unlabelled": {"features": True}}, "'majority' learns"),
        ({"unlabelled": {"features": True}}, "the data brings no texts without labels"),
    ],
)
def test_what_cannot_learn_from_them_is_refused_in_one_line(system, told):
    experiment = {
        "name": "x",
        "data": bench.dataset([f"{at} 改革" for at in range(8)], ["a", "b"] * 4),
        "protocol": {"kind": "repeated-stratified", "folds": 2, "repeats": 1},
        "systems": [{"name": "s", "features": COUNTS, "classifier": {"kind": "multinomial-nb"}, **system}],
    }
    with pytest.raises(BenchError) as caught:
        bench.run(experiment, progress=False)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
