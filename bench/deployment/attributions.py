"""Which n-grams spoke for a prediction: the outer folds of the first repeat are fitted again, and every row is
explained by a model that never saw it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.execution.record import Record
from bench.execution.verify import rebuild
from bench.experiment.config import System
from bench.experiment.splits import Split, Targets
from bench.systems.classifiers.base import NAMES_WEIGHT
from bench.systems.contributions import Contribution, against_mean, contributions, why_not
from bench.systems.features.base import FEATURES
from bench.systems.pipeline import build_pipeline, fit_pipeline

_KEPT = 6


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one feature added to a class's score, less the mean of what it added to all classes."""

    feature: str
    share: float


@dataclass(frozen=True, slots=True)
class RowExplanation:
    """One row in the first repeat. prediction: of the model that was fitted again, its class's index.

    attributions: class's index to its strongest attributions, for it and against it; for the predicted class and the
    label.
    """

    prediction: int
    attributions: Mapping[int, tuple[Attribution, ...]]


@dataclass(frozen=True, slots=True)
class Attributions:
    """Of one system. rows: row id to its explanation."""

    system: str
    rows: Mapping[str, RowExplanation]


def best_linear(
    records: Sequence[Record],
    data: LabelledTexts,
    folder: Path,
    *,
    rows: Container[str],
    advance: Callable[[str], None] = lambda _: None,
) -> Attributions | None:
    """The attributions of the first of `records`, best first, that has n-grams to show; None where none has.

    data: the rows of the records. folder: where paths in them start. rows: ids of the rows to be explained; folds that
    test none of them are not fitted. advance: called with the system's name after every fit.
    A system whose back end or kind is not known here is passed over.
    """
    for record in records:
        if record.status != "complete":
            continue
        try:
            found = attributions(record, data, folder, rows=rows, advance=advance)
        except BenchError:
            continue
        if found is not None:
            return found
    return None


def attributions(
    record: Record,
    data: LabelledTexts,
    folder: Path,
    *,
    rows: Container[str],
    advance: Callable[[str], None] = lambda _: None,
) -> Attributions | None:
    """Which n-grams led to the predictions in the first repeat; None for a system whose scores are no sum over n-grams.

    Embeddings are never computed for this. Raises BenchError for back ends and kinds that are not here.
    """
    experiment = rebuild(record, folder, {record.data_summary.sha256: data})
    [system] = experiment.systems
    # Training rows chosen by a replay's strategy, and texts without labels, are not available here.
    apart = experiment.protocol.replays or system.unlabelled is not None
    if apart or system.features is None or not _only_counts(record.config["features"]):
        return None
    found: dict[str, RowExplanation] = {}
    for fold, split in enumerate(experiment.protocol.outer(Targets.of(data), 0)):
        test = [int(row) for row in split.test if data.row_ids[row] in rows]
        if not test:
            continue
        chosen = record.chosen[0][fold] if record.chosen else {}
        pipeline = build_pipeline(
            system.features, system.classifier, random_state=experiment.protocol.random_state, **chosen
        )
        _fit(pipeline, data, split, system, chosen)
        if why_not(pipeline) is not None:
            return None
        found |= _explained(pipeline, data, test)
        advance(record.system)
    return Attributions(record.system, found)


def _only_counts(settings: Any) -> bool:
    """Whether features, given by their settings, need nothing that costs more than counting."""
    if isinstance(settings, list):
        return all(map(_only_counts, settings))
    if not isinstance(settings, dict):
        return True
    kind = FEATURES.classes().get(settings.get("kind", ""))
    return (kind is None or kind.cost == 1) and all(map(_only_counts, settings.values()))


def _fit(pipeline: Pipeline, data: LabelledTexts, split: Split, system: System, chosen: Mapping[str, Any]) -> None:
    texts, labels = ([column[row] for row in split.train] for column in (data.texts, data.labels))
    weights = system.classifier.names_weight or (0,)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the run counted them
        fit_pipeline(
            pipeline,
            texts,
            labels,
            system.name_texts,
            names_weight=chosen.get(NAMES_WEIGHT, weights[0]),
            names_only=system.classifier.names_only,
        )


def _explained(pipeline: Pipeline, data: LabelledTexts, test: Sequence[int]) -> dict[str, RowExplanation]:
    texts = [data.texts[row] for row in test]
    classes = data.classes
    found = {}
    for row, prediction, given in zip(
        test, pipeline.predict(texts), contributions(pipeline, texts, classes), strict=True
    ):
        code = classes.index(str(prediction))
        relative = against_mean(given)
        wanted = dict.fromkeys([code, classes.index(data.labels[row])])
        found[data.row_ids[row]] = RowExplanation(code, {each: _strongest(relative, each) for each in wanted})
    return found


def _strongest(given: Sequence[Contribution], code: int) -> tuple[Attribution, ...]:
    """The strongest for the class, then the strongest against it, each by size."""
    ranked = sorted(((each.values[code], each.feature) for each in given), key=lambda pair: (-pair[0], pair[1]))
    first = [pair for pair in ranked if pair[0] > 0][:_KEPT]
    last = [pair for pair in reversed(ranked) if pair[0] < 0][:_KEPT]
    return tuple(Attribution(feature, share) for share, feature in [*first, *last])
