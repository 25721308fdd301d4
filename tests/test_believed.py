"""Scores that repeat: under other processes, threads, hash seeds and orders; after kill -9; and when run again later."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from apart import started
from command import bench
from filelock import FileLock

KILLS = int(os.environ.get("BENCH_KILLS", "3"))
OWN = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label, group: group}
protocol: {kind: PROTOCOL, folds: 3, repeats: 4, inner_folds: 2, random_state: 3}
systems:
SYSTEMS"""
SYSTEMS = [
    "  - {name: majority, classifier: {kind: majority}}\n",
    "  - {name: svm, features: {kind: tfidf, tokens: char, ngrams: [1, 2]}, classifier: {kind: linear-svm, C: [0.1, 1]}}\n",
    "  - {name: logistic, features: {kind: tfidf}, classifier: {kind: logistic, C: [1, 10]}, calibration: sigmoid}\n",
    "  - {name: lsa, features: {kind: lsa, components: 4}, classifier: {kind: knn, n_neighbors: [1, 3]}}\n",
]
WORDS = {"甲": "改革开放深化试点制度创新", "乙": "考核评价指标结果领导班子", "丙": "监督检查巡视问责纪律"}


def _own(folder: Path, *, protocol="repeated-stratified", systems=tuple(SYSTEMS), rows=45) -> Path:
    rng = random.Random(5)
    lines = []
    for at in range(rows):
        label = "甲乙丙"[at % 3]
        text = "".join(rng.choice(WORDS[rng.choice([label, label, "甲"])]) for _ in range(12))
        lines.append(f"{text},{label},文{at // 4}\n")
    (folder / "rows.csv").write_text("text,label,group\n" + "".join(lines), encoding="utf-8")
    path = folder / "own.yaml"
    text = OWN.replace("PROTOCOL", protocol).replace("SYSTEMS", "".join(systems))
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A folder in which the experiment has run, to be copied."""
    folder = tmp_path_factory.mktemp("recorded")
    _own(folder)
    assert bench("run", "own.yaml", "--jobs", 1, cwd=folder).returncode == 0
    return folder


@pytest.fixture
def ran(recorded, tmp_path):
    """A copy of that folder of one's own."""
    return shutil.copytree(recorded, tmp_path, dirs_exist_ok=True)


def _bytes(folder):
    kept = [path for path in sorted(folder.rglob("*")) if path.name in {"run.json", "predictions.parquet"}]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def test_processes_threads_hash_seeds_and_the_order_of_systems_change_no_byte(tmp_path):
    _own(tmp_path)
    assert bench("run", "own.yaml", "--results", "a", "--jobs", 1, cwd=tmp_path).returncode == 0
    _own(tmp_path, systems=SYSTEMS[::-1])
    threads = {"OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "4", "PYTHONHASHSEED": "2"}
    # A loky start takes longer than this job: force worker processes.
    code = "import bench.execution.engine as e, bench.cli as c; e._IN_PROCESS_SECONDS = -1; c.main()"
    command = [sys.executable, "-W", "ignore", "-c", code, "run", "own.yaml", "--results", "b", "--jobs", "2"]
    subprocess.run(command, check=True, cwd=tmp_path, env={**os.environ, **threads}, capture_output=True)
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")
    assert len(_bytes(tmp_path / "a")) == 8


def test_a_run_killed_at_any_moment_goes_on_and_ends_with_the_bytes_of_an_undisturbed_one(tmp_path):
    _own(tmp_path, rows=150)
    words, options = ("run", "own.yaml", "--jobs", 1, "--results"), {"cwd": tmp_path, "streams": tmp_path / "streams"}
    started("--version", **options).wait()  # what processes are forked from has started
    start = time.monotonic()  # of a process, with its imports, as those that are killed
    assert started(*words, "whole", **options).wait() == 0
    whole = time.monotonic() - start
    rng = random.Random(KILLS)
    for _ in range(KILLS):
        process = started(*words, "killed", **options)
        time.sleep(rng.uniform(0, whole))
        process.kill()
        process.wait()
    assert bench("run", "own.yaml", "--results", "killed", "--jobs", 1, cwd=tmp_path).returncode == 0
    assert _bytes(tmp_path / "killed") == _bytes(tmp_path / "whole")
    assert not list((tmp_path / "killed").rglob(".blocks"))


def test_finished_repeats_of_an_unfinished_system_are_not_run_again(tmp_path, monkeypatch):
    from bench import api
    from bench.execution import dispatch

    path = _own(tmp_path, systems=SYSTEMS[1:2])
    [planned] = api.plan(path, tmp_path / "results")
    fitted, fit = [], dispatch.fold_results

    def counted(block, reading, numbers):
        if len(fitted) == 2:
            raise KeyboardInterrupt
        fitted.append(block.repeat)
        return fit(block, reading, numbers)

    monkeypatch.setattr(dispatch, "fold_results", counted)
    with pytest.raises(KeyboardInterrupt):
        api.run(planned, jobs=1)
    monkeypatch.setattr(dispatch, "fold_results", lambda block, *rest: fitted.append(block.repeat) or fit(block, *rest))
    api.run(planned, jobs=1)
    assert fitted == [0, 1, 2, 3]


def test_two_runs_into_one_folder_do_not_mix(tmp_path):
    _own(tmp_path, systems=SYSTEMS[:1])
    (tmp_path / "results" / "own").mkdir(parents=True)
    with FileLock(tmp_path / "results" / "own" / ".lock"):
        refused = bench("run", "own.yaml", cwd=tmp_path)
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1] == (
        "bench: results/own: another bench writes here just now; wait for it, or take another folder with --results"
    )
    assert bench("run", "own.yaml", cwd=tmp_path).returncode == 0


