"""The study of intervals: its page shows what its results say, and what is shipped keeps what the page promises."""

from __future__ import annotations

import csv
import subprocess
import sys

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
