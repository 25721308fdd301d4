"""Listed values are chosen by the metric that the experiment names, as `GridSearchCV` chooses by scikit-learn's scorer."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import cohen_kappa_score, make_scorer
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.execution.engine import run_systems
from bench.experiment.config import Experiment, load_experiment
from bench.experiment.export import export_script
from bench.experiment.shared_settings import with_names
from bench.experiment.tuning import TuneBy, tuning_scores

TITLES = Path(__file__).parents[3] / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
PROTOCOL = {"kind": "repeated-stratified", "folds": 3, "repeats": 1, "inner_folds": 3, "random_state": 7}
CHAR = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True}
WORD = {"kind": "tfidf", "tokens": "char", "ngrams": [2, 3]}
WEIGHTS = [[1, 0.25], [1, 1], [0.25, 1]]


@pytest.fixture(scope="module")
def titles():
    """200 titles in their natural shares, 13 categories: the metrics choose differently."""
    if not TITLES.is_file():
        pytest.skip(f"the titles {TITLES} are not on this machine")
    rows = [line.split("\t")[1:] for line in TITLES.read_text(encoding="utf-8").splitlines()][:200]
    texts, labels = zip(*rows, strict=True)
    return LabelledTexts(tuple(f"r{n}" for n in range(len(texts))), texts, labels)


def _experiment(systems, **more):
    fields = {"name": "tuned", "data": {"kind": "corpus"}, "protocol": PROTOCOL, "systems": systems, **more}
    return Experiment.model_validate(fields)


def _ours(data, systems, **more):
    experiment = with_names(_experiment(systems, **more), data)
    return list(run_systems(data, experiment.protocol, experiment.systems, jobs=1))


def _theirs(data, model, grid, scoring):
    predictions, chosen = [], []
    texts, labels = np.array(data.texts, dtype=object), np.array(data.labels)
    for repeat in range(PROTOCOL["repeats"]):
        prediction, found = np.empty(len(texts), dtype=object), []
        outer = StratifiedKFold(PROTOCOL["folds"], shuffle=True, random_state=7 + repeat)
        inner = StratifiedKFold(PROTOCOL["inner_folds"], shuffle=True, random_state=7 + repeat)
        for train, test in outer.split(texts, labels):
            search = GridSearchCV(model, grid, cv=inner, scoring=scoring).fit(texts[train], labels[train])
            prediction[test] = search.predict(texts[test])
            found.append(search.best_params_)
        predictions.append(prediction)
        chosen.append(found)
    return np.stack(predictions), chosen


def _vectorizer(settings):
    first, last = settings["ngrams"]
    sublinear = settings.get("sublinear_tf", False)
    return TfidfVectorizer(analyzer="char", ngram_range=(first, last), lowercase=False, sublinear_tf=sublinear)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("metric", get_args(TuneBy))
def test_each_metric_chooses_what_grid_search_chooses_by_its_scorer(titles, metric):
    grid = [0.01, 0.1, 1, 10, 100]
    system = {"name": "svm", "features": CHAR, "classifier": {"kind": "linear-svm", "C": grid}}
    [run] = _ours(titles, [system], tune_by=metric)
    model = Pipeline([("features", _vectorizer(CHAR)), ("classifier", LinearSVC(random_state=7, dual=True))])
    scoring = make_scorer(cohen_kappa_score) if metric == "cohen_kappa" else metric
    predictions, chosen = _theirs(titles, model, {"classifier__C": grid}, scoring)
    assert [[one["C"] for one in repeat] for repeat in run.chosen] == [
        [one["classifier__C"] for one in repeat] for repeat in chosen
    ]
    assert np.array(run.predictions.classes)[run.predictions.prediction].tolist() == predictions.tolist()


@pytest.mark.filterwarnings("ignore")
def test_weights_of_parts_are_chosen_as_grid_search_over_a_feature_union_chooses_them(titles):
    features = {"kind": "concat", "parts": [CHAR, WORD], "weights": WEIGHTS}
    system = {"name": "ridge", "features": features, "classifier": {"kind": "ridge", "alpha": [0.3, 3]}}
    [run] = _ours(titles, [system], tune_by="accuracy")
    union = FeatureUnion([("a", _vectorizer(CHAR)), ("b", _vectorizer(WORD))])
    model = Pipeline([("features", union), ("classifier", RidgeClassifier(random_state=7))])
    listed = [dict(zip("ab", weights, strict=True)) for weights in WEIGHTS]
    grid = {"classifier__alpha": [0.3, 3], "features__transformer_weights": listed}
    predictions, chosen = _theirs(titles, model, grid, "accuracy")
    assert [[(one["alpha"], [*one["weights"]]) for one in repeat] for repeat in run.chosen] == [
        [(one["classifier__alpha"], [*one["features__transformer_weights"].values()]) for one in repeat]
        for repeat in chosen
    ]
    assert np.array(run.predictions.classes)[run.predictions.prediction].tolist() == predictions.tolist()


@pytest.mark.filterwarnings("ignore")
def test_a_score_that_scikit_learn_leaves_undefined_is_missing():
    truth = np.zeros(4, dtype=np.int64)
    assert np.isnan(tuning_scores("cohen_kappa", truth, truth[np.newaxis], 2)).all()


def test_what_tunes_is_part_of_a_record_where_it_can_matter():
    tuned = {"name": "tuned", "features": CHAR, "classifier": {"kind": "linear-svm", "C": [1, 10]}}
    fixed = {"name": "fixed", "features": CHAR, "classifier": {"kind": "linear-svm"}}
    own = {**tuned, "name": "own", "tune_by": "matthews_corrcoef"}
    data = LabelledTexts(("1", "2"), ("甲", "乙"), ("a", "b"))
    named = with_names(_experiment([tuned, fixed, own], tune_by="accuracy"), data)
    found = [system.model_dump(mode="json").get("tune_by") for system in named.systems]
    assert found == ["accuracy", None, "matthews_corrcoef"]
    usual = with_names(_experiment([tuned], tune_by="f1_macro"), data)
    assert usual == with_names(_experiment([tuned]), data)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tune_by: acuracy", "tune_by: unknown value 'acuracy'"),
        ("tune_by: log_loss", "tune_by"),
        ("tune_by: 'f1:社会'", "tune_by"),
    ],
)
def test_a_metric_that_cannot_tune_is_told_with_its_line(tmp_path, line, told):
    path = tmp_path / "e.yaml"
    path.write_text(
        f"name: e\ndata: {{kind: corpus}}\n{line}\nprotocol: {{kind: repeated-stratified}}\n"
        "systems: [{name: m, classifier: {kind: majority}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(BenchError) as raised:
        load_experiment(path)
    assert str(raised.value).startswith(f"{path}:3: {told}")
    assert "balanced_accuracy" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "features",
    [
        {"kind": "concat", "parts": [CHAR, {"kind": "concat", "parts": [CHAR, WORD], "weights": WEIGHTS}]},
        {"kind": "concat", "parts": [CHAR, WORD], "weights": [[1, 2], [1, 2, 3]]},
        {"kind": "concat", "parts": [CHAR, WORD], "weights": [[1, 2], [1, 2]]},
        {"kind": "concat", "parts": [CHAR, WORD], "weights": [[]]},
    ],
)
def test_weights_that_cannot_be_are_refused(features):
    with pytest.raises(ValueError, match=r"tune them outermost|give one a part|stands in the list twice|at least 1"):
        _experiment([{"name": "s", "features": features, "classifier": {"kind": "ridge"}}])


@pytest.mark.parametrize("metric", ["balanced_accuracy", "cohen_kappa"])
def test_an_exported_script_tunes_by_the_same_metric(tmp_path, page_texts, metric, capsys):
    lines = [f"{text[:24]}\t{'甲乙'[at // 3 % 2]}" for at, text in enumerate(page_texts[:48])]
    (tmp_path / "rows.tsv").write_text("\n".join(["text\tlabel", *lines]), encoding="utf-8")
    path = tmp_path / "e.yaml"
    path.write_text(
        "name: e\ndata: {kind: files, train: rows.tsv, text: text, label: label}\n"
        "protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2, random_state: 7}\n"
        f"tune_by: {metric}\nsystems:\n"
        "  - name: s\n"
        "    features: {kind: concat, parts: [{kind: tfidf, tokens: char}, {kind: tfidf, tokens: char, ngrams: [2, 2]}],\n"
        "      weights: [[1, 1], [1, 3], [3, 1]]}\n"
        "    classifier: {kind: ridge, alpha: [0.1, 1, 10]}\n",
        encoding="utf-8",
    )
    experiment = load_experiment(path)
    data = experiment.data.load()
    script = tmp_path / "s.py"
    script.write_text(export_script(experiment, "s", tmp_path), encoding="utf-8")
    found = runpy.run_path(str(script))
    [run] = run_systems(data, experiment.protocol, with_names(experiment, data).systems, jobs=1)
    prediction = np.zeros((2, len(data)), dtype=int)
    for repeat in range(2):
        for train, test, inner in found["splits"](repeat):
            prediction[repeat, test] = found["fitted"](train, inner).predict([data.texts[at] for at in test])
    assert prediction.tolist() == run.predictions.prediction.tolist()