def test_a_damaged_record_is_named_and_made_again(ran):
    before = _bytes(ran / "results")
    path = ran / "results" / "own" / "svm" / "run.json"
    path.write_bytes(path.read_bytes()[:-20])
    again = bench("run", "own.yaml", "--jobs", 1, cwd=ran)
    assert (
        "results/own/svm/run.json: is damaged; run the experiment again with --force; it is made again" in again.stderr
    )
    assert "3 systems done before" in again.stdout
    assert _bytes(ran / "results") == before


def test_shuffled_labels_sit_at_chance(tmp_path):
    _own(tmp_path, rows=150)
    assert bench("run", "own.yaml", "--shuffle-labels", "--jobs", 1, cwd=tmp_path).returncode == 0
    told = json.loads(bench("compare", "--metric", "accuracy", "--format", "json", cwd=tmp_path).stdout)
    [comparison] = told["comparisons"]
    assert comparison["experiments"] == ["own+shuffled-labels"]
    for row in comparison["rows"]:
        cell = row["cells"]["accuracy"]
        assert cell["low"] <= comparison["floors"]["chance"]["accuracy"] <= cell["high"]


def test_verify_finds_the_same_and_names_the_first_difference_and_its_cause(tmp_path):
    _own(tmp_path, systems=SYSTEMS[:2])
    assert bench("run", "own.yaml", cwd=tmp_path).returncode == 0
    same = bench("verify", "--folder", ".", cwd=tmp_path)
    assert (same.returncode, same.stdout.splitlines()) == (
        0,
        ["results/own/majority: the same", "results/own/svm: the same"],
    )
    rows = (tmp_path / "rows.csv").read_text(encoding="utf-8")
    (tmp_path / "rows.csv").write_text(rows.replace(",甲,", ",乙,", 1), encoding="utf-8")
    changed = bench("verify", "results/own/svm", "--folder", ".", cwd=tmp_path)
    assert changed.returncode == 1
    assert "the data differ: 45 rows of digest" in changed.stdout


def test_verify_names_the_row_where_another_version_guesses_otherwise(tmp_path, monkeypatch):
    from bench.execution.results import find_runs
    from bench.execution.verify import verify

    _own(tmp_path, systems=SYSTEMS[1:2])
    assert bench("run", "own.yaml", cwd=tmp_path).returncode == 0
    [stored] = find_runs([tmp_path / "results"])
    older = {**stored.record.environment, "scikit-learn": "1.0"}
    config = {**stored.record.config, "features": {**stored.record.config["features"], "ngrams": [1, 1]}}
    record = stored.record.model_copy(update={"environment": older, "config": config})
    found = verify(type(stored)(stored.folder, record), tmp_path, jobs=1)
    assert found.outcome == "different"
    assert "first at row" in found.message
    assert "likely cause: scikit-learn: 1.0 then" in found.message


def test_an_impossible_protocol_is_refused_or_reported_and_never_0(tmp_path):
    path = _own(tmp_path, protocol="leave-one-group-out", systems=SYSTEMS[:2], rows=12)
    text = path.read_text(encoding="utf-8").replace("folds: 3, repeats: 4, ", "")
    rows = (
        (tmp_path / "rows.csv").read_text(encoding="utf-8").replace(",丙,文0", ",丙,文2").replace(",丙,文1", ",丙,文2")
    )
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    refused = bench("run", "own.yaml", cwd=tmp_path)
    assert refused.returncode == 2
    assert "would train on no row of class '丙'; all its rows stand in the group '文2'" in refused.stderr
    path.write_text(text.replace("inner_folds: 2", "inner_folds: 2, impossible: report"), encoding="utf-8")
    reported = bench("run", "own.yaml", cwd=tmp_path)
    assert (reported.returncode, "not computable: fold" in reported.stderr) == (0, True)
    table = bench("compare", cwd=tmp_path).stdout
    assert "would train on no row of class '丙'" in table
    assert bench("verify", "--folder", ".", cwd=tmp_path).returncode == 0


def test_calibrated_scores_are_probabilities_and_bring_their_metrics(recorded):
    calibrated = json.loads((recorded / "results/own/logistic/run.json").read_bytes())
    assert calibrated["score_kind"] == "probability"
    assert calibrated["scores"]["log_loss"]["value"] > 0
    plain = json.loads((recorded / "results/own/svm/run.json").read_bytes())
    assert plain["scores"]["log_loss"] == {
        "value": None, "repeats": [], "folds": [], "reason": "the system gives no probabilities",
    }  # fmt: skip


def test_a_gate_lets_through_what_is_not_worse(ran):
    shutil.copytree(ran / "results", ran / "new")
    passed = bench("compare", "new", "--against", "results", "--fail-if-worse", cwd=ran)
    assert passed.returncode == 0
    assert re.search(r"svm +(\S+) +\1 +\.000 +\[\.000, \.000\] +1\.000 +same", passed.stdout)
    assert bench("compare", "new", "--fail-if-worse", cwd=ran).returncode == 2
