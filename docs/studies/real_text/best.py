"""How often the interval of the best of several systems holds its true score: it was chosen for a high one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from samples import Cell, Line

from bench.comparison.selection_bias import luck_of_the_best
from bench.comparison.uncertainty import of_score, score_limits
from bench.experiment.metrics.base import ConfusionMetric

if TYPE_CHECKING:
    from summarise import Taken


def of_the_best(
    cell: Cell, name: str, metric: ConfusionMetric, by_system: Mapping[str, Sequence[Taken]]
) -> Iterator[Line]:
    """Of all systems of a cell, those that lost characters, too: their true scores are their means over samples."""
    names = list(by_system)
    true = [_true(cell, metric, one, by_system) for one in names]
    held: dict[str, list[bool]] = {"as a single score": [], "after selection": []}
    widths: dict[str, list[float]] = {method: [] for method in held}
    above, moved = [], []
    for number in range(len(cell.labels)):
        samples = [by_system[one][number] for one in names]
        values = [float(one.values.mean()) for one in samples]
        best = int(np.argmax(values))
        rows, design = len(samples[best].design.labels), samples[best].design
        found = of_score(design.score(samples[best].values, samples[best].parts), rows, samples[best].more)
        places = [(first, range(first + 1, len(samples))) for first in range(len(samples) - 1)]
        parts = [replace(one.parts, halves=None) for one in samples]
        variance = design.differences(np.stack([one.values for one in samples]), parts, places).variance
        variances = np.zeros((len(samples), len(samples)))
        variances[np.triu_indices(len(samples), 1)] = variance
        luck = luck_of_the_best(np.array(values), variances + variances.T)
        less = replace(found, value=max(found.value - luck, metric.bounds[0]))
        limits = {
            "as a single score": score_limits(found, metric.bounds, rows),
            "after selection": score_limits(less, metric.bounds, rows),
        }
        for method, (low, high) in limits.items():
            held[method].append(low <= true[best] <= high)
            widths[method].append(high - low)
        above.append(values[best] - true[best])
        moved.append(luck)
    for method, of in held.items():
        bias = float(np.mean(above)) - (float(np.mean(moved)) if method == "after selection" else 0.0)
        width = float(np.mean(widths[method]))
        best_of = f"best of {len(names)}"
        yield cell.line(name, best_of, "coverage of the best", method, np.array(of), width=width, bias=bias)


def _true(cell: Cell, metric: ConfusionMetric, system: str, by_system: Mapping[str, Sequence[Taken]]) -> float:
    if system in cell.truth:
        return cell.true_score(metric, system)
    whole, _, lost = system.partition("/")
    mean = np.mean([one.values.mean() for side in "ab" for one in by_system[f"{whole}/{lost[:-1]}{side}"]])
    # Cross-validation is off by as much as for the system that reads all characters.
    off = np.mean([one.values.mean() for one in by_system[whole]]) - cell.true_score(metric, whole)
    return float(mean - off)
