"""A stored run made again gets one of three answers, and no forgery passes as rounding."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command import bench

from bench.core.files import write_whole
from bench.core.kernels import kernels
from bench.execution.predictions import ROUNDING
from bench.execution.results import PREDICTIONS, RECORD, StoredRun, find_runs, read_run
from bench.execution.verify import verify

OWN = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 2, random_state: 3}
systems:
  - {name: logistic, features: {kind: tfidf, tokens: char, ngrams: [1, 2]}, classifier: {kind: logistic, C: [1, 10]}}
  - {name: bayes, features: {kind: tfidf, tokens: char}, classifier: {kind: multinomial-nb}}
"""
OLDEST = {"NPY_DISABLE_CPU_FEATURES": " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", []))}
if platform.machine() in {"x86_64", "AMD64"}:
    OLDEST |= {"OPENBLAS_CORETYPE": "Nehalem", "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-FMA,-AVX512F"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    found = tmp_path_factory.mktemp("verify")
    words = {"甲": "改革开放深化试点制度创新", "乙": "考核评价指标结果领导班子", "丙": "监督检查巡视问责纪律"}
    rng = np.random.default_rng(5)
    lines = ["text,label"]
    for at in range(45):
        label = "甲乙丙"[at % 3]
        lines.append("".join(rng.choice(list(words[rng.choice([label, *words])])) for _ in range(12)) + "," + label)
    (found / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (found / "own.yaml").write_text(OWN, encoding="utf-8")
    done = bench("run", "own.yaml", cwd=found)
    assert done.returncode == 0, done.stderr
    return found


def _forged(stored: StoredRun, target: Path, *, predictions=None, **fields) -> StoredRun:
    """A run as somebody would write it who knows how digests are made."""
    from bench.core.digests import canonical_json, digest

    value = json.loads((stored.folder / RECORD).read_bytes()) | fields
    predictions = predictions or stored.predictions()
    value["predictions_sha256"] = predictions.sha256()
    value.pop("record_sha256")
    value["record_sha256"] = digest([canonical_json(value)])
    target.mkdir()
    write_whole(target / PREDICTIONS, predictions.to_parquet())
    write_whole(target / RECORD, json.dumps(value, ensure_ascii=False).encode())
    return read_run(target)


def _stored(folder: Path, system: str = "logistic") -> StoredRun:
    return next(run for run in find_runs([folder / "results"]) if run.record.system == system)


def test_a_record_names_the_kernels_that_it_was_computed_with(folder):
    record = _stored(folder).record
    assert record.kernels == kernels()
    assert set(record.kernels) == {"numpy", "BLAS"}


def test_the_same_processor_gives_the_same_bits(folder):
    found = verify(_stored(folder), folder, jobs=1)
    assert (found.outcome, found.message) == ("same", "the same")


def test_another_processor_gives_the_same_predictions_and_is_told_as_rounding_with_its_cause(folder):
    command = [sys.executable, "-W", "ignore", "-m", "bench", "run", "own.yaml", "--results", "there", "--jobs", "1"]
    options = {"capture_output": True, "encoding": "utf-8", "env": {**os.environ, **OLDEST}}
    there = subprocess.run(command, check=False, cwd=folder, **options)
    assert there.returncode == 0, there.stderr
    runs = find_runs([folder / "there"])
    if all(run.record.kernels == kernels() for run in runs):
        pytest.skip("this processor is the oldest one itself")
    for run in runs:
        assert (run.predictions().prediction == _stored(folder, run.record.system).predictions().prediction).all()
    again = bench("verify", "there", "--folder", ".", cwd=folder)
    assert again.returncode == 0, again.stdout + again.stderr
    lines = dict(line.split(": ", 1) for line in again.stdout.splitlines())
    told = [line for line in lines.values() if line != "the same"]
    assert all(line.startswith("the same predictions; scores differ by up to ") for line in told)
    assert all("kernels of " in line and " then, " in line for line in told)
    exact = bench("verify", "there", "--folder", ".", "--exact", cwd=folder)
    assert exact.returncode == (1 if told else 0)
    assert exact.stdout == again.stdout


def test_scores_that_were_changed_on_this_processor_are_no_rounding(folder, tmp_path):
    stored = _stored(folder)
    predictions = stored.predictions()
    changed = replace(predictions, scores=predictions.scores * (1 + 1e-12))
    found = verify(_forged(stored, tmp_path / "run", predictions=changed), folder, jobs=1)
    assert found.outcome == "different"
    assert "predictions are the same, scores differ by up to" in found.message


@pytest.mark.parametrize("named", [{}, {"numpy": "another", "BLAS": "another"}])
def test_predictions_forged_with_their_digests_are_named(folder, tmp_path, named):
    stored = _stored(folder)
    predictions = stored.predictions()
    truth = np.repeat(predictions.truth[np.newaxis], predictions.repeats, axis=0)
    assert (truth != predictions.prediction).any()
    forged = replace(predictions, prediction=truth)
    run = next(iter(_runs(folder, forged)))
    found = verify(_forged(stored, tmp_path / "run", predictions=forged, kernels=named, **run), folder, jobs=1)
    assert found.outcome == "different"
    assert f"of {predictions.prediction.size} predictions differ, first at row" in found.message


def _runs(folder: Path, predictions):
    """The fields of a record that hold what predictions come to."""
    from bench.execution.scoring import score_predictions

    scores = score_predictions(predictions, probabilities=True)
    yield {
        "scores": {name: score.model_dump(mode="json") for name, score in scores.items()},
        "confusion": predictions.confusion(),
    }


@pytest.mark.parametrize("named", [{}, {"numpy": "another", "BLAS": "another"}])
@pytest.mark.parametrize("moved", [ROUNDING / 10, ROUNDING * 10])
def test_on_another_processor_scores_may_move_by_the_stated_rounding_and_no_further(folder, tmp_path, named, moved):
    stored = _stored(folder)
    predictions = stored.predictions()
    shifted = replace(predictions, scores=predictions.scores + moved * np.eye(1, 3)[0])
    [fields] = _runs(folder, shifted)
    found = verify(_forged(stored, tmp_path / "run", predictions=shifted, kernels=named, **fields), folder, jobs=1)
    assert found.outcome == ("rounding" if moved < ROUNDING else "different")


@pytest.mark.parametrize("named", [None, {"numpy": "another", "BLAS": "another"}])
@pytest.mark.parametrize("field", ["scores", "confusion", "chosen", "score_kind"])
def test_a_record_that_tells_something_else_of_its_own_predictions_is_named(folder, tmp_path, named, field):
    stored = _stored(folder)
    value = json.loads((stored.folder / RECORD).read_bytes())[field]
    if field == "scores":
        value["accuracy"]["value"] += 0.01
    elif field == "score_kind":
        value = "decision"
    elif field == "confusion":
        value[0][0] += 1
    else:
        value[0][0]["C"] = 10.0 if value[0][0]["C"] == 1.0 else 1.0
    fields = {field: value} | ({} if named is None else {"kernels": named})
    found = verify(_forged(stored, tmp_path / "run", **fields), folder, jobs=1)
    assert found.outcome == "different"
    assert found.message.startswith("the predictions are the same, but ")
