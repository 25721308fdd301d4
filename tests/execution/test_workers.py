"""Worker processes: what makes one vanish costs time at most, and none outlives its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings

import pytest
from joblib.externals.loky import process_executor

from bench.core.errors import BenchError
from bench.execution.workers import Workers

GROWN = []


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """What these workers do needs none of the packages that they import when they start, for two seconds each."""
    monkeypatch.setattr("bench.execution.workers._WORK", "json")


def _process(_):
    return os.getpid()


def _grow(millions):
    """Hold memory and have it looked at before the next item, as joblib does once a second."""
    process_executor._MEMORY_LEAK_CHECK_DELAY = 0.0
    GROWN.append(bytearray(b"x") * (millions * 1_000_000))
    return os.getpid()


def _end_once(folder, number):
    """End the worker that gets the second item, the first time."""
    mark = folder / "ended"
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _end(_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_grows_is_not_stopped():
    pytest.importorskip("psutil", reason="without it joblib stops no worker that grows")
    from joblib.externals.loky import get_reusable_executor

    with Workers(2) as workers, warnings.catch_warnings():
        warnings.simplefilter("error")
        list(workers.run(_process, [(number,) for number in range(40)]))
        # All that are there: on a busy machine one of them may do all of the work.
        before = set(get_reusable_executor(reuse=True)._processes)
        during = list(workers.run(_grow, [(number,) for number in (1, 1, 1, 1, 180, 180, 180, 180, 1, 1, 1, 1)]))
        list(workers.run(_process, [(number,) for number in range(40)]))
        after = set(get_reusable_executor(reuse=True)._processes)
    assert len(during) == 12
    assert set(during) <= before == after
    assert len(before) == 2


def test_workers_do_not_end_for_want_of_work():
    with Workers(2) as workers:
        list(workers.run(_process, [(1,), (2,)]))
        # joblib's own 300 s may pass beside a slow start, or while texts are read.
        from joblib.externals.loky import get_reusable_executor

        assert get_reusable_executor(reuse=True)._timeout > 24 * 3600


def test_what_a_killed_worker_had_not_finished_is_done_again(tmp_path):
    with Workers(2) as workers:
        done = sorted(workers.run(_end_once, [(tmp_path, number) for number in range(8)]))
    assert done == list(range(8))
    assert (tmp_path / "ended").is_file()


def test_work_that_ends_every_worker_is_one_line():
    told = (
        r"worker processes were killed, as happens where memory runs out; finished repeats are kept: try fewer --jobs"
    )
    with pytest.raises(BenchError, match=told), Workers(2) as workers:
        list(workers.run(_end, [(1,)]))


PARENT = """
import hashlib, os, sys
import bench.execution.workers
from bench.execution.workers import Workers

def held(keeps_lock):
    os.write(1, f"{os.getpid()}\\n".encode())  # in one piece: print writes the end of the line apart if unbuffered
    if keeps_lock:
        sum(range(10**12))  # one call that lets no other thread of Python run
    hashlib.pbkdf2_hmac("sha256", b"a", b"b", 2_000_000_000)  # one that does

if __name__ == "__main__":
    bench.execution.workers._WORK = "json"
    with Workers(2) as workers:
        list(workers.run(held, [(sys.argv[1] == "keeps",), (sys.argv[1] == "keeps",)]))
"""


@pytest.mark.parametrize("lock", ["keeps", "lets go"])
def test_workers_end_with_a_parent_that_was_killed_inside_a_native_call(tmp_path, lock):
    if lock == "keeps" and sys.platform != "linux":
        pytest.skip("only Linux ends a process whose Python does not run")
    (tmp_path / "parent.py").write_text(PARENT, encoding="utf-8")
    command = [sys.executable, tmp_path / "parent.py", lock]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        try:
            workers = [int(parent.stdout.readline()) for _ in range(2)]
            time.sleep(1)  # into the native call
        finally:
            parent.kill()
            parent.wait()
        try:
            end = time.monotonic() + 30
            while living := [worker for worker in workers if _lives(worker)]:
                assert time.monotonic() < end, f"{living} live on"
                time.sleep(0.05)
        finally:
            for worker in workers:
                if _lives(worker):
                    os.kill(worker, signal.SIGKILL)


def _lives(process):
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return state.strip()[:1] not in {"", "Z"}
