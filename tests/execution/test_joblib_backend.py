"""Back ends of joblib that other packages bring, and clients of Dask's: the same predictions as here, in any order."""

from __future__ import annotations

import json
import random

import joblib
import pytest
from joblib._parallel_backends import ThreadingBackend

import bench
from bench.core.errors import BenchError
from bench.execution import joblib_backend
from bench.execution.joblib_backend import ChosenBackend, chosen

EXPERIMENT = {
    "name": "own",
    "protocol": {"kind": "repeated-stratified", "folds": 3, "repeats": 3, "inner_folds": 2, "random_state": 7},
    "systems": [
        {"name": "svm", "features": {"kind": "tfidf", "tokens": "char"}, "classifier": {"kind": "linear-svm", "C": [0.1, 1]}},
        {"name": "broken", "features": {"kind": "tfidf", "min_df": 1000}, "classifier": {"kind": "linear-svm"}},
        {"name": "majority", "classifier": {"kind": "majority"}},
    ],
}  # fmt: skip


class Ordered(ThreadingBackend):
    """As Spark's: it gives nothing back before all of a call is done."""

    supports_return_generator = False
    calls = 0

    def start_call(self):
        type(self).calls += 1


class Unordered(ThreadingBackend):
    """Another package's that gives results as they come."""

    calls = 0

    def start_call(self):
        type(self).calls += 1


@pytest.fixture
def experiment():
    rng = random.Random(7)
    texts = ["".join(rng.choices("改革考核监督基层组织", k=20)) for _ in range(60)]
    return {**EXPERIMENT, "data": bench.dataset(texts, [rng.choice("甲乙") for _ in texts])}


def _run(experiment, **options):
    with pytest.warns(bench.BenchWarning, match="system 'broken' failed"):
        done = bench.run(experiment, progress=False, **options)
    return [(run.record.system, run.record.record_sha256) for run in done]


@pytest.fixture
def registered(monkeypatch):
    for kind in (Ordered, Unordered):
        joblib.register_parallel_backend(kind.__name__, kind)
        monkeypatch.setattr(kind, "calls", 0)
    yield
    for kind in (Ordered, Unordered):
        joblib.parallel.BACKENDS.pop(kind.__name__)


@pytest.mark.parametrize("kind", [Ordered, Unordered])
@pytest.mark.parametrize("jobs", [{}, {"n_jobs": 2}])
def test_another_packages_back_end_gives_the_records_of_a_run_here(experiment, registered, kind, jobs):
    here = _run(experiment, jobs=1)
    with joblib.parallel_config(backend=kind.__name__, **jobs):
        assert _run(experiment) == here
    # The generator is one call; what knows only lists is called again and again, so that finished repeats are kept.
    assert (kind.calls == 1) if kind is Unordered else (kind.calls > 1)


def test_finished_repeats_are_kept_where_the_back_end_ends_early(experiment, registered, tmp_path, monkeypatch):
    experiment["systems"] = experiment["systems"][:1]
    whole = bench.run(experiment, tmp_path / "whole", jobs=1, progress=False)
    monkeypatch.setattr(joblib_backend, "_ROUND", 1)
    monkeypatch.setattr("bench.execution.engine._WORTH_SECONDS_FAR", 0)

    def lost(self):
        type(self).calls += 1
        if type(self).calls > 2:
            raise RuntimeError("a node went away\nat length")

    monkeypatch.setattr(Ordered, "start_call", lost)
    message = r"back end Ordered ended with RuntimeError: a node went away; finished repeats are kept"
    with joblib.parallel_config(backend="Ordered", n_jobs=2), pytest.raises(BenchError, match=message):
        bench.run(experiment, tmp_path / "far", progress=False)
    assert len(list((tmp_path / "far").rglob(".blocks/*"))) == 1
    done = bench.run(experiment, tmp_path / "far", jobs=1, progress=False)
    assert [run.record.record_sha256 for run in done] == [run.record.record_sha256 for run in whole]


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing", "sequential"])
def test_joblibs_own_back_ends_leave_the_work_to_our_workers(backend):
    with joblib.parallel_config(backend=backend):
        assert chosen() is None


def test_a_worker_that_differs_from_here_is_refused():
    backend = ChosenBackend("Ordered", True, lambda: {"numpy": "1"}, {"numpy": "2"})
    joblib.register_parallel_backend("Ordered", Ordered)
    with joblib.parallel_config(backend="Ordered"), pytest.raises(BenchError, match="has numpy 1, here it is 2"):
        list(backend.run(len, [("a",)]))
    joblib.parallel.BACKENDS.pop("Ordered")


@pytest.fixture
def client():
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    options = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": ":0",
        "host": "127.0.0.1",
    }
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client


def test_a_client_is_taken_by_the_function_by_joblibs_settings_and_by_its_schedulers_file(experiment, client, tmp_path):
    here = _run(experiment, jobs=1)
    assert _run(experiment, dask=client) == here
    assert client.status == "running"
    with joblib.parallel_config(backend="dask", client=client):
        assert _run(experiment) == here
    file = tmp_path / "scheduler.json"
    file.write_text(json.dumps({"address": client.scheduler.address}), encoding="utf-8")
    assert _run(experiment, dask=str(file)) == here
    client.close()
    with pytest.raises(BenchError, match="the client is closed; make a new one"):
        bench.run(experiment, dask=client, progress=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{}", "names no address"), ("[1]", "names no address"), ("{", "names no address"), (None, "no such file")],
)
def test_a_schedulers_file_that_names_no_address_is_told(experiment, tmp_path, text, message):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    file = tmp_path / "scheduler.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(BenchError, match=message):
        bench.run(experiment, dask=str(file), progress=False)


def test_what_is_no_client_is_refused(experiment):
    with pytest.raises(BenchError, match=r"needs the address of a scheduler, or a distributed.Client, got 8786"):
        bench.run(experiment, dask=8786, progress=False)


def test_rays_back_end_gives_the_records_of_a_run_here(experiment, monkeypatch):
    ray = pytest.importorskip("ray", reason="ray is not installed: it is tried where it is")
    from ray.util.joblib import register_ray

    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # else it writes a token into the home folder
    here = _run(experiment, jobs=1)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        register_ray()
        with joblib.parallel_config(backend="ray"):
            assert _run(experiment) == here
    finally:
        ray.shutdown()
