"""Nested cross-validation: scikit-learn's answers, whatever the number of processes; failures stay where they are."""

from __future__ import annotations

import random

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, StratifiedKFold

from bench.core.labelled_texts import LabelledTexts
from bench.execution import engine
from bench.execution.dispatch import Dispatch
from bench.execution.engine import run_systems
from bench.execution.tasks import Cost, EncodedTexts, FoldResult, Task
from bench.experiment.config import System
from bench.experiment.protocols.repeated_stratified import RepeatedStratified
from bench.experiment.splits import Targets
from bench.systems.pipeline import build_pipeline


def _run(data, protocol, settings, **options):
    system = System.model_validate(settings)
    [run] = run_systems(data, protocol, [system], jobs=1, **options)
    return run


def test_every_row_is_guessed_once_a_repeat_by_a_fit_that_did_not_see_it(runs, data, experiment):
    for run in runs:
        predictions = run.predictions
        assert predictions.row_ids == data.row_ids
        for repeat in range(2):
            for fold, split in enumerate(experiment.protocol.outer(Targets.of(data), repeat)):
                assert (predictions.fold[repeat][split.test] == fold).all()


@pytest.mark.parametrize("name", ["svm", "nb", "lsa"])
def test_predictions_and_choices_are_those_of_grid_search(name, runs, data, experiment):
    [run] = [run for run in runs if run.system.name == name]
    system, texts, labels = run.system, np.array(data.texts, dtype=object), np.array(data.labels)
    grid = {f"classifier__{key}": list(values) for key, values in system.classifier.grid().items()}
    for repeat in range(2):
        splits = StratifiedKFold(3, shuffle=True, random_state=7 + repeat).split(texts, labels)
        for fold, (train, test) in enumerate(splits):
            pipeline = build_pipeline(system.features, system.classifier, random_state=7)
            inner = StratifiedKFold(2, shuffle=True, random_state=7 + repeat)
            search = GridSearchCV(pipeline, grid, cv=inner, scoring="f1_macro") if grid else pipeline
            search.fit(texts[train], labels[train])
            expected = [data.classes.index(label) for label in search.predict(texts[test])]
            assert run.predictions.prediction[repeat][test].tolist() == expected
            if name == "svm":
                assert run.chosen[repeat][fold] == {"C": search.best_params_["classifier__C"]}


def test_two_processes_give_the_bytes_of_one(runs, data, experiment, monkeypatch):
    monkeypatch.setattr(engine, "_IN_PROCESS_SECONDS", -1.0)
    for one, two in zip(runs, run_systems(data, experiment.protocol, experiment.systems, jobs=2), strict=True):
        assert one.predictions.sha256() == two.predictions.sha256()
        assert one.chosen == two.chosen


def test_quick_folds_of_a_system_travel_together_and_slow_ones_alone(data, experiment):
    encoded = EncodedTexts(None, Targets.of(data))
    systems = experiment.systems[1:3]
    blocks = ((encoded, Task(system, None, experiment.protocol, repeat)) for system in systems for repeat in range(2))
    dispatch, sent = Dispatch(blocks, {}), []

    def send(function, parcels):
        for _, parts in parcels:
            name = parts[0][1].system.name
            sent.append((name, [(task.repeat, number) for _, task, numbers in parts for number in numbers]))
            seconds = {"svm": 0.02, "nb": 0.3}[name]
            yield [(place, _fold(number, seconds)) for place, _, numbers in parts for number in numbers]

    assert len(list(dispatch.elsewhere(send, worth=0.05))) == 4
    assert sent == [
        ("svm", [(0, 0)]),
        ("svm", [(0, 1), (0, 2), (1, 0)]),
        ("svm", [(1, 1), (1, 2)]),
        *[("nb", [(repeat, number)]) for repeat in range(2) for number in range(3)],
    ]


def _fold(number, seconds=0.0, error=None):
    nothing = np.zeros(0, dtype=np.int64)
    return FoldResult(number, nothing, nothing, None, {}, {"W": 1}, error, seconds, Cost())


def test_results_come_in_the_order_of_blocks_whatever_order_their_folds_come_in(data, experiment):
    encoded = EncodedTexts(None, Targets.of(data))
    blocks = ((encoded, Task(experiment.systems[1], None, experiment.protocol, repeat)) for repeat in range(4))

    def send(function, parcels):
        folds = [(place, number) for _, parts in parcels for place, _, numbers in parts for number in numbers]
        random.Random(7).shuffle(folds)
        for place, number in folds:
            # Of repeat 2, fold 1 fails: what came of fold 2 does not count.
            yield [(place, _fold(number, place, "no" if (place, number) == (2, 1) else None))]

    results = list(Dispatch(blocks, {}).elsewhere(send, worth=0.0))
    assert [result.seconds for result in results] == [0, 3, 4, 9]
    assert [result.error for result in results] == [None, None, "no", None]
    assert [result.warnings for result in results] == [{"W": 3}, {"W": 3}, {"W": 2}, {"W": 3}]


def test_texts_are_read_once_for_all_systems_that_read_alike(data, experiment, monkeypatch):
    from bench.systems.features.tfidf import Tfidf

    read, plain = [], Tfidf.encode
    monkeypatch.setattr(Tfidf, "encode", lambda self, texts: read.append(len(texts)) or plain(self, texts))
    list(run_systems(data, experiment.protocol, experiment.systems[1:3], jobs=1))
    assert read.count(len(data)) == 1  # besides the few that are timed


