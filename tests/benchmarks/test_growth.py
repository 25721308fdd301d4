"""How time and memory grow with rows, each size in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import peers
import pytest

SIZES = (50, 500, 5_000, 50_000, 200_000, 1_000_000)
FEW = (50, 5_000)
MOST_BYTES = 3_000_000_000


@pytest.mark.parametrize("rows", SIZES)
def test_many_sentences_are_fitted_and_labelled(benchmark, whole, rows):
    if rows not in FEW and not whole:
        pytest.skip("this run only asks whether all of it works")
    peers.review_lines()  # skips where they are not there

    def fit():
        command = [sys.executable, Path(__file__).with_name("growth.py"), str(rows)]
        done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
        return json.loads(done.stdout)

    found = benchmark.pedantic(fit, rounds=1)
    assert found["rows"] == rows
    assert found["right"] > 0.75  # of two labels, by rows that it was fitted on
    benchmark.extra_info.update(kind="growth", goal_bytes=MOST_BYTES, **found)
