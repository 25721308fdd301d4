"""A system fitted on all rows of its data, listed values tuned on them."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from bench.core.errors import BenchError
from bench.core.records import LabelledTexts
from bench.deployment.models.model import SCHEMA, Model, ModelRecord
from bench.execution.embedding import Tell, embedded
from bench.execution.engine import tuned_values
from bench.execution.results import RunIdentity
from bench.execution.tasks import EncodedTexts
from bench.experiment.config import System
from bench.experiment.protocols.base import Protocol, Split, Targets
from bench.systems.classifiers.base import NAMES_WEIGHT
from bench.systems.encoding import Features
from bench.systems.names import fit_with_names
from bench.systems.pipeline import build_features, calibrated
from bench.systems.union import weighed


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
    jobs: so many processes embed the texts, if the system embeds; embedding: told how many are, of how many.
    Raises BenchError for a single class, for data that the protocol cannot tune on, and where fitting fails.
    """
    if system.classifier.servers:
        text = f"system {system.name!r} asks a chat model, which no folder of a saved model can hold"
        raise BenchError(f"{text}; it labels texts in 'bench run' alone")
    if len(data.classes) < 2:
        raise BenchError(f"all {len(data)} rows have the label {data.classes[0]!r}; a classifier needs two or more")
    targets = Targets.of(data)
    protocol = _GivenParts(identity.protocol, targets) if data.parts is not None else identity.protocol
    with threadpool_limits(1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            features = build_features(system.features, system.classifier, random_state=protocol.random_state)
            texts = [*data.texts, *(text for _, text in system.name_texts)]
            with embedded([features], texts, jobs=jobs, tell=embedding):
                encoded = EncodedTexts.of(features.encode(texts), targets, system)
            values = tuned_values(encoded, features, cast("Protocol", protocol), system)
            features = weighed(features, values)
            pipeline = _fitted(encoded, features, cast("Protocol", protocol), system, values)
        except BenchError:
            raise
        except Exception as failure:  # noqa: BLE001  as in a run, a system's failure is told in one line
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
            "chosen": {name: values[name] for name, listed in system.grid().items() if len(listed) > 1},
            "classes": list(data.classes),
            "score_kind": system.score_kind,
            "warnings": dict(sorted(seen.items())),
        }
    )
    return Model(record, pipeline)


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


def _fitted(
    encoded: EncodedTexts, features: Features, protocol: Protocol, system: System, values: Mapping[str, Any]
) -> Pipeline:
    rows, labels = encoded.training(system, np.arange(len(encoded.targets)))
    matrix = features.fit_rows(rows).training_matrix(rows)
    classifier = system.classifier.build_of(values, random_state=protocol.random_state)
    if system.calibration is not None:
        every = np.arange(len(encoded.targets))
        inner = protocol.inner(encoded.targets, 0, Split(every, every[:0]))
        classifier = calibrated(classifier, system.calibration, [(split.train, split.test) for split in inner])
    fit_with_names(classifier, matrix, labels, encoded.names(system, features, values.get(NAMES_WEIGHT, 0)))
    if system.calibration is not None:
        classifier.set_params(cv=None)  # which rows were in which fold is no part of a model
    return Pipeline([("features", features), ("classifier", classifier)])
