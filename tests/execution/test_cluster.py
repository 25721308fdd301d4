"""Runs on a Dask cluster: a scheduler and workers started from the shell, the bytes of a local run, one line a fault."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import sys
import time

import pytest
from apart import started
from command import bench

from bench.core.errors import BenchError
from bench.execution.cluster import cluster_at
from bench.execution.identity import packages

pytest.importorskip("distributed", reason="the extra dask is not installed")

LOOPBACK = "127.0.0.1"
ROWS = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label, group: article}
protocol: {kind: repeated-stratified, folds: 3, repeats: 4, inner_folds: 3, random_state: 7}
systems:
  - name: majority
    classifier: {kind: majority}
  - name: broken
    features: {kind: tfidf, min_df: 100000}
    classifier: {kind: linear-svm}
  - name: slow
    features: {kind: tfidf, tokens: char, ngrams: [1, 3]}
    classifier: {kind: logistic, C: [1, 10, 1000]}
"""


@pytest.fixture
def folder(tmp_path):
    return _experiment(tmp_path)


def _experiment(folder):
    """An experiment that takes some seconds."""
    rng = random.Random(7)
    texts = ["".join(rng.choices("改革考核监督基层组织工作发展建设", k=120)) for _ in range(120)]
    rows = "".join(f"{text},{rng.choice('甲乙丙')},{rng.randrange(40)}\n" for text in texts)
    (folder / "rows.csv").write_text("text,label,article\n" + rows, encoding="utf-8")
    (folder / "own.yaml").write_text(ROWS, encoding="utf-8")
    return folder


class Cluster:
    """Processes of `dask scheduler` and `dask worker`, killed at the end."""

    def __init__(self, folder, **given):
        self.folder = folder
        self.processes = []
        file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", LOOPBACK, "--port", 0, "--scheduler-file", file, **given)
        _until(lambda: file.is_file() and file.stat().st_size)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def worker(self, *options, **given):
        options = options or ("--nthreads", 1)
        return self._start("worker", self.address, "--no-nanny", "--host", LOOPBACK, *options, **given)

    def _start(self, command, *options, **given):
        """What `dask COMMAND` starts."""
        streams = self.folder / f"{command}-{len(self.processes)}"
        program = f"distributed.cli.dask_{command}"
        process = started(*options, "--no-dashboard", cwd=self.folder, streams=streams, program=program, **given)
        self.processes.append(process)
        return process

    def workers(self, count):
        """So many workers of one thread, those that live and new ones."""
        living = [each for each in self.processes[1:] if each.poll() is None]
        for each in living[count:]:
            each.kill()
            each.wait()
        return living[:count] + [self.worker() for _ in range(count - len(living))]

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory):
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A cluster whose scheduler outlives a test; a test says how many workers it wants."""
    started = Cluster(tmp_path_factory.mktemp("shared"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """What the experiment gives in this process."""
    folder = _experiment(tmp_path_factory.mktemp("local"))
    assert bench("run", "own.yaml", "--jobs", 1, cwd=folder).returncode == 1  # one of its systems fails
    return _bytes(folder / "results")


def _until(holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


IMPATIENT = """
import bench.execution.cluster_watch as watch
watch.LOOK_SECONDS, watch.SILENT_SECONDS = 0.3, 3.0
"""


def _started(folder, *arguments, before=""):
    return started("run", "own.yaml", *arguments, cwd=folder, streams=folder / "streams", before=before)


def _bench(folder, *arguments):
    process = _started(folder, *arguments)
    code = process.wait()
    # On a busy machine workers may be silent for a while, which is told.
    return code, [line for line in process.err.splitlines() if not re.search("warning|nothing is heard", line)]


def _bytes(results):
    found = {path.relative_to(results): path.read_bytes() for path in sorted(results.rglob("*")) if path.is_file()}
    return {path: held for path, held in found.items() if path.name in {"run.json", "predictions.parquet"}}


def test_a_cluster_gives_the_bytes_of_a_local_run_and_a_killed_worker_loses_nothing(folder, shared, local):
    doomed, _ = shared.workers(2)
    running = _started(folder, "--results", "far", "--dask", shared.address)
    # Finished repeats are kept by the one who asked, whatever becomes of workers.
    _until((folder / "far" / "own" / "slow" / ".blocks").is_dir)
    doomed.send_signal(signal.SIGKILL)
    code, told = running.wait(), running.err
    assert (code, "failed: ValueError" in told, "Traceback" in told) == (1, True, False)
    assert len(local) == 5
    assert _bytes(folder / "far") == local


CALIBRATED = """\
name: own
data: {kind: files, train: rows.csv, text: text, label: label}
protocol: {kind: repeated-stratified, folds: 3, repeats: 2, inner_folds: 3, random_state: 7}
systems:
  - name: calibrated
    features: {kind: tfidf, tokens: char}
    classifier: {kind: linear-svm, C: [0.1, 1]}
    calibration: sigmoid
