"""Experiment to predictions: nested cross-validation that reads every text once and gives scikit-learn's answers."""

from __future__ import annotations

import copy
import itertools
import time
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import ParameterGrid
from threadpoolctl import threadpool_limits

from bench.core.errors import printable
from bench.core.records import LabelledTexts
from bench.evaluation.checkpoints import Checkpoints
from bench.evaluation.predictions import Predictions
from bench.evaluation.workers import in_workers
from bench.experiment.config import System
from bench.experiment.metrics.base import f1_of_classes
from bench.experiment.protocols.base import Protocol, Split, Targets
from bench.systems.classifiers.base import ClassifierSettings
from bench.systems.pipeline import build_features, calibrated, row_scores
from bench.systems.reading import Features, Matrix, Rows

Codes: TypeAlias = "NDArray[np.int64]"
Chosen: TypeAlias = "Mapping[str, Any]"

_IN_PROCESS_SECONDS = 1.0
_TIMED_TEXTS = 5
_WORTH_SECONDS = 0.05


class UntunedWarning(UserWarning):
    """Inner folds told nothing of the listed values, as where a rare class leaves one without a second class."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one system: its predictions, or the error that ended it.

    chosen: by repeat and fold, the tuned values that won (empty where nothing was tuned).
    warnings: category of a warning raised while fitting, to how often. seconds: by repeat, time on one core.
    cost: what fitting and predicting take a row, and how many features there are; empty where nothing was run.
    """

    system: System
    predictions: Predictions | None
    chosen: tuple[tuple[Chosen, ...], ...]
    warnings: Mapping[str, int]
    error: str | None
    seconds: tuple[float, ...]
    cost: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Cost:
    """What the fits that test rows took, tuning left out: seconds, rows, and the most features that one had."""

    fit_seconds: float = 0.0
    fitted_rows: int = 0
    predict_seconds: float = 0.0
    predicted_rows: int = 0
    features: int = 0

    def __add__(self, other: _Cost) -> _Cost:
        return _Cost(
            self.fit_seconds + other.fit_seconds,
            self.fitted_rows + other.fitted_rows,
            self.predict_seconds + other.predict_seconds,
            self.predicted_rows + other.predicted_rows,
            max(self.features, other.features),
        )

    def by_row(self) -> dict[str, float]:
        """Seconds a row."""
        return {
            "fit_seconds_per_row": self.fit_seconds / max(self.fitted_rows, 1),
            "predict_seconds_per_row": self.predict_seconds / max(self.predicted_rows, 1),
            "features": self.features,
        }


@dataclass(frozen=True, slots=True)
class _Block:
    """One system in one repeat: what a worker is given. rows: of a reading, or the failure that it ended in."""

    system: System
    features: Features
    rows: Any
    targets: Targets
    protocol: Protocol
    repeat: int
    checkpoints: Checkpoints | None

    @property
    def labels(self) -> Codes:
        """(rows,) indices into the classes."""
        return self.targets.labels

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return len(self.targets.classes)


@dataclass(frozen=True, slots=True)
class _BlockResult:
    fold: Codes
    guess: Codes
    scores: NDArray[np.float64] | None
    chosen: tuple[Chosen, ...]
    warnings: Mapping[str, int]
    error: str | None
    seconds: float
    cost: _Cost

    def keep(self, checkpoints: Checkpoints, repeat: int) -> None:
        """Store it, unless it failed: what failed is tried again."""
        if self.error is None:
            arrays: dict[str, NDArray[Any]] = {"fold": self.fold, "guess": self.guess}
            arrays |= {} if self.scores is None else {"scores": self.scores}
            values = {"chosen": [dict(one) for one in self.chosen], "warnings": dict(self.warnings)}
            checkpoints.put(repeat, arrays, {**values, "seconds": self.seconds, "cost": asdict(self.cost)})

    @classmethod
    def kept(cls, checkpoints: Checkpoints | None, repeat: int) -> _BlockResult | None:
        """What `keep` stored, None where there is nothing."""
        found = None if checkpoints is None else checkpoints.get(repeat)
        if found is None or "cost" not in found[1]:  # kept by a version that did not measure it
            return None
        arrays, values = found
        scores, chosen = arrays.get("scores"), tuple(values["chosen"])
        counted, cost = values["warnings"], _Cost(**values["cost"])
        return cls(arrays["fold"], arrays["guess"], scores, chosen, counted, None, values["seconds"], cost)


