"""What systems said of the shown rows, how often they were wrong, and what pulled them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.comparison.run_details import Detail, Detailed
from bench.deployment.attributions import Attributions
from bench.report.data.rows import Json, visible


def misses_of(each: Detailed, shown: Sequence[str]) -> dict[str, tuple[int, int, str]]:
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


def _counts(detail: Detail, shown: Sequence[str]) -> dict[str, Counter[str]]:
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


def said_of(each: Detailed, shown: Sequence[str], code: Mapping[str, int]) -> Json:
    """What every system said of the shown rows: pairs of a label and how often, flat; null for rows not tested."""
    systems = []
    for detail in each.scored:
        predictions = detail.predictions
        if predictions is None:
            continue
        table = _tallies(predictions.prediction, len(predictions.prediction_names))
        place = {row_id: at for at, row_id in enumerate(predictions.row_ids)}
        codes = [code[name] for name in predictions.prediction_names]
        said: list[list[int] | None] = []
        for row_id in shown:
            at = place.get(row_id)
            said.append(None if at is None else _flat(table[at], codes))
        systems.append({"name": detail.row.system, "control": detail.row.control, "said": said})
    comparison = each.comparison
    name = f"{', '.join(comparison.experiments)}: {comparison.splits}"
    return {"name": name, "repeats": comparison.repeats, "systems": systems}


def _tallies(prediction: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(rows, classes) how often each was predicted."""
    rows = prediction.shape[1]
    cells = np.arange(rows) * classes + prediction
    return np.bincount(cells.ravel(), minlength=rows * classes).reshape(rows, classes)


def _flat(tally: NDArray[np.int64], codes: Sequence[int]) -> list[int]:
    order = np.argsort(-tally, kind="stable")
    return [value for at in order.tolist() if tally[at] for value in (codes[at], int(tally[at]))]


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
