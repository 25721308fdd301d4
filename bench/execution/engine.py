"""Runs experiments by nested cross-validation: encodes every text once, and predicts what scikit-learn predicts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.core.labelled_texts import LabelledTexts
from bench.execution.checkpoints import Checkpoints
from bench.execution.dispatch import Dispatch, RemoteWorkers
from bench.execution.embedding import Tell, embedded
from bench.execution.predictions import Predictions
from bench.execution.tasks import Chosen, Cost, EncodedTexts, Task, TaskResult
from bench.execution.workers import Workers
from bench.experiment.config import System
from bench.experiment.protocols.base import Protocol
from bench.experiment.splits import Targets
from bench.systems.classifiers.base import AllFolds
from bench.systems.encoding import EncodingTime, Features, served_by
from bench.systems.pipeline import build_features
from bench.systems.servers.usage import ServerUsage

_IN_PROCESS_SECONDS, _SHORT_SECONDS = 0.5, 0.2
_TIMED_TEXTS = 5
_WORTH_SECONDS, _WORTH_SECONDS_FAR = 0.05, 0.2


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of one system: its predictions, or the error that ended it.

    chosen: by repeat and fold, the tuned values that won (empty where nothing was tuned).
    warnings: category of a warning raised while fitting, to how often.
    seconds, cpu_seconds: by repeat, added up over its folds: by the clock, and what they got of a core.
    cost: what fitting and predicting take a row, and how many features there are; empty where nothing was run.
    served: what servers did for it.
    """

    system: System
    predictions: Predictions | None
    chosen: tuple[tuple[Chosen, ...], ...]
    warnings: Mapping[str, int]
    error: str | None
    seconds: tuple[float, ...]
    cost: Mapping[str, float] = field(default_factory=dict)
    served: tuple[ServerUsage, ...] = ()
    cpu_seconds: tuple[float, ...] = ()


def run_systems(
    data: LabelledTexts,
    protocol: Protocol,
    systems: Sequence[System],
    *,
    jobs: int,
    cluster: RemoteWorkers | None = None,
    advance: Callable[[str], None] = lambda _: None,
    checkpoints: Mapping[str, Checkpoints] | None = None,
    embedding: Tell = lambda _done, _all: None,
) -> Generator[Run, None, None]:
    """Run every system by the protocol, yielding each when its last repeat is done, in the order given.

    The predictions are those of a scikit-learn pipeline in `GridSearchCV` under the same splits, whatever `jobs` is.
    cluster: where all tasks are run, in place of `jobs` processes here.
    advance: called with a system's name after each of its repeats.
    checkpoints: by system's name, where its finished repeats are kept and found.
    embedding: called, before anything is fitted, with how many texts are embedded, of how many missing in the store.
    No worker process is left after the generator is closed, or after any exception.
    Raises BenchError where a back end that a system needs is not installed, before anything is fitted, and where a
    worker process was killed; what `cluster.run` raises.
    """
    targets = Targets.of(data)
    state = protocol.random_state
    features = [build_features(system.features, system.classifier, random_state=state) for system in systems]
    repeats = range(protocol.repeat_count(targets))
    read = _ReadOnce(data, targets, protocol)
    tasks = (
        (encoded, Task(system, transformer, protocol, repeat))
        for system, transformer, encoded in read.each(systems, features)
        for repeat in repeats
    )
    tested = protocol.tested(targets)
    row_ids = tuple(data.row_ids[row] for row in tested)
    groups = tuple(data.groups[row] for row in tested) if protocol.blocked and data.groups is not None else None
    beside = {text: None for system in systems for text in system.texts_beside(data)}
    ahead = embedded(features, [*data.texts, *beside], jobs=jobs, send=cluster.run if cluster else None, tell=embedding)
    with ahead, closing(_results(Dispatch(tasks, checkpoints or {}), jobs, cluster)) as results:
        for system in systems:
            found = []
            for _ in repeats:
                found.append(next(results))
                advance(system.name)
            done = _gather(row_ids, groups, targets, tested, system=system, repeats=found)
            yield read.with_encoding_cost(done)


