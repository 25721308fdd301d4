"""Whether the probabilities that systems state come true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from bench.comparison.run_details import DetailedComparison, RunDetails
from bench.execution.predictions import Predictions
from bench.report import plots
from bench.report.elements import Block, Entry, Figure, Heading, Table
from bench.report.links import Place
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.sections.entries import LOW, figure, system
from bench.report.tables import numbers
from bench.report.wording import calibration as wording
from bench.report.wording.headings import CAPTIONS, COLUMNS, TITLES

MOST_DRAWN = 9
"""How many systems get a reliability curve; the table holds all."""

Bin: TypeAlias = "tuple[int, float, float]"
"""Predictions, their mean probability, and the share of them that is right."""

_BINS = 10
_FEW = 1000
_PROBABILITY_METRICS = {
    "expected_calibration_error": COLUMNS["calibration_error"],
    "brier_score": COLUMNS["brier"],
    "log_loss": COLUMNS["log_loss"],
}


def calibration(place: Place, detailed: DetailedComparison) -> Block | None:
    """Whether stated probabilities come true; None where no run has predictions."""
    found = [detail for detail in detailed.scored if detail.record.score_kind == "probability"]
    key = place.key
    if not detailed.scored:
        return None
    if not found:
        return Block(f"{key}-calibration", TITLES["calibration"], (wording.NO_PROBABILITIES,))
    bins = [
        (detail, each) for detail in found if detail.predictions is not None for each in reliability(detail.predictions)
    ]
    scores = Table(
        f"{key}-probability-scores",
        CAPTIONS["probabilities"],
        (Heading(COLUMNS["system"]), *(Heading(text, numeric=True) for text in _PROBABILITY_METRICS.values())),
        tuple(
            (system(place, detailed, detail), *(_recorded(detail, name) for name in _PROBABILITY_METRICS))
            for detail in found
        ),
    )
    tested = numbers.tested_rows(detailed.comparison)
    words = wording.calibration_words(detailed.comparison.repeats, _BINS, tested if tested < _FEW else None)
    curves = _curves(place, [detail.row.system for detail in found], bins)
    folded = (_bin_table(key, bins),)
    return Block(f"{key}-calibration", TITLES["calibration"], (words,), (curves,), (scores,), folded)


def _curves(place: Place, systems: Sequence[str], bins: Sequence[tuple[RunDetails, Bin]]) -> Figure:
    """The reliability curves of the first systems. systems: best first."""
    drawn = systems[:MOST_DRAWN]
    values = [
        {
            "name": detail.row.system,
            "confidence": confidence,
            "right": right,
            "rows": rows,
            "tip": wording.bin_tip(detail.row.system, f"{confidence:.0%}", f"{right:.0%}", rows),
        }
        for detail, (rows, confidence, right) in bins
        if detail.row.system in drawn
    ]
    return figure(
        place,
        "reliability",
        lambda size: plots.reliability(size, values, stated=wording.STATED, right=wording.RIGHT),
        wording.calibration_title(len(drawn)),
        wording.calibration_caption(len(drawn), len(systems)),
    )


def _bin_table(key: str, bins: Sequence[tuple[RunDetails, Bin]]) -> Table:
    headings = (
        Heading(COLUMNS["system"]),
        Heading(COLUMNS["predictions"], numeric=True),
        Heading(COLUMNS["stated"], numeric=True),
        Heading(COLUMNS["share_right"], numeric=True),
    )
    rows = tuple(
        (
            Entry(detail.row.system),
            Entry(f"{rows:,}", sort=rows),
            Entry(f"{confidence:.3f}", sort=confidence),
            Entry(f"{right:.3f}", sort=right),
        )
        for detail, (rows, confidence, right) in bins
    )
    return Table(f"{key}-bins", CAPTIONS["bins"], headings, rows)


def reliability(predictions: Predictions) -> list[Bin]:
    """The bins that are not empty, of up to 10 of equal width from 0 to 1.

    The binned probability is that of the prediction, over all rows and repeats.
    """
    from sklearn.calibration import calibration_curve

    if predictions.scores is None:
        return []
    stated = np.clip(predictions.scores.max(axis=2).ravel(), 0.0, 1.0)
    right = (predictions.prediction == predictions.truth).ravel()
    # The bins of `calibration_curve`, which gives no counts.
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], stated), minlength=_BINS)
    share, mean = calibration_curve(right.astype(np.int64), stated, n_bins=_BINS, pos_label=1)
    return list(zip(counts[counts > 0].tolist(), mean.tolist(), share.tolist(), strict=True))


def _recorded(detail: RunDetails, metric: str) -> Entry:
    score = detail.record.scores.get(metric)
    if score is None or score.value is None:
        return Entry(numbers.NONE, sort=LOW)
    return Entry(numbers.short(score.value, 3), sort=score.value)


@BLOCKS.register("calibration")
class CalibrationBlock(ComparisonBlock):
    """Whether stated probabilities come true."""

    order = 60

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `calibration`."""
        return calibration(place, detailed)