def run_systems(
    data: LabelledTexts,
    protocol: Protocol,
    systems: Sequence[System],
    *,
    jobs: int,
    advance: Callable[[str], None] = lambda _: None,
    checkpoints: Mapping[str, Checkpoints] | None = None,
) -> Generator[Run, None, None]:
    """Run every system by the protocol, yielding each when its last repeat is done, in the order given.

    The predictions are those of a scikit-learn pipeline in `GridSearchCV` under the same splits, whatever `jobs` is.
    advance: called with a system's name after each of its repeats.
    checkpoints: by system's name, where its finished repeats are kept and found.
    Closing the generator, or whatever is raised while it runs, leaves no worker process behind.
    Raises BenchError where a back end that a system needs is not installed, before anything is fitted, and where a
    worker process was killed.
    """
    targets = Targets.of(data)
    state = protocol.random_state
    features = [build_features(system.features, system.classifier, random_state=state) for system in systems]
    repeats = range(protocol.repeat_count(targets))
    kept = checkpoints or {}
    reading_seconds: dict[str, float] = {}
    blocks = (
        _Block(system, transformer, rows, targets, protocol, repeat, kept.get(system.name))
        for system, transformer, rows in _read_once(data.texts, systems, features, reading_seconds)
        for repeat in repeats
    )
    tested = protocol.tested(targets)
    row_ids = tuple(data.row_ids[row] for row in tested)
    groups = tuple(data.groups[row] for row in tested) if protocol.blocked and data.groups is not None else None
    with closing(_run_blocks(blocks, jobs)) as results:
        for system in systems:
            found = []
            for _ in repeats:
                found.append(next(results))
                advance(system.name)
            done = _gather(row_ids, groups, targets, tested, system=system, repeats=found)
            seconds = reading_seconds.get(_reading(system))
            if done.cost and seconds is not None:
                done = replace(done, cost={**done.cost, "read_seconds_per_row": seconds})
            yield done


def tuned_values(data: LabelledTexts, protocol: Protocol, system: System) -> dict[str, Any]:
    """The values of a system's tunable fields that win when all rows train, tuned as in a fold of the first repeat.

    Raises what fitting raises where every candidate fails.
    """
    candidates = _candidates(system.classifier)
    if len(candidates) == 1:
        return candidates[0]
    features = build_features(system.features, system.classifier, random_state=protocol.random_state)
    every = np.arange(len(data.texts))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        block = _Block(system, features, features.read(data.texts), Targets.of(data), protocol, 0, None)
        return _best(block, Split(every, every[:0]), candidates)


def _read_once(
    texts: Sequence[str], systems: Sequence[System], features: Sequence[Features], seconds: dict[str, float]
) -> Iterator[tuple[System, Features, Any]]:
    """Each system with its features and its reading of the texts, made when its turn comes, dropped after the last.

    seconds: gets how long a text took, by reading.
    """
    readings: dict[str, Rows | Exception] = {}
    for index, (system, transformer) in enumerate(zip(systems, features, strict=True)):
        key = _reading(system)
        if key not in readings:
            try:
                readings[key] = transformer.read(texts)
                seconds[key] = transformer.reading_seconds(texts[:_TIMED_TEXTS])
            except Exception as failure:  # noqa: BLE001  what cannot be read fails its systems, not the run
                readings[key] = failure
        rows = readings[key]
        if key not in {_reading(later) for later in systems[index + 1 :]}:
            del readings[key]
        yield system, transformer, rows


