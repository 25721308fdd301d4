"""Experiment to predictions: nested cross-validation that reads every text once and gives scikit-learn's answers."""

from __future__ import annotations

import itertools
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.model_selection import ParameterGrid
from threadpoolctl import threadpool_limits

from bench.core.records import LabelledTexts
from bench.evaluation.predictions import Predictions
from bench.experiment.config import System
from bench.experiment.metrics.base import f1_of_classes
from bench.experiment.protocol import RepeatedStratified, Split
from bench.systems.classifiers.base import ClassifierSettings
from bench.systems.pipeline import build_features, row_scores
from bench.systems.reading import Features, Matrix, Rows

Codes: TypeAlias = "NDArray[np.int64]"
Chosen: TypeAlias = "Mapping[str, Any]"

_IN_PROCESS_SECONDS = 1.0


class UntunedWarning(UserWarning):
    """Inner folds told nothing of the listed values, as where a rare class leaves one without a second class."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one system: its predictions, or the error that ended it.

    chosen: by repeat and fold, the tuned values that won (empty where nothing was tuned).
    warnings: category of a warning raised while fitting, to how often. seconds: by repeat, time on one core.
    """

    system: System
    predictions: Predictions | None
    chosen: tuple[tuple[Chosen, ...], ...]
    warnings: Mapping[str, int]
    error: str | None
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """One system in one repeat: what a worker is given. rows: of a reading, or the failure that it ended in."""

    system: System
    features: Features
    rows: Any
    labels: Codes
    n_classes: int
    protocol: RepeatedStratified
    repeat: int


@dataclass(frozen=True, slots=True)
class _BlockResult:
    fold: Codes
    guess: Codes
    scores: NDArray[np.float64] | None
    chosen: tuple[Chosen, ...]
    warnings: Mapping[str, int]
    error: str | None
    seconds: float


def run_systems(
    data: LabelledTexts,
    protocol: RepeatedStratified,
    systems: Sequence[System],
    *,
    jobs: int,
    advance: Callable[[str], None] = lambda _: None,
) -> Iterator[Run]:
    """Run every system by the protocol, yielding each when its last repeat is done, in the order given.

    The predictions are those of a scikit-learn pipeline in `GridSearchCV` under the same splits, whatever `jobs` is.
    advance: called with a system's name after each of its repeats.
    Raises BenchError where a back end that a system needs is not installed, before anything is fitted.
    """
    classes = data.classes
    code = {name: index for index, name in enumerate(classes)}
    labels = np.array([code[label] for label in data.labels], dtype=np.int64)
    state = protocol.random_state
    features = [build_features(system.features, system.classifier, random_state=state) for system in systems]
    blocks = _blocks(data, labels, protocol, systems, features)
    results = _run_blocks(blocks, jobs)
    for system in systems:
        repeats = []
        for _ in range(protocol.repeats):
            repeats.append(next(results))
            advance(system.name)
        yield _gather(data.row_ids, classes, labels, system, repeats)


def tuned_values(data: LabelledTexts, protocol: RepeatedStratified, system: System) -> dict[str, Any]:
    """The values of a system's tunable fields that win when all rows train, tuned as in a fold of the first repeat.

    Raises what fitting raises where every candidate fails.
    """
    candidates = _candidates(system.classifier)
    if len(candidates) == 1:
        return candidates[0]
    features = build_features(system.features, system.classifier, random_state=protocol.random_state)
    labels = np.searchsorted(np.asarray(data.classes), np.asarray(data.labels))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        block = _Block(system, features, features.read(data.texts), labels, len(data.classes), protocol, repeat=0)
        return _best(block, np.arange(len(labels)), candidates)


def _blocks(
    data: LabelledTexts,
    labels: Codes,
    protocol: RepeatedStratified,
    systems: Sequence[System],
    features: Sequence[Features],
) -> Iterator[_Block]:
    n_classes = len(data.classes)
    readings: dict[str, Rows | Exception] = {}
    for index, (system, transformer) in enumerate(zip(systems, features, strict=True)):
        key = _reading(system)
        if key not in readings:
            try:
                readings[key] = transformer.read(data.texts)
            except Exception as failure:  # noqa: BLE001  what cannot be read fails its systems, not the run
                readings[key] = failure
        rows = readings[key]
        if key not in {_reading(later) for later in systems[index + 1 :]}:
            del readings[key]
        for repeat in range(protocol.repeats):
            yield _Block(system, transformer, rows, labels, n_classes, protocol, repeat)


def _run_blocks(blocks: Iterator[_Block], jobs: int) -> Iterator[_BlockResult]:
    """Results in the order of the blocks; worker processes are started only for work that outlasts their start."""
    start = time.perf_counter()
    for block in blocks:
        if jobs > 1 and time.perf_counter() - start > _IN_PROCESS_SECONDS:
            # Few blocks are handed out ahead, so that a system's rows are read only when its turn comes.
            parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1)
            yield from parallel(delayed(_run_block)(each) for each in itertools.chain([block], blocks))
        else:
            yield _run_block(block)