class _ReadOnce:
    """Encoded texts of one data set, each made when it is needed and dropped after the last system that shares it."""

    def __init__(self, data: LabelledTexts, targets: Targets, protocol: Protocol) -> None:
        self._data, self._targets, self._protocol = data, targets, protocol
        # Replays with more labels continue those with fewer, so their encoded texts need names.
        self._identity = data.sha256() if protocol.replays else ""
        self._spent: dict[str, EncodingTime] = {}
        self._served: dict[str, tuple[ServerUsage, ...]] = {}

    def each(
        self, systems: Sequence[System], features: Sequence[Features]
    ) -> Iterator[tuple[System, Features, EncodedTexts]]:
        """Each system with its features and its encoded texts; a failure fails its systems, not the run."""
        encoded_by_key: dict[str, EncodedTexts] = {}
        for index, (system, transformer) in enumerate(zip(systems, features, strict=True)):
            key = _reading(system)
            if key not in encoded_by_key:
                try:
                    name = f"{self._identity} {key}" if self._identity else ""
                    rows = self._read(key, system, transformer)
                    encoded_by_key[key] = EncodedTexts.of(rows, self._targets, system, name)
                except Exception as failure:  # noqa: BLE001  as above
                    encoded_by_key[key] = EncodedTexts(failure, self._targets)
            encoded = encoded_by_key[key]
            if key not in {_reading(later) for later in systems[index + 1 :]}:
                del encoded_by_key[key]
            yield system, transformer, encoded

    def _read(self, key: str, system: System, transformer: Features) -> Any:
        texts = self._data.texts
        rows = transformer.encode([*texts, *system.texts_beside(self._data)])
        if system.features is None:
            names = system.names or {}
            rows = system.classifier.foresee(rows, foresight(names, self._targets, self._protocol))
        self._served[key] = served_by(rows)
        self._spent[key] = transformer.encoding_seconds(texts[:_TIMED_TEXTS])
        return rows

    def with_encoding_cost(self, run: Run) -> Run:
        """A run with what encoding its texts took, and what servers did for it."""
        key = _reading(run.system)
        cost, served = dict(run.cost), self._served.get(key, ())
        if cost and key in self._spent:
            cost["read_seconds_per_row"], cost["read_cpu_seconds_per_row"] = self._spent[key]
        for each in served:
            if cost and each.requests:  # its folds only look answers up
                cost["predict_seconds_per_row"] = each.seconds / each.requests
        return replace(run, cost=cost, served=served)


def foresight(names: Mapping[str, tuple[str, ...]], targets: Targets, protocol: Protocol) -> AllFolds:
    """What a classifier may know of all folds before they are sent out. names: of the classes, as it reads them."""

    def splits() -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        for repeat in range(protocol.repeat_count(targets)):
            for split in protocol.outer(targets, repeat):
                yield split.train, split.test

    return AllFolds(targets.classes, names, targets.labels, splits, protocol.random_state)


def _results(tasks: Dispatch, jobs: int, cluster: RemoteWorkers | None) -> Generator[TaskResult, None, None]:
    """Results in the order of the tasks; worker processes start meanwhile where the work is long enough."""
    if cluster is not None:
        yield from tasks.elsewhere(cluster.run, worth=_WORTH_SECONDS_FAR)
        return
    start = time.perf_counter()
    with Workers(jobs) as workers:

        def enough(seconds: float | None) -> bool:
            if jobs == 1 or time.perf_counter() - start < _IN_PROCESS_SECONDS:
                return False
            workers.start()
            # This process begins nothing long while workers start, because they would have to wait for it.
            return workers.ready() or seconds is None or seconds > _SHORT_SECONDS

        yield from tasks.here(enough)
        yield from tasks.elsewhere(workers.run, worth=_WORTH_SECONDS)


def _reading(system: System) -> str:
    """A key, equal for systems that encode the same texts, names and unlabelled ones included, in the same way."""
    own = system.classifier.encoding_key() if system.features is None else system.features.encoding_key()
    named = system.names if system.classifier.told_names else system.name_texts
    beside = [*([str(named)] if named else []), *(["unlabelled"] if system.reads_unlabelled else [])]
    return " ".join([own, *beside])


def _gather(
    row_ids: tuple[str, ...],
    groups: tuple[str, ...] | None,
    targets: Targets,
    tested: NDArray[np.intp],
    *,
    system: System,
    repeats: Sequence[TaskResult],
) -> Run:
    total: Counter[str] = Counter()
    for result in repeats:
        total.update(result.warnings)
    error = next((result.error for result in repeats if result.error is not None), None)
    predictions = None
    if error is None:
        scores = [result.scores[tested] for result in repeats if result.scores is not None]
        predictions = Predictions(
            row_ids,
            targets.classes,
            targets.labels[tested],
            np.stack([result.fold[tested] for result in repeats]),
            np.stack([result.prediction[tested] for result in repeats]),
            np.stack(scores) if len(scores) == len(repeats) else None,
            groups,
        )
    chosen = tuple(result.chosen for result in repeats) if error is None else ()
    seconds, cpu = (tuple(each) for each in zip(*((one.seconds, one.cpu_seconds) for one in repeats), strict=True))
    cost = {} if error is not None else sum((result.cost for result in repeats), Cost()).by_row()
    return Run(system, predictions, chosen, dict(sorted(total.items())), error, seconds, cost, cpu_seconds=cpu)
