"""What each labelling strategy gains over random choice in a replay, averaged over all numbers of labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from bench.comparison.learning_curves import score_at
from bench.comparison.scored_runs import Scored, ScoredRun, load_scored_runs, train_size
from bench.comparison.uncertainty import Estimate
from bench.comparison.variance_components import Parts
from bench.core.digests import canonical_json
from bench.core.labelled_texts import AT_RANDOM
from bench.core.multiple_tests import holm
from bench.execution.results import StoredRun

BySize: TypeAlias = "Mapping[int, ScoredRun]"


@dataclass(frozen=True, slots=True)
class Gain:
    """The gain of a strategy over random rows with one system.

    labels: the numbers of labels after the start, over which scores are averaged. difference: of the mean score, the
    strategy's minus random's; low, high: its limits at 95 %; adjusted: its p by Holm over all gains of the replay.
    last: labels at the end; as_good: about how many labels the strategy needs for the score that random rows reach
    with `last`, between two sizes on a straight line; None where it does not reach it.
    """

    system: str
    strategy: str
    labels: tuple[int, ...]
    difference: float
    low: float
    high: float
    p_value: float
    adjusted: float
    last: int
    as_good: int | None


def gains(runs: Sequence[StoredRun], metric: str) -> tuple[Gain, ...]:
    """The gains in every replay among runs of the same data, the largest first; empty without random rows.

    The difference is paired fold by fold: all strategies begin with the same labels and are tested on the same rows.
    Raises BenchError for damaged predictions.
    """
    replays = [run for run in runs if run.record.protocol["kind"] == "labelling" and run.record.status == "complete"]
    found: list[tuple[str, str, BySize, BySize, Estimate]] = []
    for group in _grouped(replays):
        for name, by_strategy in _by_system(group, metric).items():
            base = by_strategy.pop(AT_RANDOM, None)
            for strategy, sized in by_strategy.items():
                estimate = None if base is None else _difference(sized, base, metric)
                if base is not None and estimate is not None:
                    found.append((name, strategy, sized, base, estimate))
    adjusted = holm(np.array([each[-1].p_value() for each in found]))
    made = [
        _gain((name, strategy), mine, base, estimate, metric=metric, adjusted=float(p))
        for (name, strategy, mine, base, estimate), p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(made, key=lambda gain: (-gain.difference, gain.system, gain.strategy)))


def _grouped(runs: Iterable[StoredRun]) -> list[list[StoredRun]]:
    """Runs by replay: runs of one protocol except for the number of labels."""
    groups: dict[bytes, list[StoredRun]] = {}
    for run in runs:
        same = {key: value for key, value in run.record.protocol.items() if key not in {"train_sizes", "rounds"}}
        groups.setdefault(canonical_json([run.record.experiment, same]), []).append(run)
    return list(groups.values())


def _by_system(runs: Sequence[StoredRun], metric: str) -> dict[str, dict[str, dict[int, ScoredRun]]]:
    """By system, then strategy, then number of labels."""
    found: dict[str, dict[str, dict[int, ScoredRun]]] = {}
    for run in runs:
        size = train_size(run.record.protocol)
        name, _, strategy = run.record.system.rpartition("+")
        if size is not None and name:
            [scored] = load_scored_runs([run], [metric], metric)
            found.setdefault(name, {}).setdefault(strategy, {})[size] = scored
    return found


def _sizes(first: BySize, second: BySize) -> list[int]:
    """Numbers of labels that both have, without the start, where nothing has been chosen yet."""
    start = next(iter(first.values())).record.protocol["start"]
    return sorted(size for size in set(first) & set(second) if size != start)


def _difference(mine: BySize, base: BySize, metric: str) -> Estimate | None:
    """The difference of the means over the numbers of labels."""
    sizes = _sizes(mine, base)
    pairs = [(mine[size].scores.get(metric), base[size].scores.get(metric)) for size in sizes]
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    design = mine[sizes[-1]].design if sizes else None
    if not both or len(both) != len(pairs) or design is None or any(not _testable(each) for each in both):
        return None
    values = np.mean([one.values - other.values for one, other in both], axis=0)
    parts = [_parts(one).minus(_parts(other)) for one, other in both]
    mean = Parts(*(np.mean([getattr(part, name) for part in parts], axis=0) for name in ("rows", "means", "noise")))
    if design.small_training is not None:
        overlap = float(np.mean(sizes)) / len(design.labels)
        design = replace(design, small_training=replace(design.small_training, overlap=overlap))
    return design.estimate(values, mean)


def _testable(pair: tuple[Scored, Scored]) -> bool:
    return all(each.parts is not None for each in pair)


def _parts(scored: Scored) -> Parts:
    if scored.parts is None:
        raise ValueError("a score without what its differences are estimated by")
    return scored.parts


def _gain(name: tuple[str, str], mine: BySize, base: BySize, found: Estimate, *, metric: str, adjusted: float) -> Gain:
    sizes = _sizes(mine, base)
    low, high = found.interval()
    start = min(set(mine) & set(base))
    curve = [(size, score_at(mine[size], metric)) for size in sorted({start, *sizes})]
    reached = _reached(curve, score_at(base[sizes[-1]], metric))
    return Gain(*name, tuple(sizes), found.value, low, high, found.p_value(), adjusted, sizes[-1], reached)


def _reached(curve: Sequence[tuple[int, float]], score: float) -> int | None:
    """The number of labels at which a curve first reaches a score, by linear interpolation."""
    before: tuple[int, float] | None = None
    for size, value in curve:
        if value >= score:
            if before is None or value == before[1]:
                return size
            share = (score - before[1]) / (value - before[1])
            return round(before[0] + share * (size - before[0]))
        before = (size, value)
    return None
