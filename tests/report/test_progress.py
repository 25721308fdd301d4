"""What a long command says of itself where no bar can be drawn, and what a bar says is being done."""

from __future__ import annotations

import pytest

from bench.report import progress as module
from bench.report.progress import progress


@pytest.fixture
def now(monkeypatch):
    """A clock that a test moves on."""
    time = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: time[0])
    return time


def test_a_pipe_gets_a_line_now_and_then_that_says_what_is_done_now(now, capsys):
    names = [f"svm, repeat {at + 1} of 10" for at in range(10)]
    with progress(10, names) as bar:
        for _ in names:
            now[0] += 8
            bar("svm")
    assert capsys.readouterr().err.splitlines() == [
        "bench: svm, repeat 3 of 10: 2 of 10 done, 16 s elapsed, about 1 min 4 s left",
        "bench: svm, repeat 7 of 10: 6 of 10 done, 48 s elapsed, about 32 s left",
    ]


def test_texts_that_are_embedded_are_told_in_a_pipe_too(now, capsys):
    with progress(10, ["svm"] * 10) as bar:
        for done in range(0, 101, 10):
            bar.embedded(done, 100)
            now[0] += 11
    assert (
        capsys.readouterr().err.splitlines()[0]
        == "bench: embedding texts: 10 of 100 done, 11 s elapsed, about 1 min 39 s left"
    )


def test_what_is_over_soon_says_nothing(now, capsys):
    with progress(3) as bar:
        for _ in range(3):
            now[0] += 3
            bar("svm")
    assert capsys.readouterr().err == ""
