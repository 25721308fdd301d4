"""Experiments from a mapping, a file or typed settings are one and the same; results hold all that was found."""

from __future__ import annotations

import copy
import pickle
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import bench
from bench.core.errors import BenchError, BenchWarning

FILE = """\
name: mine
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2, random_state: 7}
systems:
  - {name: svm, features: {kind: tfidf, tokens: char, ngrams: [1, 2]}, classifier: {kind: linear-svm, C: [0.1, 1]}}
  - {name: nb, features: {kind: tfidf, tokens: char, ngrams: [1, 2]}, classifier: {kind: complement-nb}}
  - {name: majority, classifier: {kind: majority}}
"""


@pytest.fixture
def folder(tmp_path, rows):
    rows[["text", "label"]].to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "mine.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def _digests(results):
    return [run.record.predictions_sha256 for run in results]


def test_a_mapping_a_file_and_typed_settings_give_the_same_runs(folder, mine, results):
    assert _digests(bench.run(folder / "mine.yaml", jobs=1)) == _digests(results)
    typed = bench.Experiment(
        name="mine",
        data=bench.dataset(mine["data"]),
        protocol=mine["protocol"],
        systems=[bench.System(**system) for system in mine["systems"]],
    )
    assert _digests(bench.run(typed, jobs=1)) == _digests(results)


def test_in_memory_and_in_a_folder_the_records_are_the_same(folder, mine, results):
    stored = bench.run(mine, folder / "results", jobs=1)
    assert [run.record for run in stored] == [run.record for run in results]
    assert [run.record for run in bench.load_results(folder / "results").select("svm")] == [results[0].record]
    assert [run.predictions().sha256() for run in stored] == _digests(results)


def test_memory_and_file_of_the_same_rows_stand_in_one_table(folder, results):
    from_file = bench.run(folder / "mine.yaml", folder / "results", systems="nb", jobs=1)
    assert len(bench.compare([results, folder / "results"])) == 1
    assert len(bench.compare(from_file + results)) == 1


def test_a_folder_is_taken_up_where_it_was_left(tmp_path, mine, monkeypatch):
    from bench.execution import dispatch

    fitted, fit = [], dispatch.fold_results
    monkeypatch.setattr(dispatch, "fold_results", lambda block, *rest: fitted.append(block) or fit(block, *rest))
    first = bench.run(mine, tmp_path, systems="nb", jobs=1)
    assert {block.system.name for block in fitted} == {"nb"}
    fitted.clear()
    second = bench.run(mine, tmp_path, jobs=1)
    assert {block.system.name for block in fitted} == {"svm", "majority"}
    assert second.names == ("svm", "nb", "majority")
    assert second[1].record == first[0].record
    fitted.clear()
    changed = {**mine, "data": mine["data"].iloc[::-1]}
    bench.run(changed, tmp_path, systems="nb", jobs=1)
    assert fitted != []  # other rows: other data, whatever holds them


def test_an_interrupt_leaves_no_worker_and_nothing_half_written(tmp_path, mine):
    import psutil

    from bench.execution import engine

    asked = iter([False, False, False, True])

    def interrupted(*args, **kwargs):
        if next(asked, False):
            raise KeyboardInterrupt
        return best(*args, **kwargs)

    best = engine.TaskResult.keep
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.TaskResult, "keep", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bench.run(mine, tmp_path, jobs=2)
    left = {child.pid for child in psutil.Process().children(recursive=True)} - before
    names = {psutil.Process(pid).cmdline()[-1] for pid in left if psutil.pid_exists(pid)}
    assert not [name for name in names if "loky" in name and "resource_tracker" not in name]
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".") and path.suffix == ".new"]
    assert [path.name for path in tmp_path.rglob("run.json") if path.parent.name != "svm"] == []
    assert _digests(bench.run(mine, tmp_path, jobs=1)) == _digests(bench.run(mine, jobs=1))


