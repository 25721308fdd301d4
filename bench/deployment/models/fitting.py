"""Fits a system on all rows of its data, after tuning listed values on them."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import cast

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.deployment.models.model import SCHEMA, Model, ModelRecord
from bench.execution.embedding import Tell, embedded
from bench.execution.fitting import alone, fitted
from bench.execution.identity import RunIdentity
from bench.execution.tasks import EncodedTexts, Task
from bench.experiment.config import System
from bench.experiment.protocols.base import Protocol
from bench.experiment.splits import Split, Targets
from bench.systems.pipeline import build_features


def fit(
    identity: RunIdentity,
    data: LabelledTexts,
    system: System,
    *,
    jobs: int = 1,
    embedding: Tell = lambda _done, _all: None,
) -> Model:
    """A system fitted on all rows of the data, listed values tuned on them as the protocol tunes in a fold.

    Where the data sets parts apart, values are tuned on its first training and validation part; then all rows train.
    jobs: how many processes embed the texts, if the system embeds; embedding: called with how many are embedded, and
    how many there are.
    Raises BenchError for a single class, for data that the protocol cannot tune on, and where fitting fails.
    """
    _demand_fittable(system, data)
    targets = Targets.of(data)
    protocol = _GivenParts(identity.protocol, targets) if data.parts is not None else identity.protocol
    with threadpool_limits(1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            features = build_features(system.features, system.classifier, random_state=protocol.random_state)
            texts = [*data.texts, *system.texts_beside(data)]
            with embedded([features], texts, jobs=jobs, tell=embedding):
                encoded = EncodedTexts.of(features.encode(texts), targets, system)
            every = np.arange(len(targets))
            task = Task(system, features, cast("Protocol", protocol), repeat=0)
            with alone():
                done = fitted(task, encoded, Split(every, every[:0]))
        except BenchError:
            raise
        except Exception as failure:  # noqa: BLE001  as in a run, a system's failure is reported in one line
            told = f"{type(failure).__name__}: {' '.join(str(failure).split())}"
            raise BenchError(f"system {system.name!r} cannot be fitted: {told}") from None
    seen = Counter(warning.category.__name__ for warning in caught)
    described = identity.of_system(system)
    record = ModelRecord.model_validate(
        {
            "schema": SCHEMA,
            "experiment": identity.experiment,
            "system": system.name,
            "config": described["config"],
            "data": described["data"],
            "protocol": described["protocol"],
            "chosen": {name: done.values[name] for name, listed in system.grid().items() if len(listed) > 1},
            "classes": list(data.classes),
            "score_kind": system.score_kind,
            "warnings": dict(sorted(seen.items())),
        }
    )
    return Model(record, Pipeline([("features", done.features), ("classifier", done.classifier)]))


def _demand_fittable(system: System, data: LabelledTexts) -> None:
    """Raises BenchError for a system that no folder can hold, and for data of a single class."""
    if system.classifier.servers:
        text = f"system {system.name!r} asks a chat model, which no folder of a saved model can hold"
        raise BenchError(f"{text}; it labels texts in 'bench run' alone")
    if system.transductive:
        text = f"system {system.name!r} learns from the texts of test rows, of which a model of all rows has none"
        raise BenchError(f"{text}; set unlabelled.texts to data")
    if len(data.classes) < 2:
        raise BenchError(f"all {len(data)} rows have the label {data.classes[0]!r}; a classifier needs two or more")


@dataclass(frozen=True, slots=True)
class _GivenParts:
    """A protocol whose rows to tune on are those that the data sets apart, whichever rows train in the end."""

    protocol: Protocol
    targets: Targets

    @property
    def random_state(self) -> int:
        return self.protocol.random_state

    def inner(self, targets: Targets, repeat: int, split: Split) -> list[Split]:
        del split
        return self.protocol.inner(targets, repeat, self.protocol.outer(targets, repeat)[0])
