"""Embeds texts before anything is fitted: in this process while that is short, otherwise in worker processes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from bench.execution.workers import Workers
from bench.systems.embedders.base import EmbedderSettings
from bench.systems.encoding import Features
from bench.systems.pipeline import embedders_of
from bench.systems.stored_vectors import Vectors, encoded, held, missing_chunks

Tell: TypeAlias = Callable[[int, int], None]
"""Called with how many texts are embedded, and how many were missing in the store."""

Send: TypeAlias = "Callable[[Callable[..., Any], Iterable[tuple[Any, ...]]], Generator[Any, None, None]]"

_WORTH_SECONDS = 6.0
"""Work that justifies workers: starting them, each with its own copy of a model, takes seconds of every core."""

_LOGGED_EVERY = 10.0
_LOG = logging.getLogger(__name__)


@contextmanager
def embedded(
    features: Iterable[Features],
    texts: Sequence[str],
    *,
    jobs: int,
    send: Send | None = None,
    tell: Tell = lambda _done, _all: None,
) -> Iterator[None]:
    """Within the block, encoding these texts finds all vectors that these features need in the store or in memory.

    Vectors have the same bits for any number of processes. Servers are left to `encode`, which counts requests.
    jobs: the most processes here; send: calls a function for many arguments elsewhere in place of these processes. An
    exception of a back end is raised when its features are encoded.
    """
    with held() as vectors:
        for backend in embedders_of(features):
            if backend.servers:
                continue
            try:
                _embed(backend, texts, vectors, jobs=jobs, send=send, tell=tell)
            except Exception as failure:  # noqa: BLE001  one back end's failure is its systems'
                vectors.failed(backend, failure)
        yield


def _embed(
    backend: EmbedderSettings, texts: Sequence[str], vectors: Vectors, *, jobs: int, send: Send | None, tell: Tell
) -> None:
    chunks = missing_chunks(backend, texts, vectors)
    if not chunks:
        return
    progress = _Progress(backend.kind, sum(map(len, chunks)), sum(sum(map(len, chunk)) for chunk in chunks), tell)
    left = list(enumerate(chunks))
    while left:
        ahead = progress.seconds_left()
        if send is not None or (jobs > 1 and ahead is not None and len(left) > 1 and ahead > _WORTH_SECONDS):
            break
        number, chunk = left.pop(0)
        vectors.keep(backend, chunk, encoded(backend, number, chunk)[1])
        progress.add(chunk)
    if not left:
        return
    work = ((backend, number, chunk) for number, chunk in left)
    with Workers(min(jobs, len(left))) as workers:
        for number, found in (send or workers.run)(encoded, work):
            vectors.keep(backend, chunks[number], found)
            progress.add(chunks[number])


class _Progress:
    """Texts done and the time left, by characters: long texts take longer."""

    def __init__(self, kind: str, texts: int, characters: int, tell: Tell) -> None:
        self._kind, self._texts, self._characters, self._tell = kind, texts, max(characters, 1), tell
        self._done, self._read = 0, 0
        self._start = self._logged = time.perf_counter()
        tell(0, texts)

    def add(self, chunk: Sequence[str]) -> None:
        """A chunk is done."""
        self._done += len(chunk)
        self._read += sum(map(len, chunk))
        self._tell(self._done, self._texts)
        now, left = time.perf_counter(), self.seconds_left()
        if left is not None and (now - self._logged > _LOGGED_EVERY or self._done == self._texts):
            self._logged = now
            _LOG.info("%s: %d of %d texts embedded, about %.0f s left", self._kind, self._done, self._texts, left)

    def seconds_left(self) -> float | None:
        """Estimated from the pace so far; None before the first chunk."""
        if not self._done:
            return None
        spent = time.perf_counter() - self._start
        return spent * (self._characters - self._read) / max(self._read, 1)
