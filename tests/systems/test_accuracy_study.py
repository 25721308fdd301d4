"""The study of docs/accuracy.md: its linear algebra is what bench fits, and its page is what its figures say."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.core.labelled_texts import LabelledTexts
from bench.execution.engine import run_systems
from bench.experiment.config import Experiment, load_experiment
from bench.experiment.shared_settings import with_names
from bench.experiment.starter import propose_experiment

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "docs" / "studies" / "accuracy"
TITLES = ROOT.parent / "shared" / "data" / "csl" / "cls_ctg" / "dev.tsv"
PROTOCOL = {"kind": "repeated-stratified", "folds": 2, "repeats": 1, "random_state": 7}
CHAR = {"kind": "tfidf", "tokens": "char", "ngrams": [1, 2], "sublinear_tf": True}
LSA = {**CHAR, "kind": "lsa", "components": 300}


@pytest.fixture
def study(monkeypatch):
    monkeypatch.syspath_prepend(STUDY)
    names = ("sets", "systems", "measure", "unlabelled", "render", "render_unlabelled")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module
    for name in names:
        sys.modules.pop(name, None)


def _with_auto(systems, draw, blocks):
    joined, weight = systems.automatic(draw, blocks)
    return systems.lda(draw, joined, 0.95, weight)


@pytest.mark.skipif(not TITLES.is_file(), reason=f"the titles {TITLES} are not on this machine")
@pytest.mark.parametrize(
    ("features", "block", "classifier", "scored"),
    [
        (LSA, "lsa", {"kind": "lda", "shrinkage": 0.98}, lambda s, d, b: s.lda(d, b, 0.98, 4)),
        (LSA, "lsa", {"kind": "lda", "shrinkage": 0.95, "names_weight": "auto"}, _with_auto),
        (CHAR, "char", {"kind": "ridge", "alpha": 3}, lambda s, d, b: s.ridge(d, b, 3, 4)),
        (CHAR, "char", {"kind": "centroid"}, lambda s, d, b: s.centroid(d, b, 4)),
    ],
)
def test_the_studys_systems_score_as_benchs_do(study, features, block, classifier, scored):
    rows = [line.split("\t")[1:] for line in TITLES.read_text(encoding="utf-8").splitlines()]
    kept = [row for label in sorted({row[1] for row in rows}) for row in [r for r in rows if r[1] == label][:8]]
    texts, labels = (np.array(column, dtype=object) for column in zip(*kept, strict=True))
    names = {label: (label, f"{label}类的论文") for label in sorted(set(labels))}
    data = LabelledTexts(tuple(f"r{n}" for n in range(len(texts))), tuple(texts), tuple(labels))
    system = {"name": "one", "features": features, "classifier": classifier}
    made = {"name": "e", "data": {"kind": "corpus"}, "protocol": PROTOCOL, "systems": [system], "names": names}
    experiment = with_names(Experiment.model_validate(made), data)
    [run] = run_systems(data, experiment.protocol, experiment.systems, jobs=1)
    systems, sets = study("systems"), study("sets")
    for fold in (0, 1):
        train, test = (np.flatnonzero((run.predictions.fold[0] == fold) == tested) for tested in (False, True))
        parts = ([(texts[at], labels[at]) for at in part] for part in (train, test))
        known, asked = parts
        draw = systems.Draw({}, known, sets.name_rows(names, ["{}"]), asked)
        found = scored(systems, draw, {block: 1.0})
        assert (found.argmax(axis=1) == run.predictions.prediction[0][test]).mean() > 0.98
        expected = run.predictions.scores[0][test]
        expected = np.log(expected) if classifier["kind"] == "lda" else expected
        np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.skipif(not TITLES.is_file(), reason=f"the titles {TITLES} are not on this machine")
@pytest.mark.parametrize("features", [False, True])
def test_the_studys_self_training_predicts_as_benchs_does(study, features):
    rows = [line.split("\t")[1:] for line in TITLES.read_text(encoding="utf-8").splitlines()]
    kept = [row for label in sorted({row[1] for row in rows}) for row in [r for r in rows if r[1] == label][:8]]
    used = {text for text, _ in kept}
    more = tuple(dict.fromkeys(text for text, _ in rows if text not in used))[:150]
    texts, labels = (np.array(column, dtype=object) for column in zip(*kept, strict=True))
    names = {label: (label,) for label in sorted(set(labels))}
    ids = tuple(f"r{n}" for n in range(len(texts)))
    data = LabelledTexts(ids, tuple(texts), tuple(labels), unlabelled=more)
    system = {"name": "one", "features": LSA, "classifier": {"kind": "lda", "shrinkage": 0.98}}
    system["unlabelled"] = {"features": features, "self_training": {"rounds": 2, "share": 0.3}}
    made = {"name": "e", "data": {"kind": "corpus"}, "protocol": PROTOCOL, "systems": [system], "names": names}
    experiment = with_names(Experiment.model_validate(made), data)
    [run] = run_systems(data, experiment.protocol, experiment.systems, jobs=1)
    found, sets = study("unlabelled"), study("sets")
    for fold in (0, 1):
        train, test = (np.flatnonzero((run.predictions.fold[0] == fold) == tested) for tested in (False, True))
        known, asked = ([(texts[at], labels[at]) for at in part] for part in (train, test))
        draw = found.Draw({}, known, sets.name_rows(names, ["{}"]), more, asked)
        predicted = found.self_trained(draw, draw.characters(features), found.LDA, 2, 0.3)
        assert (predicted == run.predictions.prediction[0][test]).mean() > 0.95


def test_the_page_is_written_from_the_committed_figures(study, tmp_path, monkeypatch):
    render = study("render")
    monkeypatch.setattr(render, "DOCUMENT", tmp_path / "accuracy.md")
    render.main()
    written = (tmp_path / "accuracy.md").read_text(encoding="utf-8")
    assert written == (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")


def test_what_the_page_recommends_is_what_the_few_shot_file_and_init_hold(tmp_path):
    experiment = load_experiment(ROOT / "configs" / "few-shot" / "fewclue.yaml")
    few_shot = next(system for system in experiment.systems if system.name == "few-shot")
    assert few_shot.classifier.shrinkage == (0.95,)
    assert few_shot.classifier.names_weight == ("auto",)
    assert few_shot.features.weights == ((1, 0.25, 0.25),)
    rows = [{"text": f"第{at}行", "label": ("体育", "财经")[at % 2]} for at in range(32)]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "rows.yaml").write_text(propose_experiment(path, tmp_path / "rows.yaml").text, encoding="utf-8")
    [proposed] = [each for each in load_experiment(tmp_path / "rows.yaml").systems if each.name == "few-shot"]
    assert (proposed.features, proposed.classifier) == (few_shot.features, few_shot.classifier)