def test_a_run_tells_what_its_rows_cost(runs, data):
    for run in runs:
        steps = {
            f"{step}_{clock}_per_row" for step in ("fit", "predict", "read") for clock in ("seconds", "cpu_seconds")
        }
        assert set(run.cost) == {*steps, "features"}
        assert len(run.cpu_seconds) == len(run.seconds)
        assert all(0 < cpu <= seconds * 1.01 + 0.02 for cpu, seconds in zip(run.cpu_seconds, run.seconds, strict=True))
        assert all(value >= 0 for value in run.cost.values())
    by_name = {run.system.name: run for run in runs}
    assert by_name["lsa"].cost["features"] == 4
    assert by_name["svm"].cost["features"] > 1000


def test_a_system_that_fails_says_so_and_the_others_go_on(data, experiment):
    broken = System.model_validate(
        {"name": "broken", "features": {"kind": "tfidf", "min_df": 1000}, "classifier": {"kind": "logistic"}}
    )
    failed, fine = run_systems(data, experiment.protocol, [broken, experiment.systems[2]], jobs=1)
    assert failed.predictions is None
    assert failed.error.startswith("ValueError: no n-gram stands in 1000")
    assert fine.error is None


def test_a_candidate_that_fails_in_an_inner_fold_is_out(data, experiment, monkeypatch):
    from sklearn.svm import LinearSVC

    # Values are fitted one by one, as where scikit-learn is of a version that we do not know.
    monkeypatch.setattr("bench.systems.solvers.liblinear.liblinear", lambda: None)
    plain = LinearSVC.fit
    refuse = lambda self, X, y: (_ for _ in ()).throw(ValueError("no")) if self.C == 0.1 else plain(self, X, y)  # noqa: E731
    monkeypatch.setattr(LinearSVC, "fit", refuse)
    run = _run(data, experiment.protocol, experiment.systems[1].model_dump())
    assert {tuple(choice.items()) for repeat in run.chosen for choice in repeat} == {(("C", 10.0),)}


def test_a_system_whose_candidates_all_fail_gives_the_first_error(data, experiment, monkeypatch):
    from sklearn.svm import LinearSVC

    monkeypatch.setattr("bench.systems.solvers.liblinear.liblinear", lambda: None)
    monkeypatch.setattr(LinearSVC, "fit", lambda *_: (_ for _ in ()).throw(ValueError("no\nway")))
    run = _run(data, experiment.protocol, experiment.systems[1].model_dump())
    assert run.error == "ValueError: no way"


def test_a_reading_that_fails_fails_its_system_alone(data, experiment, monkeypatch):
    from bench.systems.length import Length

    monkeypatch.setattr(Length, "encode", lambda *_: (_ for _ in ()).throw(OSError("no model")))
    majority, nb = run_systems(data, experiment.protocol, experiment.systems[::2], jobs=1)
    assert (majority.error, nb.error) == ("OSError: no model", None)


def test_values_that_inner_folds_cannot_tell_apart_are_counted_as_untuned():
    labels = ("甲",) * 24 + ("乙",) * 2
    data = LabelledTexts(tuple(map(str, range(26))), tuple(f"{label}文{at}" for at, label in enumerate(labels)), labels)
    protocol = RepeatedStratified(kind="repeated-stratified", folds=2, repeats=1, inner_folds=2, random_state=1)
    features = {"kind": "tfidf", "tokens": "char"}
    run = _run(data, protocol, {"name": "s", "features": features, "classifier": {"kind": "linear-svm", "C": [1, 2]}})
    assert run.warnings["UntunedWarning"] == 2
    assert [choice["C"] for choice in run.chosen[0]] == [1, 1]


def test_solver_warnings_are_counted_by_category(data, experiment):
    from sklearn.linear_model import LogisticRegression

    settings = {"name": "l", "features": {"kind": "tfidf"}, "classifier": {"kind": "logistic", "C": 1e9}}
    with pytest.MonkeyPatch.context() as patch:
        plain = LogisticRegression.__init__
        patch.setattr(LogisticRegression, "fit", _impatient(LogisticRegression.fit))
        run = _run(data, experiment.protocol, settings)
        assert plain is LogisticRegression.__init__
    assert run.warnings == {"ConvergenceWarning": 6}


def _impatient(fit):
    return lambda self, X, y: fit(self.set_params(max_iter=1), X, y)


def test_a_rare_class_runs_as_in_scikit_learn():
    labels = ("甲",) * 8 + ("乙",) * 8 + ("丙",) * 2
    texts = tuple(f"{label}文{at}" for at, label in enumerate(labels))
    data = LabelledTexts(tuple(map(str, range(18))), texts, labels)
    protocol = RepeatedStratified(kind="repeated-stratified", folds=4, repeats=1, inner_folds=3, random_state=1)
    features = {"kind": "tfidf", "tokens": "char"}
    run = _run(data, protocol, {"name": "s", "features": features, "classifier": {"kind": "linear-svm", "C": [1, 2]}})
    assert run.error is None
    assert np.isfinite(run.predictions.scores).all()


def test_progress_is_told_once_a_repeat(data, experiment):
    told = []
    list(run_systems(data, experiment.protocol, experiment.systems[:2], jobs=1, advance=told.append))
    assert told == ["majority", "majority", "svm", "svm"]
