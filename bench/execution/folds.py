"""Tunes, fits and tests the folds of a task, with scikit-learn's results: the work that is sent to workers."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import printable
from bench.execution.fitting import alone, fitted
from bench.execution.labelling_replay import labelled
from bench.execution.tasks import Chosen, Codes, Cost, EncodedTexts, FoldResult, Task
from bench.experiment.splits import Split
from bench.systems.pipeline import row_scores


def fold_results(task: Task, encoded: EncodedTexts, numbers: Sequence[int]) -> Iterator[FoldResult]:
    """Fit and test folds of a task lazily, on one thread; a failure is a result, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            splits = task.protocol.outer(encoded.targets, task.repeat)
    except Exception as failure:  # noqa: BLE001  one system's failure is its result; the others go on
        yield _failed(numbers[0], failure, {}, 0.0)
        return
    for number in numbers:
        yield _fold_result(task, encoded, splits[number], number)


def _fold_result(task: Task, encoded: EncodedTexts, split: Split, number: int) -> FoldResult:
    start, cpu = time.perf_counter(), time.thread_time()
    with alone(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        failure = None
        try:
            if task.protocol.replays:
                split = labelled(task, encoded, split, number)
            chosen, prediction, scores, cost = _fitted_and_tested(task, encoded, split)
        except Exception as raised:  # noqa: BLE001  as above
            failure = raised
    seen = Counter(warning.category.__name__ for warning in caught)
    seconds, cpu = time.perf_counter() - start, time.thread_time() - cpu
    if failure is not None:
        return _failed(number, failure, seen, seconds, cpu)
    return FoldResult(number, split.test, prediction, scores, chosen, seen, None, seconds, cost, cpu)


def _failed(number: int, failure: Exception, seen: Mapping[str, int], seconds: float, cpu: float = 0.0) -> FoldResult:
    error = printable(f"{type(failure).__name__}: {' '.join(str(failure).split())}")
    nothing = np.zeros(0, dtype=np.int64)
    return FoldResult(number, nothing, nothing, None, {}, seen, error, seconds, Cost(), cpu)


def _fitted_and_tested(
    task: Task, encoded: EncodedTexts, split: Split
) -> tuple[Chosen, Codes, NDArray[np.float64] | None, Cost]:
    done = fitted(task, encoded, split)
    start, start_cpu = time.perf_counter(), time.thread_time()
    test = done.features.transform_rows(encoded.rows.take(split.test))
    prediction, scores = row_scores(done.classifier, test, np.arange(encoded.n_classes), task.system.score_kind)
    spent, spent_cpu = time.perf_counter() - start, time.thread_time() - start_cpu
    rows = (len(split.train), len(split.test))
    cost = Cost(done.seconds, rows[0], spent, rows[1], done.train.shape[1], done.cpu_seconds, spent_cpu)
    grid = task.system.grid()
    tuned = {
        name: [*value] if isinstance(value, tuple) else value  # as JSON has it
        for name, value in done.values.items()
        if len(grid[name]) > 1
    }
    return tuned, prediction, scores, cost