def test_two_threads_get_the_same_as_one(mine, results):
    found, errors = {}, []

    def one(name):
        try:
            found[name] = _digests(bench.run({**mine, "name": name}, jobs=1, progress=False))
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=one, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert found == {"a": _digests(results), "b": _digests(results)}


def test_inside_a_worker_of_joblibs_one_process_is_used(mine, results):
    from joblib import Parallel, delayed

    [found] = Parallel(n_jobs=2)(delayed(_nested)(mine) for _ in range(1))
    assert found == (1, _digests(results))


def _nested(experiment):
    from bench.execution.cores import processes

    return processes(None)[0], _digests(bench.run(experiment, progress=False))


def test_what_was_given_is_left_as_it_was(mine):
    before = copy.deepcopy({name: value for name, value in mine.items() if name != "data"})
    frame = mine["data"].copy()
    bench.plan(mine)
    assert {name: value for name, value in mine.items() if name != "data"} == before
    pd.testing.assert_frame_equal(mine["data"], frame)


def test_numbers_of_numpy_and_paths_are_plain_values(folder, mine):
    mapping = {
        **mine,
        "data": {"kind": "files", "train": folder / "rows.csv", "text": "text", "label": np.str_("label")},
        "protocol": {**mine["protocol"], "folds": np.int64(3)},
        "systems": ({**mine["systems"][0], "classifier": {"kind": "linear-svm", "C": np.array([0.1, 1.0])}},),
    }
    assert _digests(bench.run(mapping, jobs=1)) == _digests(bench.run(folder / "mine.yaml", systems="svm", jobs=1))


def _with(**changed):
    return lambda mine: {**mine, **changed}


SYSTEM = {"name": "a", "features": {"kind": "tfidf"}, "classifier": {"kind": "linear-svm"}}
FAULTS = [
    (_with(systemz=[]), r"^unknown key 'systemz'; did you mean 'systems'\?"),
    (_with(name="a/b"), "^name: 'a/b' cannot name a folder"),
    (_with(systems=[]), "^systems: the list should have at least 1 item"),
    (_with(systems=[{**SYSTEM, "classifier": {"kind": "liner-svm"}}]), r"^systems\.0\.classifier\.kind: unknown kind"),
    (
        _with(systems=[{**SYSTEM, "classifier": {"kind": "linear-svm", "D": 1}}]),
        r"^systems\.0\.classifier: unknown key 'D'",
    ),
    (_with(systems=[{**SYSTEM, "features": {"kind": "tfidf", "min_df": -1}}]), r"^systems\.0\.features\.min_df: "),
    (_with(systems=[SYSTEM, SYSTEM]), r"^systems\.1\.name: 'a' is taken by 'a'"),
    (
        _with(systems=[{**SYSTEM, "features": None}]),
        r"^systems\.0: system 'a': the classifier 'linear-svm' needs features",
    ),
    (
        _with(protocol={"kind": "repeated-stratified", "folds": 10**30}),
        r"^protocol\.folds: the integer 1000.* is too large",
    ),
    (_with(protocol={"kind": "repeated-stratified", 1: 2}), r"^protocol: a key must be a plain word, got 1"),
    (_with(protocol=None), "^protocol: needs a mapping of keys and values, got None"),
    (_with(data=None), "^data: needs a mapping of keys and values, got None"),
    (_with(data={"kind": "memory"}), "^data: the key 'train' is missing"),
    (_with(data={"train": [("a", "b")], "txt": "x"}), r"^data: unknown key 'txt'; did you mean 'text'\?"),
    (_with(data=pd.DataFrame({"a": [1]})), "^data: no column 'text'. Known: a"),
    (_with(data={"kind": "files", "train": "no.csv", "text": "a", "label": "b"}), r"^no\.csv: no such file"),
    (_with(data=[("a", "x"), ("b", "y")]), "^mine: data: "),
    (lambda _: 5, "^an experiment is a mapping, the path of a file or an Experiment, got 5"),
    (lambda _: "no.yaml", r"^no\.yaml: no such file"),
    (lambda mine: [mine, mine], "^mine: name: 'mine' is taken by mine"),
]


