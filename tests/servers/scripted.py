"""A server on the loopback that does what a test says: each request takes the next step of its script.

It follows the published schemas of `/v1/embeddings` and `/v1/chat/completions`; steps are faults in their place.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

DIMENSIONS = 5


def vector_of(text, dimensions=DIMENSIONS):
    """The vector of a text, by its content alone."""
    seed = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=dimensions).astype(np.float32)


def embeddings(body, *, model="vectors-1", dimensions=DIMENSIONS):
    """A right answer to a request for embeddings."""
    texts = body["input"]
    data = [
        {"object": "embedding", "index": at, "embedding": [float(each) for each in vector_of(text, dimensions)]}
        for at, text in enumerate(texts)
    ]
    tokens = sum(map(len, texts))
    return {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def completion(content, *, model="chat-1", finish="stop", usage=(20, 4), **more):
    """A right answer to a request for a chat completion."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    answer = {"id": "1", "object": "chat.completion", "created": 1, "model": model}
    answer["choices"] = [{"index": 0, "message": message, "finish_reason": finish, **more}]
    if usage:
        answer["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return answer


class Scripted:
    """What a test sees of the server. script: steps, taken in turn; when it is through, `answer` gives the rest.

    A step is a status with a body and headers, `None` for a right answer, or a function of the handler.
    """

    def __init__(self, answer: Callable[[dict], object]) -> None:
        self.answer = answer
        self.script: list = []
        self.requests: list[dict] = []
        self.headers: list[dict] = []
        self.paths: list[str] = []
        self.most_at_once = self._now = 0
        self.pause = 0.0
        self.base_url = ""
        self._lock = threading.Lock()

    @contextmanager
    def counted(self, handler, body):
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self.requests.append(body)
            self.headers.append(dict(handler.headers))
            self.paths.append(handler.path)
            step = self.script.pop(0) if self.script else None
        try:
            yield step
        finally:
            with self._lock:
                self._now -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scripted: Scripted

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.scripted.counted(self, body) as step:
            time.sleep(self.scripted.pause)
            if callable(step):
                step(self, body)
            elif step is None:
                self.send(200, self.scripted.answer(body))
            else:
                self.send(*step)

    def send(self, status, body, headers=None):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(data), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Connections that a test drops."""


@contextmanager
def serving(answer):
    """A server whose right answers `answer` gives, ended with the block."""
    scripted = Scripted(answer)
    handler = type("Handler", (_Handler,), {"scripted": scripted})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        scripted.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        try:
            yield scripted
        finally:
            server.shutdown()
            thread.join()


def drop(handler, body):
    """End the connection without a word, as a server that is killed does."""
    del body
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def half(handler, body):
    """Announce a whole answer, send half of it, and go."""
    data = json.dumps(handler.scripted.answer(body)).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data[: len(data) // 2])
    handler.wfile.flush()
    drop(handler, body)


def stall(seconds):
    """Say nothing for so long."""

    def step(handler, body):
        del body
        time.sleep(seconds)
        handler.close_connection = True

    return step


def drip(seconds):
    """Send an answer a byte at a time, for so long: each byte comes soon, the whole never."""

    def step(handler, body):
        del body
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        for _ in range(int(seconds / 0.05)):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
        handler.close_connection = True

    return step


def flood(handler, body):
    """Send without end."""
    del body
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"[" * 65536)


def chunked(data):
    """Send these bytes with no length before them."""

    def step(handler, body):
        del body
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data))

    return step
