"""Real processes that get real signals: one line, the right exit code, no worker left, finished systems stand."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from pathlib import Path

import joblib
import pytest
from apart import started

from bench.api import processes

SLOW = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 5, repeats: 300, inner_folds: 3}
systems:
  - name: majority
    classifier: {kind: majority}
  - name: slow
    features: {kind: tfidf, tokens: char, ngrams: [1, 3]}
    classifier: {kind: logistic, C: [1, 10]}
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc")


@pytest.fixture
def slow(tmp_path):
    """A run that takes minutes, in a session of its own as under a terminal."""
    if joblib.cpu_count() < 2:
        pytest.skip("one core is given one process")
    rng = random.Random(7)
    texts = ["".join(rng.choices("改革考核监督基层组织工作发展建设", k=60)) for _ in range(60)]
    rows = "text,label\n" + "".join(f"{text},{rng.choice('甲乙丙')}\n" for text in texts)
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(SLOW, encoding="utf-8")
    options = {"cwd": tmp_path, "streams": tmp_path / "streams", "session": True, "LOKY_MAX_CPU_COUNT": "2"}
    process = started("run", "own.yaml", "--results", "out", "--jobs", "2", **options)
    yield process
    for left in _session(process.pid):
        os.kill(left, signal.SIGKILL)
    process.wait()


def _session(leader):
    """Living processes of a session, by id, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, _, session = (entry / "stat").read_text().rpartition(") ")[2].split()[:4]
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue  # it ended meanwhile
            if int(session) == leader and state != "Z":
                found[int(entry.name)] = command
    return found


def _until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


@pytest.mark.parametrize("at_work", [False, True], ids=["as workers start", "at work"])
@pytest.mark.parametrize(
    ("number", "send", "code", "told"),
    [
        (signal.SIGTERM, os.kill, 143, "terminated; results of finished systems stand"),
        (signal.SIGINT, os.killpg, 130, "interrupted; results of finished systems stand"),
    ],
    ids=["terminated", "ctrl-c"],
)
def test_a_signal_ends_the_run_and_its_workers_in_one_line(slow, tmp_path, number, send, code, told, at_work):
    done = tmp_path / "out" / "own" / "majority" / "run.json"
    _until(lambda: any(b"popen_loky" in command for command in _session(slow.pid).values()), 300)
    if at_work:
        _until((tmp_path / "out" / "own" / "slow" / ".blocks").is_dir, 300)
    else:
        time.sleep(0.3)
    send(slow.pid, number)
    code_found = slow.wait(300)
    lines = slow.err.splitlines()
    # On a busy machine it may have told how far it is.
    assert [line for line in lines if not line.startswith("bench: slow, repeat ")] == [told]
    assert code_found == code
    _until(lambda: not _session(slow.pid), 30)
    assert done.is_file() or not at_work
    assert not (tmp_path / "out" / "own" / "slow" / "run.json").exists()


def test_a_worker_that_is_killed_costs_no_result_and_workers_end_with_a_run_that_is_killed(slow, tmp_path):
    def workers():
        return [each for each, command in _session(slow.pid).items() if b"popen_loky" in command]

    _until((tmp_path / "out" / "own" / "slow" / ".blocks").is_dir, 300)
    doomed = workers()
    assert len(doomed) == 2
    os.kill(doomed[0], signal.SIGKILL)
    _until(lambda: len(set(workers()) - set(doomed)) == 2, 300)
    assert slow.poll() is None
    slow.kill()
    slow.wait()
    _until(lambda: not _session(slow.pid), 60)


INSIDE = """
import hashlib, pathlib
from sklearn.svm import LinearSVC

def fit(*_):
    pathlib.Path("inside").touch()
    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 2_000_000_000)  # one native call of many minutes

LinearSVC.fit = fit
"""


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")],
    ids=["terminated", "ctrl-c"],
)
def test_a_signal_ends_a_run_inside_a_native_call(tmp_path, number, code, told):
    few = SLOW.replace("repeats: 300", "repeats: 3")
    (tmp_path / "own.yaml").write_text(re.sub("kind: logistic.*", "kind: linear-svm}", few), encoding="utf-8")
    (tmp_path / "rows.csv").write_text("text,label\n" + "改革,甲\n考核,乙\n" * 10, encoding="utf-8")
    options = {"cwd": tmp_path, "streams": tmp_path / "streams", "before": INSIDE}
    process = started("run", "own.yaml", "--results", "out", "--jobs", "1", **options)
    try:
        _until((tmp_path / "inside").is_file, 300)
        time.sleep(0.5)  # into the call
        process.send_signal(number)
        assert process.wait(60) == code
    finally:
        process.kill()
    assert process.err == f"{told}; results of finished systems stand\n"
    assert (tmp_path / "out" / "own" / "majority" / "run.json").is_file()
    assert not (tmp_path / "out" / "own" / "slow" / "run.json").exists()


@pytest.mark.parametrize(
    ("asked", "work", "started", "why"),
    [
        (None, None, 3, None),
        (2, 100, 2, None),
        (40, 100, 3, "--jobs 40: 3 cores can be used, so 3 processes are started"),
        (3, 2, 2, "--jobs 3: there are 2 folds, so 2 processes are started"),
        (None, 2, 2, None),
        (None, 0, 1, None),
    ],
)
def test_no_more_processes_are_started_than_are_of_use(monkeypatch, asked, work, started, why):
    monkeypatch.setattr("joblib.cpu_count", lambda: 3)
    assert processes(asked, work) == (started, why)
