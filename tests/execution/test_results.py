"""Records: repeat byte for byte, are whole or refused, and are found by what they answer."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.core.errors import BenchError
from bench.execution.identity import RunIdentity
from bench.execution.predictions import Predictions
from bench.execution.results import answers, find_runs, make_record, read_run, write_run
from bench.execution.scoring import score_predictions


@pytest.fixture
def stored_runs(runs, experiment, data, tmp_path):
    identity = RunIdentity.of(experiment, data, experiment.protocol)
    for run in runs:
        write_run(tmp_path / "results" / "try" / run.system.name, make_record(identity, run), run)
    return tmp_path / "results"


def test_a_record_repeats_byte_for_byte(stored_runs, runs, experiment, data, tmp_path):
    identity = RunIdentity.of(experiment, data, experiment.protocol)
    for run in runs:
        again = tmp_path / "again" / run.system.name
        write_run(again, make_record(identity, run), run)
        for name in ("run.json", "predictions.parquet"):
            assert (again / name).read_bytes() == (stored_runs / "try" / run.system.name / name).read_bytes()


def test_a_record_holds_all_that_was_in_force_and_nothing_of_the_machine(stored_runs, tmp_path):
    text = (stored_runs / "try" / "svm" / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert record["config"]["features"]["norm"] == "l2"
    assert record["config"]["classifier"]["C"] == [0.1, 10.0]
    assert {"python", "numpy", "scikit-learn", "jieba"} <= set(record["environment"])
    assert str(tmp_path) not in text
    assert not re.search(r"20\d\d-\d\d|/home|/work|/tmp|seconds", text)


def test_predictions_are_a_table_that_anyone_reads(stored_runs, data, runs):
    table = pq.read_table(stored_runs / "try" / "svm" / "predictions.parquet").to_pandas()
    scores = [f"score:{name}" for name in data.classes]
    assert list(table.columns) == ["row_id", "repeat", "fold", "truth", "guess", *scores]
    assert table["row_id"].tolist() == list(data.row_ids) * 2
    assert table["truth"].tolist() == list(data.labels) * 2
    assert table["repeat"].tolist() == [0] * len(data) + [1] * len(data)
    best = np.array(data.classes)[table[scores].to_numpy().argmax(axis=1)]
    assert best.tolist() == table["guess"].tolist()


def test_predictions_come_back_from_their_file(runs):
    for run in runs:
        again = Predictions.from_parquet(run.predictions.to_parquet())
        assert again.sha256() == run.predictions.sha256()


def test_scores_are_pooled_within_a_repeat_and_then_averaged(runs):
    from sklearn.metrics import f1_score

    for run in runs:
        score = score_predictions(run.predictions, probabilities=False)["f1_macro"]
        pooled = [
            f1_score(run.predictions.truth, prediction, average="macro") for prediction in run.predictions.prediction
        ]
        assert score.repeats == pytest.approx(pooled)
        assert score.value == pytest.approx(np.mean(pooled))
        assert [len(repeat) for repeat in score.folds] == [3, 3]


def test_a_record_answers_its_own_question_and_no_other(stored_runs, experiment, data):
    identity = RunIdentity.of(experiment, data, experiment.protocol)
    record = read_run(stored_runs / "try" / "svm").record
    _, svm, nb, _ = experiment.systems
    assert answers(record, identity, svm)
    assert not answers(record, identity, nb)
    other = experiment.protocol.model_copy(update={"random_state": 8})
    assert not answers(record, RunIdentity.of(experiment, data, other), svm)
    assert not answers(record, replace(identity, data={**identity.data, "facts": {}}), svm)


def test_runs_are_found_from_root_experiment_and_system(stored_runs):
    names = ["lsa", "majority", "nb", "svm"]
    assert [run.record.system for run in find_runs([stored_runs])] == names
    assert [run.record.system for run in find_runs([stored_runs / "try", stored_runs])] == names
    assert [run.record.system for run in find_runs([stored_runs / "try" / "nb"])] == ["nb"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace('"status": "complete"', '"status": "failed"'), "record_sha256 does not fit"),
        (lambda text: text[: len(text) // 2], "is damaged"),
        (lambda text: "[" * 100_000, "is damaged"),
        (lambda text: text.replace('"C": [', '"C": [NaN,'), "is damaged"),
        (lambda text: text.replace('"system": "svm"', '"system": "\\ud800"'), "is damaged"),
        (lambda text: "[]", "has schema None, this bench reads 2"),
        (lambda text: text.replace('"schema": 2', '"schema": 9'), "has schema 9, this bench reads 2"),
        (lambda text: text.replace('"experiment"', '"exprmnt"'), "unknown key 'exprmnt'"),
    ],
)
def test_a_changed_record_is_refused_in_one_line(stored_runs, damage, message):
    path = stored_runs / "try" / "svm" / "run.json"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BenchError, match=re.escape(message)) as error:
        read_run(path.parent)
    assert error.value.place == str(path)


def test_changed_or_missing_predictions_are_refused(stored_runs):
    run = read_run(stored_runs / "try" / "svm")
    assert run.predictions().repeats == 2
    path = stored_runs / "try" / "svm" / "predictions.parquet"
    path.write_bytes((stored_runs / "try" / "nb" / "predictions.parquet").read_bytes())
    with pytest.raises(BenchError, match=r"is not what .* beside it recorded"):
        run.predictions()
    table = pq.read_table(stored_runs / "try" / "nb" / "predictions.parquet")
    for column, value in [("repeat", -1), ("guess", None), ("fold", None)]:
        at = table.column_names.index(column)
        odd = pa.array([value] * table.num_rows, table.schema.field(column).type)
        pq.write_table(table.set_column(at, column, odd), path)
        with pytest.raises(BenchError):
            run.predictions()
    path.write_bytes(b"x")
    with pytest.raises(BenchError, match="cannot be read"):
        run.predictions()
    path.unlink()
    with pytest.raises(BenchError, match="cannot be read"):
        run.predictions()


def test_a_folder_without_results_says_how_to_get_them(tmp_path):
    with pytest.raises(BenchError, match="no such results folder"):
        find_runs([tmp_path / "none"])
    with pytest.raises(BenchError, match="no results here"):
        find_runs([tmp_path])
