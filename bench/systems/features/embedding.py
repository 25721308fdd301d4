"""Sentence embeddings of any back end, each text embedded once and kept on disk."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from bench.systems.embedders.base import AnyEmbedder, EmbedderSettings
from bench.systems.encoding import DenseRows, EncodingTime, Features
from bench.systems.features.base import FEATURES, FeatureSettings
from bench.systems.servers.settings import ServerSettings
from bench.systems.servers.usage import PendingRequests
from bench.systems.stored_vectors import missing_texts, stored_vectors

_TIMED_SECONDS = 0.2


class Embedding(Features):
    """A back end's vectors, each of its text alone: stored as float32, given as float64 of the same values.

    scikit-learn's solvers and norms work in float64, so vectors are cast once here and not in every fit.
    normalised: whether each is brought to length 1, so that products are cosines.
    """

    has_named_columns: ClassVar[bool] = False

    def __init__(self, backend: EmbedderSettings, normalised: bool = True) -> None:
        self.backend = backend
        self.normalised = normalised

    @property
    def short_name(self) -> str:
        """The back end's kind."""
        return self.backend.kind

    def versions(self) -> dict[str, str]:
        """The back end's."""
        return self.backend.versions()

    def encode(self, texts: Sequence[str]) -> DenseRows:
        """(texts, dimensions); what the store does not hold is embedded and stored."""
        before = self.backend.requests_sent()
        values = stored_vectors(self.backend, texts).astype(np.float64)
        served = self.backend.served(self.backend.requests_sent() - before)
        return DenseRows(normalize(values) if self.normalised else values, served)

    def encoding_seconds(self, texts: Sequence[str]) -> EncodingTime:
        """The time of the back end, measured on some of the texts; the noted time where a server is used."""
        if self.backend.servers:
            return EncodingTime(self.backend.noted_seconds() or 0.0, 0.0)
        self.backend.encode(texts[:1])  # loads the model
        start, cpu = time.perf_counter(), time.thread_time()
        for count, text in enumerate(texts, start=1):  # noqa: B007  counted to the last
            self.backend.encode([text])
            if time.perf_counter() - start > _TIMED_SECONDS:
                break
        return EncodingTime((time.perf_counter() - start) / count, (time.thread_time() - cpu) / count)

    def fit_rows(self, rows: DenseRows) -> Self:
        """Nothing is learnt."""
        self.n_dimensions_ = rows.values.shape[1]
        return self

    def transform_rows(self, rows: DenseRows) -> NDArray[np.float64]:
        """(rows, dimensions)."""
        return rows.values

    def get_feature_names_out(self, input_features: object = None) -> NDArray[Any]:
        """The back end's kind and the dimension."""
        del input_features
        return np.array([f"{self.backend.kind}{at}" for at in range(self.n_dimensions_)], dtype=object)


@FEATURES.register("embedding")
class EmbeddingSettings(FeatureSettings):
    """A sentence's vector from a pretrained model."""

    cost: ClassVar[int] = 3
    dense: ClassVar[bool] = True
    non_negative: ClassVar[bool] = False
    fitted_types: ClassVar[tuple[type, ...]] = (Embedding,)

    kind: Literal["embedding"]

    backend: AnyEmbedder
    """The model: a back end's name, or its settings under a `kind`."""

    normalised: bool = True
    """Whether vectors are brought to length 1."""

    def build(self, *, random_state: int) -> Embedding:
        """`random_state` changes nothing. Raises BenchError where the back end is not installed."""
        del random_state
        self.backend.versions()
        return Embedding(self.backend, self.normalised)

    @property
    def servers(self) -> tuple[ServerSettings, ...]:
        """The back end's."""
        return self.backend.servers

    def pending(self, texts: Sequence[str]) -> tuple[PendingRequests, ...]:
        """What the back end would send of those texts that are not stored."""
        return self.backend.pending(missing_texts(self.backend, texts))

    def versions(self) -> dict[str, str]:
        """The back end's."""
        return self.backend.versions()

    def encoding_key(self) -> str:
        """The back end's identity."""
        return f"embedding {self.backend.identity()} {self.normalised}"
