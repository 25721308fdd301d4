"""The studies: their pages show what their results say, and what is shipped keeps what the pages promise."""

from __future__ import annotations

import csv
import runpy
import subprocess
import sys

import numpy as np
import pytest
from scipy import stats


@pytest.fixture(scope="module")
def lines(root):
    with (root / "docs" / "studies" / "intervals" / "cells.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_shows_the_tables_that_the_results_give(root):
    script = root / "docs" / "studies" / "intervals" / "summarise.py"
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", script], capture_output=True, check=True, encoding="utf-8"
    )
    assert printed.stdout.strip() in (root / "docs" / "intervals.md").read_text(encoding="utf-8")


def test_every_small_population_is_covered_by_nine_in_ten_intervals_and_most_larger_ones_as_promised(lines):
    shipped = [line for line in lines if (line["what"], line["method"]) == ("coverage", "one repeat's rows")]
    small = [float(line["rate"]) for line in shipped if "-50-" in line["cell"]]
    large = [float(line["rate"]) for line in shipped if "-50-" not in line["cell"]]
    assert (len(small), len(large)) == (48, 144)
    assert min(small) >= 0.9
    assert sum(0.93 <= rate <= 0.97 for rate in large) > len(large) / 2


def test_no_paired_test_errs_more_than_it_may_beyond_chance(lines):
    shipped = [
        line for line in lines if line["what"] == "type I error" and line["method"].startswith("one repeat's rows")
    ]
    for line in shipped:
        if line["method"] == "one repeat's rows, repeats = 1":
            continue  # the candidate that is not shipped
        hits, experiments = round(float(line["rate"]) * int(line["experiments"])), int(line["experiments"])
        assert stats.binomtest(hits, experiments).proportion_ci().low <= 0.05, line


def test_a_simulated_experiment_repeats(root, tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import numpy, simulate as s\n"
        "cell = s.cells()[0]; rng = numpy.random.default_rng(1); population = s.Population(cell, 1, rng)\n"
        "made = s.layout(cell, rng); found = s.experiment(population, made, rng)\n"
        "print({key: float(value).hex() for key, value in found.items()})"
    )
    folder = root / "docs" / "studies" / "intervals"
    runs = [
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, folder], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert runs[0]


def test_the_page_on_scale_shows_the_tables_that_measured_costs_give(root):
    script = root / "docs" / "studies" / "scale" / "project.py"
    printed = subprocess.run([sys.executable, script], capture_output=True, check=True, encoding="utf-8").stdout
    assert printed.strip() in (root / "docs" / "scale.md").read_text(encoding="utf-8")


def test_a_fold_of_real_sentences_is_measured_for_every_kind(root):
    study = runpy.run_path(str(root / "docs" / "studies" / "scale" / "measure.py"))
    texts, labels = study["sentences"]()
    codes = np.array([label == "pos" for label in labels[::40]], dtype=np.int64)
    for kind in study["CLASSIFIERS"]:
        measured = study["fold"](kind, texts[::40], codes)
        assert measured["rows"] == len(codes)
        # One fold's guesses and two scores of 8 bytes a tested row, its number, and some names.
        assert measured["result_bytes"] == pytest.approx(4 * 8 * len(codes) / 5, rel=0.2)
        assert measured["reading_bytes"] > 12 * measured["entries"]
        assert min(measured.values()) > 0


def test_a_simulated_queue_ends_with_its_longest_part(root):
    study = runpy.run_path(str(root / "docs" / "studies" / "scale" / "project.py"))
    fold = {"rows": 100, "read_seconds": 1.0, "reading_bytes": 1000, "result_bytes": 100, "entries": 1000}
    folds = {"a": [{**fold, "fold_seconds": 1.0}, {**fold, "rows": 200, "fold_seconds": 2.0, "result_bytes": 200}]}
    job = study["Job"](systems=2, repeats=2, rows=200)
    for cluster, workers, seconds in [
        ({"task_seconds": 0.0, "bytes_per_second": 1e12}, 1, 40.0),  # 20 folds of 2 seconds
        ({"task_seconds": 0.0, "bytes_per_second": 1e12}, 20, 2.0),
        ({"task_seconds": 3.0, "bytes_per_second": 1e12}, 20, 62.0),  # handing out is what takes
        # Taking in 20 results of 200 bytes is, after a reading of 1,000 bytes has come to 20 workers in log2(21) steps.
        ({"task_seconds": 0.0, "bytes_per_second": 2.0}, 20, 500 * np.log2(21) + 2.0 + 20 * 100.0),
    ]:
        costs = study["Costs"]({"folds": folds, "cluster": cluster})
        assert study["queue"](costs, job, workers) == pytest.approx(seconds, rel=1e-3)
