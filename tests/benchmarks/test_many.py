"""Much at once: thousands of systems planned, compared and reported, a thousand classes compared; by the clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.core.digests import readable_json
from bench.execution.engine import Run
from bench.execution.identity import RunIdentity
from bench.execution.predictions import Predictions
from bench.execution.results import make_record, write_run
from bench.experiment.config import Experiment, load_experiment

BENCH = Path(sys.executable).with_name("bench")
MOST_BYTES = 5_000_000


def _bench(*arguments):
    done = subprocess.run([BENCH, *map(str, arguments)], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def _told(benchmark, work, goal):
    if benchmark.enabled:
        taken = benchmark.stats.stats
        benchmark.extra_info.update(
            kind="shell", work=work, rounds=taken.rounds, seconds=taken.median, goal_seconds=goal
        )


def _config(folder, systems, rows, classes):
    lines = [{"id": f"r{at}", "text": f"文{at}", "label": f"c{at % classes:04}"} for at in range(rows)]
    (folder / "rows.jsonl").write_bytes(b"".join(readable_json(line).replace(b"\n", b"") + b"\n" for line in lines))
    path = folder / "many.yaml"
    system = (
        "features: {kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}\n    classifier: {kind: logistic}"
    )
    path.write_text(
        "name: many\ndata: {kind: files, train: rows.jsonl, text: text, label: label, id: id}\n"
        "protocol: {kind: repeated-stratified, folds: 5, repeats: 2}\nsystems:\n"
        "  - {name: majority, classifier: {kind: majority}}\n"
        + "".join(f"  - name: s{at}\n    {system}\n" for at in range(systems - 1)),
        encoding="utf-8",
    )
    return path


@pytest.fixture
def results(tmp_path):
    """Writes true records of guesses by lot, the more wrong the later a system comes."""

    def make(systems, rows, classes):
        experiment: Experiment = load_experiment(_config(tmp_path, systems, rows, classes))
        data = experiment.data.load()
        identity = RunIdentity.of(experiment, data, experiment.protocol)
        truth = np.array([data.classes.index(label) for label in data.labels])
        fold = np.tile(np.arange(rows) % 5, (2, 1))
        for at, system in enumerate(experiment.systems):
            rng = np.random.default_rng(at)
            wrong = rng.random((2, rows)) < 0.1 + 0.4 * at / systems
            prediction = np.where(wrong, rng.integers(0, classes, (2, rows)), truth) if at else np.zeros_like(fold)
            scores = rng.random((2, rows, classes)) + 2 * np.eye(classes)[prediction] if at else None
            if scores is not None:
                scores /= scores.sum(axis=2, keepdims=True)
            predictions = Predictions(data.row_ids, data.classes, truth, fold, prediction, scores)
            run = Run(system, predictions, (({},) * 5,) * 2, {}, None, (0.0,) * 2)
            write_run(identity.folder(tmp_path / "results", system), make_record(identity, run), run)
        return tmp_path / "results"

    return make


def test_a_dry_run_of_thousands_of_systems_ends(benchmark, whole, tmp_path):
    systems = 5_000 if whole else 50
    path = _config(tmp_path, systems, 50, 2)
    told = benchmark.pedantic(lambda: _bench("run", path, "--dry-run", "--results", tmp_path / "results"), rounds=3)
    assert f"{systems} systems to run" in told
    assert told.count(" fits") == systems
    _told(benchmark, f"`bench run --dry-run`, {systems:,} systems", 10)


def test_a_table_of_a_thousand_systems_ends(benchmark, whole, results):
    systems, rows = (1_000, 1_000) if whole else (60, 50)
    folder = results(systems, rows, 4)
    told = benchmark.pedantic(lambda: _bench("compare", folder), rounds=3)
    assert f"corrected for {systems * (systems - 1) // 2} tests (Holm)" in " ".join(told.split())
    assert f" s{systems - 2} " in told
    _told(benchmark, f"`bench compare`, {systems:,} systems, {rows:,} rows", 20)


def test_a_report_of_a_thousand_systems_ends_and_says_what_it_shows(benchmark, whole, results, tmp_path):
    systems, rows = (1_000, 1_000) if whole else (60, 50)
    folder, page = results(systems, rows, 4), tmp_path / "report.html"
    benchmark.pedantic(
        lambda: _bench("report", "--results", folder, "--folder", tmp_path, "--out", page, "--force"), rounds=3
    )
    written = page.read_bytes()
    assert len(written) < MOST_BYTES
    assert f" of {systems:,} systems: the best 50 and all controls".encode() in written
    assert b"majority" in written
    _told(benchmark, f"`bench report`, {systems:,} systems, {rows:,} rows", 30)


def test_a_table_of_a_thousand_classes_ends(benchmark, whole, results):
    classes = 1_000 if whole else 20
    folder = results(3, 5 * classes, classes)
    assert f"{classes} classes" in benchmark.pedantic(lambda: _bench("compare", folder), rounds=3)
    _told(benchmark, f"`bench compare`, 3 systems, {classes:,} classes", 20)