def _run_blocks(blocks: Iterator[_Block], jobs: int) -> Generator[_BlockResult, None, None]:
    """Results in the order of the blocks; worker processes are started only for work that outlasts their start."""
    start = time.perf_counter()
    for block in blocks:
        if jobs > 1 and time.perf_counter() - start > _IN_PROCESS_SECONDS:
            yield from _run_in_workers(itertools.chain([block], blocks), jobs)
        else:
            yield _run_block(block)


def _run_in_workers(blocks: Iterator[_Block], jobs: int) -> Generator[_BlockResult, None, None]:
    """Results in the order of the blocks; blocks that take a worker little time travel together."""
    seconds: dict[str, float] = {}
    # Few are handed out ahead, so that a system's rows are read only when its turn comes.
    with closing(in_workers(_run_together, _together(blocks, seconds), jobs=jobs)) as running:
        for name, results in running:
            seconds[name] = results[-1].seconds
            yield from results


def _together(blocks: Iterator[_Block], seconds: Mapping[str, float]) -> Iterator[list[_Block]]:
    """Runs of blocks of one system that are worth a journey. seconds: by system, what a block of it took, as known."""
    found: list[_Block] = []
    for block in blocks:
        if found:
            name = found[0].system.name
            # What a system takes is known from its first block on.
            if name != block.system.name or len(found) * seconds.get(name, _WORTH_SECONDS) >= _WORTH_SECONDS:
                yield found
                found = []
        found.append(block)
    if found:
        yield found


def _run_together(blocks: Sequence[_Block]) -> tuple[str, list[_BlockResult]]:
    return blocks[0].system.name, [_run_block(block) for block in blocks]


def _reading(system: System) -> str:
    return f"control {system.classifier.kind}" if system.features is None else system.features.reading()


def _run_block(block: _Block) -> _BlockResult:
    result = _BlockResult.kept(block.checkpoints, block.repeat)
    if result is None:
        result = _fit_block(block)
        if block.checkpoints is not None:
            result.keep(block.checkpoints, block.repeat)
    return result