def _reading(system: System) -> str:
    return f"control {system.classifier.kind}" if system.features is None else system.features.reading()


def _run_block(block: _Block) -> _BlockResult:
    start = time.perf_counter()
    rows = len(block.labels)
    fold = np.zeros(rows, dtype=np.int64)
    guess = np.zeros(rows, dtype=np.int64)
    scores: NDArray[np.float64] | None = np.zeros((rows, block.n_classes))
    chosen: list[Chosen] = []
    error: str | None = None
    with threadpool_limits(1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for number, split in enumerate(block.protocol.outer(block.labels, block.repeat)):
                best, guess[split.test], tested = _run_fold(block, split)
                fold[split.test] = number
                chosen.append(best)
                if scores is None or tested is None:
                    scores = None
                else:
                    scores[split.test] = tested
        except Exception as failure:  # noqa: BLE001  one system's failure is its result; the others go on
            error = f"{type(failure).__name__}: {' '.join(str(failure).split())}"
    seen = Counter(warning.category.__name__ for warning in caught)
    return _BlockResult(fold, guess, scores, tuple(chosen), dict(seen), error, time.perf_counter() - start)


def _run_fold(block: _Block, split: Split) -> tuple[Chosen, Codes, NDArray[np.float64] | None]:
    if isinstance(block.rows, Exception):
        raise block.rows
    candidates = _candidates(block.system.classifier)
    values = candidates[0] if len(candidates) == 1 else _best(block, split.train, candidates)
    train, test = _matrices(block, split)
    classifier = _classifier(block, values).fit(train, block.labels[split.train])
    guess, scores = row_scores(classifier, test, np.arange(block.n_classes), block.system.classifier.score_kind)
    tuned = {name: value for name, value in values.items() if len(block.system.classifier.grid()[name]) > 1}
    return tuned, guess, scores


def _candidates(classifier: ClassifierSettings) -> list[dict[str, Any]]:
    """All combinations of the listed values, in the order in which `GridSearchCV` tries them."""
    return list(ParameterGrid({name: list(values) for name, values in classifier.grid().items()}))


def _best(block: _Block, train: NDArray[np.intp], candidates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The candidate with the highest mean macro-F1 over inner folds, the first of equals, as `GridSearchCV` finds it.

    A candidate that fails in a fold is out, as with `error_score=nan`; where that leaves none, the first one stands and
    a warning is counted. Raises the first failure where every fit fails.
    """
    labels = block.labels[train]
    splits = block.protocol.inner(labels, block.repeat)
    scores = np.full((len(candidates), len(splits)), np.nan)
    failures: list[Exception] = []
    for column, split in enumerate(splits):
        inner = Split(train[split.train], train[split.test])
        truth = block.labels[inner.test]
        try:
            matrices = _matrices(block, inner)
        except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
            failures.append(failure)
            continue
        for row, values in enumerate(candidates):
            try:
                classifier = _classifier(block, values).fit(matrices[0], block.labels[inner.train])
                scores[row, column] = _tuning_score(truth, classifier.predict(matrices[1]), block.n_classes)
            except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
                failures.append(failure)
    if np.isnan(scores).all():
        raise failures[0]
    means = np.average(scores, axis=1)
    if np.isnan(means).all():
        warnings.warn("every candidate failed in an inner fold: nothing was tuned", UntunedWarning, stacklevel=2)
    return candidates[int(np.argmax(np.where(np.isnan(means), -np.inf, means)))]


def _tuning_score(truth: Codes, guess: Codes, n_classes: int) -> float:
    """`f1_macro` as scikit-learn's scorer has it: over the classes that are true or guessed in these rows."""
    values = f1_of_classes(truth, guess, n_classes)
    return float(np.average(values[~np.isnan(values)]))


def _matrices(block: _Block, split: Split) -> tuple[Matrix, Matrix]:
    from sklearn.base import clone

    train = block.rows.take(split.train)
    fitted = clone(block.features).fit_rows(train)
    return fitted.transform_rows(train), fitted.transform_rows(block.rows.take(split.test))


def _classifier(block: _Block, values: Mapping[str, Any]) -> Any:
    return block.system.classifier.build(random_state=block.protocol.random_state, **values)


def _gather(
    row_ids: tuple[str, ...], classes: tuple[str, ...], labels: Codes, system: System, repeats: Sequence[_BlockResult]
) -> Run:
    total: Counter[str] = Counter()
    for result in repeats:
        total.update(result.warnings)
    error = next((result.error for result in repeats if result.error is not None), None)
    predictions = None
    if error is None:
        scores = [result.scores for result in repeats if result.scores is not None]
        predictions = Predictions(
            row_ids,
            classes,
            labels,
            np.stack([result.fold for result in repeats]),
            np.stack([result.guess for result in repeats]),
            np.stack(scores) if len(scores) == len(repeats) else None,
        )
    chosen = tuple(result.chosen for result in repeats) if error is None else ()
    seconds = tuple(result.seconds for result in repeats)
    return Run(system, predictions, chosen, dict(sorted(total.items())), error, seconds)
