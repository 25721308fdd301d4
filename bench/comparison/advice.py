"""Which system to take, or that the data cannot tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bench.comparison.scored_runs import ScoredRun
from bench.comparison.tested_pairs import Pair
from bench.comparison.uncertainty import LEVEL
from bench.comparison.values import Row
from bench.execution.results import Record
from bench.experiment.metrics.base import metric_of
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.features.base import FEATURES


def advice(runs: Sequence[ScoredRun], rows: Sequence[Row], pairs: Sequence[Pair], metric: str) -> str:
    """Which system to take, or that the data cannot tell."""
    top = [row for row in rows if row.tier == 1]
    if rows and all(row.impossible for row in rows):
        return "No score can be computed by this protocol on this data: there is nothing to advise."
    scored = [row.system for row in rows if row.cells[metric].mean is not None]
    if not scored:
        return "No system has a score: there is nothing to advise."
    if len(scored) == 1:
        return f"One system alone, {scored[0]}: run a second one, and a control, to have something to compare."
    if not pairs:
        return f"{metric} gives no paired test: the order above is not tested."
    if top[0].control:
        return f"The best here, {top[0].system}, is a control that reads no words: no system shows that it reads any."
    controls = [row.system for row in top if row.control]
    if controls:
        return (
            f"This data cannot tell the best system, {top[0].system}, from {controls[0]}, which reads no words: "
            f"label more rows before choosing."
        )
    if len(top) == 1:
        return f"Take {top[0].system}: it is told apart from every other system here."
    cost = {run.name: _cost(run.record) for run in runs}
    cheapest = min(top, key=lambda row: (cost[row.system], -(row.cells[metric].mean or 0), row.system))
    return (
        f"Take {cheapest.system}: of the {len(top)} systems that this data cannot tell from the best, it needs the "
        f"least (kind of features, then number of fits)."
    )


def baseline_advice(rows: Sequence[Row], metric: str, baseline: str) -> str:
    """Which systems a test tells from the baseline."""
    if baseline not in {row.system for row in rows}:
        return f"{baseline} was not run on this data: nothing here is compared with it."
    sign = 1 if metric_of(metric).higher_is_better else -1
    told = {
        row.system: sign * row.against.difference for row in rows if row.against and row.against.adjusted < 1 - LEVEL
    }
    better = ", ".join(name for name, difference in told.items() if difference > 0) or "none"
    worse = ", ".join(name for name, difference in told.items() if difference < 0) or "none"
    return f"Told from {baseline}: better {better}; worse {worse}. This data tells no other system from it."


def _cost(record: Record) -> tuple[int, int]:
    """What a system needs: the cost of its kind of features or classifier, and its combinations of listed values."""
    classifier = record.config["classifier"]
    combinations = math.prod(len(value) for value in classifier.values() if isinstance(value, list))
    kind = CLASSIFIERS.classes().get(classifier.get("kind", ""))
    own = 0 if kind is None else kind.cost
    return max(own, _feature_cost(record.config.get("features"))), combinations


def _feature_cost(settings: Any) -> int:
    if isinstance(settings, list):
        return max(map(_feature_cost, settings), default=0)
    if not isinstance(settings, dict):
        return 0
    kind = FEATURES.classes().get(settings.get("kind", ""))
    return max([0 if kind is None else kind.cost, *map(_feature_cost, settings.values())])
