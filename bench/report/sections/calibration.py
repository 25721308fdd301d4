"""Whether the probabilities that systems state come true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from bench.comparison.run_details import Detail, Detailed
from bench.execution.predictions import Predictions
from bench.report import plots
from bench.report.parts import Block, Entry, Figure, Heading, Table
from bench.report.sections.entries import LOW, system, times
from bench.report.tables import numbers

MOST_DRAWN = 9
"""So many systems get a reliability curve; the table holds all."""

Bin: TypeAlias = "tuple[int, float, float]"
"""Predictions, their mean probability, and the share of them that is right."""

_BINS = 10
_FEW = 1000
_PROBABILITY_METRICS = {
    "expected_calibration_error": "expected calibration error",
    "brier_score": "Brier score",
    "log_loss": "log loss",
}


def calibration(key: str, detailed: Detailed) -> Block | None:
    """Whether stated probabilities come true; None where no run has predictions."""
    found = [detail for detail in detailed.scored if detail.record.score_kind == "probability"]
    if not detailed.scored:
        return None
    if not found:
        words = "No system here gives probabilities; `calibration: sigmoid` in an experiment makes them."
        return Block(f"{key}-calibration", "Calibration", (words,))
    bins = [
        (detail, each) for detail in found if detail.predictions is not None for each in reliability(detail.predictions)
    ]
    scores = Table(
        f"{key}-probability-scores",
        "How good the probabilities are: 0 is best",
        (Heading("system"), *(Heading(text, numeric=True) for text in _PROBABILITY_METRICS.values())),
        tuple((system(detail), *(_recorded(detail, name) for name in _PROBABILITY_METRICS)) for detail in found),
    )
    repeats, tested = detailed.comparison.repeats, numbers.tested_rows(detailed.comparison)
    few = f" With {tested} rows, the share of a bin rests on few of them." if tested < _FEW else ""
    words = (
        f"Probability of each guess, by a model that had not seen the row, pooled over {times(repeats, 'repeat')} and "
        f"parted into up to {_BINS} bins of equal width. Guesses of one row in several repeats are not "
        f"independent.{few}"
    )
    figure = _curves(key, [detail.row.system for detail in found], bins)
    return Block(f"{key}-calibration", "Calibration", (words,), (figure,), (scores,), (_bin_table(key, bins),))


def _curves(key: str, systems: Sequence[str], bins: Sequence[tuple[Detail, Bin]]) -> Figure:
    """The reliability curves of the first systems. systems: best first."""
    drawn = systems[:MOST_DRAWN]
    values = [
        {"name": detail.row.system, "confidence": confidence, "right": right, "rows": rows}
        for detail, (rows, confidence, right) in bins
        if detail.row.system in drawn
    ]
    name = f"{key}-reliability"
    svg = plots.draw(
        lambda size: plots.reliability(size, values),
        key=name,
        title=f"How often guesses are right against their stated probability, {times(len(drawn), 'system')}",
        description="The same numbers, with the guesses in each bin, stand in the folded table of bins.",
    )
    rest = f" The best {MOST_DRAWN} of {len(systems)} systems are drawn." if len(systems) > MOST_DRAWN else ""
    caption = f"On the dashed line a stated probability is what comes true; below it, the system is too sure.{rest}"
    return Figure(name, svg, caption)


def _bin_table(key: str, bins: Sequence[tuple[Detail, Bin]]) -> Table:
    headings = (
        Heading("system"),
        Heading("guesses", numeric=True),
        Heading("mean probability", numeric=True),
        Heading("share right", numeric=True),
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
    return Table(f"{key}-bins", "Bins of stated probability", headings, rows)


def reliability(predictions: Predictions) -> list[Bin]:
    """The bins that are not empty, of up to 10 of equal width from 0 to 1.

    Parted is the probability of the prediction, over all rows and repeats.
    """
    from sklearn.calibration import calibration_curve

    if predictions.scores is None:
        return []
    stated = np.clip(predictions.scores.max(axis=2).ravel(), 0.0, 1.0)
    right = (predictions.prediction == predictions.truth).ravel()
    # As `calibration_curve` parts them, which tells no counts.
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], stated), minlength=_BINS)
    share, mean = calibration_curve(right.astype(np.int64), stated, n_bins=_BINS, pos_label=1)
    return list(zip(counts[counts > 0].tolist(), mean.tolist(), share.tolist(), strict=True))


def _recorded(detail: Detail, metric: str) -> Entry:
    score = detail.record.scores.get(metric)
    if score is None or score.value is None:
        return Entry(numbers.NONE, sort=LOW)
    return Entry(numbers.short(score.value, 3), sort=score.value)