"""


def test_what_fits_inside_a_fold_is_not_sent_to_the_cluster_that_waits_for_the_fold(folder, shared):
    (folder / "own.yaml").write_text(CALIBRATED, encoding="utf-8")
    assert bench("run", "own.yaml", "--results", "local", "--jobs", 1, cwd=folder).returncode == 0
    shared.workers(2)
    assert _bench(folder, "--results", "far", "--dask", shared.address) == (0, [])
    assert len(_bytes(folder / "local")) == 2
    assert _bytes(folder / "far") == _bytes(folder / "local")


def _line_with(process, words):
    """The last line of standard error that holds some words, once there is one."""
    _until(lambda: any(words in line for line in process.err.splitlines(keepends=True) if line.endswith("\n")))
    return [line for line in process.err.splitlines() if words in line][-1]


def test_a_worker_that_is_stopped_and_a_cluster_without_any_are_told_and_the_run_goes_on_after(folder, shared, local):
    [worker] = shared.workers(1)
    running = _started(folder, "--results", "far", "--dask", shared.address, before=IMPATIENT)
    _until((folder / "far" / "own" / "slow" / ".blocks").is_dir)
    worker.send_signal(signal.SIGSTOP)
    told = _line_with(running, "nothing is heard of")
    assert told.startswith(f"bench: --dask {shared.address}: nothing is heard of worker tcp://{LOOPBACK}:")
    assert " since " in told
    worker.kill()
    told = _line_with(running, "no worker is there")
    assert told.endswith(f"work waits for one: dask worker {shared.address} --nthreads 1")
    shared.worker()
    assert running.wait() == 1
    assert _bytes(folder / "far") == local


def test_a_cluster_of_which_all_is_lost_is_one_line_and_the_same_run_goes_on_elsewhere(folder, cluster):
    first = cluster.worker()
    running = _started(folder, "--results", "far", "--dask", cluster.address)
    _until((folder / "far" / "own" / "slow" / ".blocks").is_dir)
    # What was sent to the only worker goes with it, and is sent again.
    first.send_signal(signal.SIGKILL)
    cluster.worker()
    _until(lambda: len(list((folder / "far" / "own" / "slow" / ".blocks").iterdir())) == 2)
    cluster.scheduler.send_signal(signal.SIGKILL)
    assert running.wait() == 2
    told = running.err.splitlines()
    gone = f"bench: --dask {cluster.address}: the scheduler went away; finished repeats are kept: run the same again"
    assert told[-1] == gone
    kept = sorted((folder / "far" / "own" / "slow" / ".blocks").iterdir())
    assert len(kept) >= 2
    assert bench("run", "own.yaml", "--results", "far", "--jobs", 1, cwd=folder).returncode == 1
    assert len(_bytes(folder / "far")) == 5


def test_a_fold_that_ends_every_worker_is_one_line(tmp_path):
    started = Cluster(tmp_path, before="import dask; dask.config.set({'distributed.scheduler.allowed-failures': 0})")
    try:
        started.worker()
        with cluster_at(started.address, packages) as cluster, pytest.raises(BenchError) as error:
            list(cluster.run(os._exit, [(1,)]))
    finally:
        started.stop()
    told = "work ended every worker that got it, as happens where memory runs out; finished repeats are kept"
    assert str(error.value) == f"--dask {started.address}: {told}: give workers more memory"


def _refused(address):
    with pytest.raises(BenchError) as error, cluster_at(address, packages):
        pass
    told = str(error.value)
    assert told.startswith(f"--dask {address}: ")
    assert "\n" not in told
    return told.removeprefix(f"--dask {address}: ")


def test_workers_that_differ_or_run_threads_and_schedulers_without_any_are_refused(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("bench.execution.cluster.PATIENCE", 2.0)
    none = f"no worker has joined within 2 s; start some: dask worker {cluster.address} --nthreads 1"
    assert _refused(cluster.address) == none
    monkeypatch.undo()
    other = tmp_path / "jieba-9.9.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: jieba\nVersion: 9.9\n", encoding="utf-8")
    older = cluster.worker(PYTHONPATH=str(tmp_path))
    told = _refused(cluster.address)
    assert f"has jieba 9.9, here it is {packages()['jieba']}; install the same there" in told
    older.kill()
    older.wait()
    cluster.worker("--nthreads", 2)
    # The scheduler may take a moment to see that the first is gone.
    _until(lambda: "runs 2 threads" in _refused(cluster.address))
    assert _refused(cluster.address).endswith("start it with --nthreads 1, and --nworkers for more processes")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nowhere", "missing port number in address 'nowhere'; write it as tcp://host:8786"),
        ("http://host:80", "unknown address scheme 'http'"),
        ("tcp://nobody.invalid:8786", "no host of that name is known"),
        ("tcp://127.0.0.1:{free}", "no Dask scheduler answers there within 1 s; start one: dask scheduler"),
    ],
)
def test_what_is_no_address_and_where_nobody_listens_is_refused(address, told, monkeypatch):
    monkeypatch.setattr("bench.execution.cluster.PATIENCE", 1.0)
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        assert told in _refused(address.format(free=free.getsockname()[1]))


@pytest.mark.parametrize("missing", ["dask", "distributed"])
def test_what_is_not_installed_is_named(missing, monkeypatch):
    monkeypatch.setitem(sys.modules, missing, None)
    told = r"needs the package distributed; install it: pip install 'banmian\[dask\]'"
    with pytest.raises(BenchError, match=told), cluster_at("tcp://127.0.0.1:1", packages):
        pass


def test_processes_here_and_a_cluster_are_not_both_asked_for(tmp_path):
    told = "bench: --jobs counts processes here, and --dask runs elsewhere; leave one out"
    assert _bench(tmp_path, "--dask", "tcp://127.0.0.1:1", "--jobs", 2) == (2, [told])
