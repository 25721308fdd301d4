"""A fitted system: the record of how it was fitted, and its predictions for texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.sparse import issparse
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from bench.core.digests import canonical_json, digest
from bench.core.settings import Settings
from bench.execution.embedding import Tell, embedded
from bench.execution.record import DataSummary
from bench.systems.classifiers.base import ScoreKind
from bench.systems.pipeline import embedders_of, row_scores

SCHEMA = 1
MODEL, ARRAYS, CARD = "model.json", "arrays.safetensors", "README.md"
REMEDY = "fit it again: bench fit CONFIG --system NAME --out MODEL --force"


class ModelRecord(Settings):
    """`model.json`: the system, its data, and the fitted values without their arrays."""

    schema_version: Literal[1] = Field(alias="schema")
    experiment: str
    system: str
    config: dict[str, Any]
    """The system's settings, defaults written out."""

    data: dict[str, Any]
    """The data's settings, and under `data_summary` what they gave."""

    protocol: dict[str, Any]
    """The protocol in whose inner folds listed values were tuned."""

    chosen: dict[str, Any]
    """Of each field with listed values, the one that won."""

    classes: list[str]
    score_kind: ScoreKind
    warnings: dict[str, int]
    """How often each category of warning was raised while fitting."""

    environment: dict[str, str] = Field(default_factory=dict)
    """Versions of what computes the predictions."""

    state: dict[str, Any] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    """Name of a file beside this one to its SHA-256."""

    model_sha256: str = ""

    @property
    def data_summary(self) -> DataSummary:
        """The summary of the data."""
        return DataSummary.model_validate(self.data["facts"])


@dataclass(frozen=True, slots=True)
class Predicted:
    """A model's predictions for some texts.

    prediction: (texts,) indices into the classes; scores: (texts, classes), None where the system gives none.
    unknown: (texts,) True for a text that holds nothing the model learnt from, so that it was predicted blindly.
    """

    prediction: NDArray[np.int64]
    scores: NDArray[np.float64] | None
    unknown: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted system. pipeline: steps `features` and `classifier`, its classes the indices of the record's."""

    record: ModelRecord
    pipeline: Pipeline

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels that it can give, sorted."""
        return tuple(self.record.classes)

    @property
    def is_slow(self) -> bool:
        """Whether a neural model reads the texts, which takes a tenth of a second each."""
        return bool(embedders_of([self.pipeline.named_steps["features"]]))

    def predict(self, texts: Sequence[str], *, jobs: int = 1, embedding: Tell = lambda _done, _all: None) -> Predicted:
        """Labels and scores of one or more texts, in order.

        jobs: how many processes embed many texts, if the system embeds; embedding: called with how many are embedded,
        and how many there are.
        """
        features = self.pipeline.named_steps["features"]
        with embedded([features], texts, jobs=jobs, tell=embedding), threadpool_limits(1):
            matrix = features.transform(list(texts))
            classes, kind = np.arange(len(self.classes)), self.record.score_kind
            prediction, scores = row_scores(self.pipeline.named_steps["classifier"], matrix, classes, kind)
        empty = np.diff(matrix.indptr) == 0 if issparse(matrix) else np.zeros(len(texts), dtype=bool)
        return Predicted(np.asarray(prediction, dtype=np.int64), scores, empty)


def model_digest(fields: Mapping[str, Any]) -> str:
    """SHA-256 over the fields of `model.json` but for the digest itself."""
    return digest([canonical_json({name: value for name, value in fields.items() if name != "model_sha256"})])
