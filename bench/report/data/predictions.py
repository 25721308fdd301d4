"""What systems predicted for the shown rows, how often they were wrong, and which n-grams caused it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.deployment.attributions import Attributions
from bench.execution.predictions import Predictions
from bench.report.data.rows import Json, visible
from bench.report.wording import data as wording


def misses_of(each: DetailedComparison, shown: Sequence[str]) -> dict[str, tuple[int, int, str]]:
    """Row id to systems wrong in most repeats, systems that saw it, and what they took it for most often."""
    readers = each.readers or each.scored
    wrong: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    taken: dict[str, Counter[str]] = {row_id: Counter() for row_id in shown}
    for detail in readers:
        predictions = detail.predictions
        if predictions is None:
            continue
        share = (predictions.prediction != predictions.truth).mean(axis=0).tolist()
        seen.update(predictions.row_ids)
        wrong.update(row_id for row_id, of in zip(predictions.row_ids, share, strict=True) if of > 0.5)
        for row_id, counts in _counts(detail, shown).items():
            taken[row_id].update(counts)
    found = {}
    for row_id in shown:
        commonest = taken[row_id].most_common(1)
        found[row_id] = wrong[row_id], seen[row_id], commonest[0][0] if commonest else ""
    return found


def _counts(detail: RunDetails, shown: Sequence[str]) -> dict[str, Counter[str]]:
    """Row id to the wrong predictions of all repeats."""
    predictions = detail.predictions
    if predictions is None:
        return {}
    place = {row_id: at for at, row_id in enumerate(predictions.row_ids)}
    found = {}
    for row_id in shown:
        at = place.get(row_id)
        if at is not None:
            of_row = predictions.prediction[:, at]
            missed = of_row[of_row != predictions.truth[at]].tolist()
            found[row_id] = Counter(predictions.prediction_names[code] for code in missed)
    return found


def said_of(each: DetailedComparison, shown: Sequence[str], code: Mapping[str, int]) -> Json:
    """What every system said of the shown rows: pairs of a label and how often, flat; null for rows not tested.

    Where systems state probabilities, `sure` has one for each pair: the mean over the repeats that said so, in percent.
    """
    systems = []
    for detail in each.scored:
        predictions = detail.predictions
        if predictions is None:
            continue
        table = _tallies(predictions.prediction, len(predictions.prediction_names))
        place = {row_id: at for at, row_id in enumerate(predictions.row_ids)}
        codes = [code[name] for name in predictions.prediction_names]
        stated = _stated(predictions) if detail.record.score_kind == "probability" else None
        said: list[list[int] | None] = []
        sure: list[list[int] | None] = []
        for row_id in shown:
            at = place.get(row_id)
            order = [] if at is None else _order(table[at])
            said.append(None if at is None else [value for to in order for value in (codes[to], int(table[at][to]))])
            if stated is not None:
                sure.append(None if at is None else [round(100 * stated[at, to] / table[at][to]) for to in order])
        found = {"name": detail.row.system, "control": detail.row.control, "said": said}
        systems.append(found if stated is None else {**found, "sure": sure})
    comparison = each.comparison
    name = wording.splits(", ".join(comparison.experiments), comparison.splits)
    return {"name": name, "repeats": comparison.repeats, "systems": systems}


def _tallies(prediction: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(rows, classes) how often each was predicted."""
    rows = prediction.shape[1]
    cells = np.arange(rows) * classes + prediction
    return np.bincount(cells.ravel(), minlength=rows * classes).reshape(rows, classes)


def _order(tally: NDArray[np.int64]) -> list[int]:
    """What was predicted at all, the most frequent first."""
    return [at for at in np.argsort(-tally, kind="stable").tolist() if tally[at]]


def _stated(predictions: Predictions) -> NDArray[np.float64]:
    """(rows, classes) the probability of each prediction, added up over the repeats that made it."""
    classes = len(predictions.prediction_names)
    if predictions.scores is None:
        return np.zeros((predictions.prediction.shape[1], classes))
    rows = predictions.prediction.shape[1]
    cells = np.arange(rows) * classes + predictions.prediction
    best = np.clip(predictions.scores.max(axis=2), 0.0, 1.0)
    found = np.bincount(cells.ravel(), weights=best.ravel(), minlength=rows * classes)
    return found.astype(np.float64).reshape(rows, classes)


def attributions_of(at: int, found: Attributions, shown: Sequence[str]) -> Json:
    """N-grams of the shown rows: by row, prediction and by class its attributions, a list of n-gram and share."""
    explained: list[Any] = []
    for row_id in shown:
        each = found.rows.get(row_id)
        if each is None:
            explained.append(None)
            continue
        attributions = {
            str(code): [[visible(pull.feature), round(pull.share, 4)] for pull in strongest]
            for code, strongest in each.attributions.items()
        }
        explained.append([each.prediction, attributions])
    return {"table": at, "system": found.system, "rows": explained}