def _fit_block(block: _Block) -> _BlockResult:
    start = time.perf_counter()
    rows = len(block.targets)
    fold = np.zeros(rows, dtype=np.int64)
    guess = np.zeros(rows, dtype=np.int64)
    scores: NDArray[np.float64] | None = np.zeros((rows, block.n_classes))
    chosen: list[Chosen] = []
    error: str | None = None
    cost = _Cost()
    with threadpool_limits(1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            for number, split in enumerate(block.protocol.outer(block.targets, block.repeat)):
                best, guess[split.test], tested, of_fold = _run_fold(block, split)
                cost += of_fold
                fold[split.test] = number
                chosen.append(best)
                if scores is None or tested is None:
                    scores = None
                else:
                    scores[split.test] = tested
        except Exception as failure:  # noqa: BLE001  one system's failure is its result; the others go on
            error = printable(f"{type(failure).__name__}: {' '.join(str(failure).split())}")
    seen = Counter(warning.category.__name__ for warning in caught)
    return _BlockResult(fold, guess, scores, tuple(chosen), dict(seen), error, time.perf_counter() - start, cost)


def _run_fold(block: _Block, split: Split) -> tuple[Chosen, Codes, NDArray[np.float64] | None, _Cost]:
    if isinstance(block.rows, Exception):
        raise block.rows
    candidates = _candidates(block.system.classifier)
    values = candidates[0] if len(candidates) == 1 else _best(block, split, candidates)
    start = time.perf_counter()
    features, train = _fitted(block, split)
    classifier = _classifier(block, values)
    if block.system.calibration is not None:
        inner = block.protocol.inner(block.targets, block.repeat, split)
        folds = [tuple(np.searchsorted(split.train, rows) for rows in (each.train, each.test)) for each in inner]
        classifier = calibrated(classifier, block.system.calibration, folds)
    classifier.fit(train, block.labels[split.train])
    fitted = time.perf_counter()
    test = features.transform_rows(block.rows.take(split.test))
    guess, scores = row_scores(classifier, test, np.arange(block.n_classes), block.system.score_kind)
    cost = _Cost(fitted - start, len(split.train), time.perf_counter() - fitted, len(split.test), train.shape[1])
    tuned = {name: value for name, value in values.items() if len(block.system.classifier.grid()[name]) > 1}
    return tuned, guess, scores, cost


def _candidates(classifier: ClassifierSettings) -> list[dict[str, Any]]:
    """All combinations of the listed values, in the order in which `GridSearchCV` tries them."""
    return list(ParameterGrid({name: list(values) for name, values in classifier.grid().items()}))


def _best(block: _Block, outer: Split, candidates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The candidate with the highest mean macro-F1 over inner folds, the first of equals, as `GridSearchCV` finds it.

    A candidate that fails in a fold is out, as with `error_score=nan`; where that leaves none, the first one stands and
    a warning is counted. Raises the first failure where every fit fails.
    """
    splits = block.protocol.inner(block.targets, block.repeat, outer)
    scores = np.full((len(candidates), len(splits)), np.nan)
    failures: list[Exception] = []
    for column, split in enumerate(splits):
        try:
            train, test = _matrices(block, split)
        except Exception as failure:  # noqa: BLE001  scored as missing, as scikit-learn does
            failures.append(failure)
            continue
        guesses = block.system.classifier.guesses(
            candidates, train, block.labels[split.train], test, random_state=block.protocol.random_state
        )
        failures += [guess for guess in guesses if isinstance(guess, Exception)]
        told = {row: guess for row, guess in enumerate(guesses) if not isinstance(guess, Exception)}
        if told:
            found = _tuning_scores(block.labels[split.test], np.stack(list(told.values())), block.n_classes)
            scores[list(told), column] = found
    if np.isnan(scores).all():
        raise failures[0]
    means = np.average(scores, axis=1)
    if np.isnan(means).all():
        warnings.warn("every candidate failed in an inner fold: nothing was tuned", UntunedWarning, stacklevel=2)
    return candidates[int(np.argmax(np.where(np.isnan(means), -np.inf, means)))]


def _tuning_scores(truth: Codes, guesses: Codes, n_classes: int) -> NDArray[np.float64]:
    """`f1_macro` as scikit-learn's scorer has it: over the classes that are true or guessed in these rows.

    guesses: (candidates, rows).
    """
    cells = guesses + truth * n_classes + n_classes**2 * np.arange(len(guesses))[:, np.newaxis]
    confusions = np.bincount(cells.ravel(), minlength=len(guesses) * n_classes**2)
    values = f1_of_classes(confusions.reshape(-1, n_classes, n_classes).astype(np.float64))
    return np.array([np.average(row[~np.isnan(row)]) for row in values])


def _matrices(block: _Block, split: Split) -> tuple[Matrix, Matrix]:
    features, train = _fitted(block, split)
    return train, features.transform_rows(block.rows.take(split.test))


def _fitted(block: _Block, split: Split) -> tuple[Features, Matrix]:
    """Features fitted on training rows, and their matrix."""
    train = block.rows.take(split.train)
    # Fitting sets what is learnt on the copy alone: the settings are shared.
    fitted = copy.copy(block.features).fit_rows(train)
    return fitted, fitted.transform_rows(train)


def _classifier(block: _Block, values: Mapping[str, Any]) -> Any:
    return block.system.classifier.build(random_state=block.protocol.random_state, **values)


def _gather(
    row_ids: tuple[str, ...],
    groups: tuple[str, ...] | None,
    targets: Targets,
    tested: NDArray[np.intp],
    *,
    system: System,
    repeats: Sequence[_BlockResult],
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
            np.stack([result.guess[tested] for result in repeats]),
            np.stack(scores) if len(scores) == len(repeats) else None,
            groups,
        )
    chosen = tuple(result.chosen for result in repeats) if error is None else ()
    seconds = tuple(result.seconds for result in repeats)
    cost = {} if error is not None else sum((result.cost for result in repeats), _Cost()).by_row()
    return Run(system, predictions, chosen, dict(sorted(total.items())), error, seconds, cost)
