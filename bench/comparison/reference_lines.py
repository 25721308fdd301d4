"""Scores of predictions that read no text: always the largest class, and random classes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from bench.comparison.uncertainty import Floats
from bench.experiment.metrics.base import METRICS, ConfusionMetric, Metric, part_name


def floor_scores(tested: Mapping[str, int], metrics: Sequence[str]) -> dict[str, dict[str, float]]:
    """Expected scores of predictions that read no text: the largest class, and random classes by shares."""
    counts = np.array(list(tested.values()), dtype=np.float64)
    shares = counts / counts.sum()
    largest = np.eye(len(counts))[int(counts.argmax())]
    confusions = {"majority": np.outer(counts, largest), "chance": np.outer(counts, shares)}
    return {name: _scores_of(confusion, list(tested), metrics) for name, confusion in confusions.items()}


def _scores_of(confusion: Floats, classes: Sequence[str], metrics: Sequence[str]) -> dict[str, float]:
    known: dict[str, float] = {}
    for name in dict.fromkeys(full.partition(":")[0] for full in metrics):
        metric: Metric = METRICS[name]()
        if isinstance(metric, ConfusionMetric):
            values = metric.of_confusion(confusion).tolist()
            known |= {part_name(name, part): value for part, value in zip(metric.parts(classes), values, strict=True)}
    return {full: known[full] for full in metrics if full in known and not math.isnan(known[full])}
