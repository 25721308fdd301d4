"""New runs against older ones of the same systems: what a paired test shows to have become worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.core.errors import BenchError, suggest
from bench.evaluation.compare import Pair, demand_comparable, make_pair
from bench.evaluation.results import StoredRun
from bench.evaluation.scored import load_scored
from bench.evaluation.uncertainty import LEVEL, Estimate, holm
from bench.experiment.metrics.base import metric_of


@dataclass(frozen=True, slots=True)
class Gate:
    """A comparison with stored runs of the same systems on the same rows and splits: what became worse.

    pairs: first the new run, second the old one, of the same name.
    """

    metric: str
    pairs: tuple[Pair, ...]
    worse: tuple[str, ...]


def gate(runs: Sequence[StoredRun], against: Sequence[StoredRun], metric: str) -> Gate:
    """Test each run against the stored one of the same system: worse is what a paired test shows, Holm over all.

    Raises BenchError where no system stands in both, and where data, splits or protocol differ.
    """
    metric_of(metric)
    old = {(run.record.system, run.folder.name): run for run in against}
    tested: list[tuple[str, Estimate]] = []
    worse_by_failure = []
    matched = False
    for run in runs:
        other = old.get((run.record.system, run.folder.name))
        if other is None:
            continue
        matched = True
        demand_comparable([other, run])
        [new_one, old_one] = load_scored([run, other], [metric])
        if old_one.predictions is not None and new_one.predictions is None:
            worse_by_failure.append(run.record.system)
            continue
        found = new_one.difference(old_one, metric) if metric in new_one.parts and metric in old_one.parts else None
        if found is not None:
            tested.append((run.record.system, found))
    if not matched:
        raise BenchError(f"no system stands in both: {suggest('', sorted({name for name, _ in old})).strip('. ')}")
    adjusted = holm(np.array([found.p_value() for _, found in tested]))
    pairs = tuple(
        make_pair((name, name), found, float(p), None) for (name, found), p in zip(tested, adjusted, strict=True)
    )
    sign = 1 if metric_of(metric).higher_is_better else -1
    worse = [pair.first for pair in pairs if pair.adjusted < 1 - LEVEL and sign * pair.difference < 0]
    return Gate(metric, pairs, (*worse, *worse_by_failure))