@pytest.mark.parametrize(("make", "told"), FAULTS)
def test_a_fault_is_told_by_the_path_of_keys(mine, make, told):
    with pytest.raises(BenchError, match=told):
        bench.run(make(mine), jobs=1)


def test_the_kind_memory_is_for_python_alone(folder):
    (folder / "mine.yaml").write_text(FILE.replace("kind: files", "kind: memory"), encoding="utf-8")
    with pytest.raises(BenchError, match=r"mine\.yaml:2: data\.kind: unknown kind 'memory'"):
        bench.run(folder / "mine.yaml")


def test_typed_settings_are_checked_when_they_are_run(mine):
    systems = [bench.System(**mine["systems"][2]), bench.System(**mine["systems"][2])]
    twice = bench.Experiment(name="x", data=bench.dataset(mine["data"]), protocol=mine["protocol"], systems=systems)
    with pytest.raises(BenchError, match=r"^systems\.1\.name: 'majority' is taken by"):
        bench.run(twice)


def test_doubts_and_failures_are_warnings(mine):
    failing = {**mine["systems"][0], "name": "bad", "features": {"kind": "tfidf", "min_df": 999}}
    with pytest.warns(BenchWarning) as caught:
        results = bench.run({**mine, "data": {"train": mine["data"], "group": "article"}, "systems": [failing]}, jobs=1)
    told = [str(each.message) for each in caught]
    assert "training and test may share groups" in told[0]
    assert told[1].startswith("system 'bad' failed: ValueError: no n-gram stands in 999")
    assert list(results.failed) == ["bad"]
    assert results.predictions().to_frame().empty
    with pytest.raises(BenchError, match="system 'bad' has no predictions: ValueError"):
        results.predictions("bad")


def test_frames_hold_what_records_hold(results, rows):
    predictions = results.predictions("svm").to_frame()
    assert len(predictions) == 2 * len(rows)
    assert list(predictions.columns[:6]) == ["system", "row_id", "repeat", "fold", "truth", "guess"]
    right = predictions.groupby("repeat").apply(lambda each: (each.truth == each.guess).mean())
    repeats = results.scores_by_repeat("accuracy").to_frame().query("system == 'svm'").score
    assert np.allclose(right, repeats)
    confusion = results.confusion("svm").to_frame().set_index(["system", "label"])
    assert confusion.to_numpy().sum() == len(predictions)
    both = pd.crosstab(predictions.truth, predictions.guess)
    assert int(confusion.loc[("svm", "reform"), "reform"]) == int(both.loc["reform", "reform"])
    assert set(results.predictions().to_frame().system) == {"svm", "nb", "majority"}
    assert results.to_frame().set_index("system").status.to_dict() == dict.fromkeys(results.names, "complete")


@pytest.mark.parametrize("make", [lambda r: r.predictions(), lambda r: r.summary(), lambda r: r.confusion(), lambda r: bench.compare(r).scores(), lambda r: bench.compare(r).differences()])  # fmt: skip
def test_every_frame_is_read_by_whatever_reads_arrow(results, make):
    frame = make(results)
    assert pa.table(frame).num_rows == len(frame) == len(frame.to_frame()) > 0
    assert pa.table(frame).column_names == list(frame.to_frame().columns)
    assert "<table>" in frame._repr_html_()


def test_an_unknown_system_or_metric_is_told(results):
    with pytest.raises(BenchError, match="no run of a system 'smv'; did you mean 'svm'"):
        results.predictions("smv")
    with pytest.raises(BenchError, match="the runs hold no metric 'acuracy'; did you mean 'accuracy'"):
        results.scores_by_repeat("acuracy")


def test_results_are_a_sequence_that_pickles(results):
    again = pickle.loads(pickle.dumps(results))  # noqa: S301
    assert _digests(again) == _digests(results)
    assert bench.verify(again[:1], jobs=1)[0].outcome == "same"
    assert len(results[:2] + results[2:]) == len(results)
    assert repr(results) == "Results of 3 runs: svm, nb, majority"


