"""What docs/adding.md shows works: one file in its folder, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

RUN = """\
import importlib, sys
package, folder = sys.argv[1:3]
importlib.import_module(package).__path__.append(folder)
sys.argv = ["bench", *sys.argv[3:]]
from bench.cli import main
main()
"""
EXPERIMENT = """\
name: added
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 2, repeats: 1, inner_folds: 2}
systems:
  - name: it
    features: {kind: tfidf, tokens: char}
    classifier: {kind: CLASSIFIER}
"""


@pytest.fixture
def examples(root):
    """Path in the package to the code that the page shows for it."""
    text = (root / "docs" / "adding.md").read_text(encoding="utf-8")
    return dict(re.findall(r"`(bench/[\w/]+\.py)`:\n\n```python\n(.*?)```", text, flags=re.DOTALL))


def _bench(package, folder, *arguments, cwd):
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "COLUMNS": "100"}
    command = [sys.executable, "-c", RUN, package, str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=False, cwd=cwd, env=environment, encoding="utf-8")


def _try(tmp_path, examples, path, classifier, metric):
    package = path.rpartition("/")[0].replace("/", ".")
    added = tmp_path / "added"
    added.mkdir()
    (added / path.rpartition("/")[2]).write_text(examples[path], encoding="utf-8")
    (tmp_path / "own.yaml").write_text(EXPERIMENT.replace("CLASSIFIER", classifier), encoding="utf-8")
    rows = "".join(f"{word}第{at}行,{label}\n" for at in range(6) for word, label in (("改革", "甲"), ("考核", "乙")))
    (tmp_path / "rows.csv").write_text("text,label\n" + rows, encoding="utf-8")
    done = _bench(package, added, "run", "own.yaml", "--results", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return _bench(package, added, "compare", "out", "--metric", metric, cwd=tmp_path)


def test_a_classifier_is_one_file(tmp_path, examples):
    path = "bench/systems/classifiers/perceptron.py"
    table = _try(tmp_path, examples, path, "perceptron, alpha: [0.0001, 0.001]", "f1_macro")
    assert re.search(r"it +\d?\.\d\d", table.stdout), table.stderr


def test_an_installed_distribution_adds_a_kind_by_its_entry_point(tmp_path, examples):
    (tmp_path / "theirs.py").write_text(examples["bench/systems/classifiers/perceptron.py"], encoding="utf-8")
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[banmian.classifiers]\nperceptron = theirs\n", encoding="utf-8")
    code = "from bench.systems.classifiers.base import CLASSIFIERS; print(CLASSIFIERS['perceptron'].__module__)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment, text=True)
    assert done.stdout == "theirs\n"


def test_a_metric_is_one_file(tmp_path, examples):
    path = "bench/experiment/metrics/balanced_accuracy.py"
    table = _try(tmp_path, examples, path, "linear-svm", "balanced_accuracy")
    assert table.returncode == 0, table.stderr
    assert "balanced" in table.stdout


def test_a_check_is_one_file(tmp_path, examples):
    path = "bench/corpus/audit/checks/shortness.py"
    added = tmp_path / "added"
    added.mkdir()
    (added / "shortness.py").write_text(examples[path], encoding="utf-8")
    (tmp_path / "own.yaml").write_text(EXPERIMENT.replace("CLASSIFIER", "linear-svm"), encoding="utf-8")
    (tmp_path / "rows.csv").write_text("text,label\n改革,甲\n组织工作会议召开,乙\n", encoding="utf-8")
    done = _bench("bench.corpus.audit.checks", added, "audit", "own.yaml", "--fail-on", "shortness", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "note shortness: texts of fewer than 6 characters: 1" in done.stdout


def test_a_page_is_one_file_and_its_labels(tmp_path, root):
    import shutil

    seeds = shutil.copytree(root / "seeds", tmp_path / "seeds")
    labels = re.search(r"```csv\n(.*?)```", (root / "docs" / "adding.md").read_text(encoding="utf-8"), flags=re.DOTALL)[
        1
    ]
    (seeds / "001_second.txt").write_text("# 第二版\n\n某社区近日开展义诊活动,居民踊跃参加。\n", encoding="utf-8")
    build = [sys.executable, "-W", "ignore", "-m", "bench", "build", "--seeds", seeds, "--out", tmp_path / "out"]
    unlabelled = subprocess.run(build, capture_output=True, check=False, encoding="utf-8")
    assert unlabelled.returncode == 2
    (seeds / "001_second.labels.csv").write_text(labels, encoding="utf-8")
    done = subprocess.run(build, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout.split("all ")[1].split()[0]) == (0, "59"), done.stderr