def test_runs_in_memory_verify_with_their_rows_and_stored_ones_say_what_they_need(tmp_path, mine, results):
    assert [verdict.outcome for verdict in bench.verify(results, jobs=1)] == ["same"] * 3
    bench.run(mine, tmp_path, systems="nb", jobs=1)
    with pytest.raises(
        BenchError, match=r"^mine/nb: its data, 44 rows of digest \w{12}, was given in Python and is not"
    ):
        bench.verify(tmp_path)
    assert [verdict.outcome for verdict in bench.verify(tmp_path, data=mine["data"], jobs=1)] == ["same"]
    with pytest.raises(BenchError, match="was given in Python"):
        bench.verify(tmp_path, data=mine["data"].iloc[:-1])


def test_shuffled_labels_verify_from_the_rows_themselves(tmp_path, mine):
    bench.run(mine, tmp_path, systems="nb", shuffle_labels=True, jobs=1)
    assert [verdict.outcome for verdict in bench.verify(tmp_path, data=mine["data"], jobs=1)] == ["same"]


def test_the_command_line_says_what_a_run_from_python_needs(tmp_path, mine, capsys, monkeypatch):
    from bench import cli

    bench.run(mine, tmp_path / "results", systems="nb", jobs=1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["bench", "compare"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    monkeypatch.setattr("sys.argv", ["bench", "verify"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "was given in Python and is not stored; pass it in Python, as data=" in capsys.readouterr().err


def test_compare_says_what_the_command_line_says(tmp_path, mine, results, capsys, monkeypatch):
    from bench import cli

    monkeypatch.setenv("COLUMNS", "120")
    stored = bench.run(mine, tmp_path / "results", jobs=1)
    for form in ("table", "markdown", "csv", "latex", "json"):
        monkeypatch.setattr("sys.argv", ["bench", "compare", str(tmp_path / "results"), "--format", form])
        with pytest.raises(SystemExit):
            cli.main()
        text = capsys.readouterr().out
        assert text == bench.compare(stored).render(form, width=120) == bench.compare(results).render(form, width=120)
    assert bench.compare(stored).to_markdown() == bench.compare(stored).render("markdown")


def test_a_comparison_as_a_frame_has_the_numbers_of_its_table(results):
    found = bench.compare(results)
    frame = found.to_frame().set_index("system")
    [table] = found
    for row in table.rows:
        assert frame.loc[row.system, "f1_macro"] == row.cells["f1_macro"].mean
        assert frame.loc[row.system, "low"] == row.cells["f1_macro"].low
    assert len(found.differences()) == len(table.pairs) == 3
    assert list(found.to_frame().system) == [row.system for row in table.rows]


def test_old_and_new_are_told_apart(results, mine):
    better = {**mine["systems"][2], "classifier": {"kind": "stratified"}}
    new = bench.run({**mine, "systems": [better, mine["systems"][1]]}, jobs=1)
    found = bench.difference(new, results)
    frame = found.to_frame().set_index("system")
    assert frame.loc["nb", "verdict"] == "same"
    assert frame.loc["nb", "old"] == frame.loc["nb", "new"]
    assert "classifier.kind" in str(found)


def test_a_plan_tells_without_running(mine):
    [planned] = bench.plan(mine)
    assert [system.name for system in planned.systems] == ["svm", "nb", "majority"]
    assert planned.fits(planned.systems[0]) == 2 * 3 * (2 * 2 + 1)
    assert len(repr(planned)) < 5000  # no texts
    assert _digests(bench.run(planned, jobs=1)) == _digests(bench.run(mine, jobs=1))


def test_relative_paths_of_a_mapping_start_in_the_working_folder(folder, mine, monkeypatch):
    monkeypatch.chdir(folder)
    data = {"kind": "files", "train": "rows.csv", "text": "text", "label": "label"}
    stored = bench.run({**mine, "data": data}, Path("results"), systems="nb", jobs=1)
    assert [verdict.outcome for verdict in bench.verify(stored)] == ["same"]
    assert [verdict.outcome for verdict in bench.verify("results")] == ["same"]
