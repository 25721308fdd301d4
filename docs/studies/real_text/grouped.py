"""How often intervals over whole groups hold the true score of new groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from groups import NAMES
from populations import POPULATIONS

from bench.comparison.uncertainty import Estimate, of_score, score_limits
from bench.comparison.variance import Design
from bench.experiment.metrics.base import ConfusionMetric, Outcome

PAIRS = (("complement-nb", "centroid"), ("complement-nb", "ridge"))


def of_groups(path: Path, metrics: Mapping[str, ConfusionMetric]) -> Iterator[dict[str, Any]]:
    """Lines of one file of `groups.py`."""
    population, kind, layout = path.stem.split(".")
    with np.load(path) as stored:
        arrays = {key: stored[key] for key in stored.files}
    if "labels" not in arrays:
        return
    names = tuple(map(str, range(len(POPULATIONS[population].shares))))
    rows = [int((labels != 255).sum()) for labels in arrays["labels"]]
    told = {
        "population": population, "judged": POPULATIONS[population].judged, "rows": round(float(np.mean(rows))),
        "classes": len(names), "counts": "random", "groups": f"{layout.split('x')[0]} {kind}", "experiments": len(rows),
    }  # fmt: skip
    for name, metric in metrics.items():
        true = {one: float(metric.of_confusion(arrays[f"true {one}"])[..., 0].mean()) for one in NAMES}
        found = [_taken(metric, names, arrays, number, count) for number, count in enumerate(rows)]
        for one in NAMES:
            limits = [
                score_limits(
                    of_score(design.score(values[one], parts[one]), len(design.labels), 0.0),
                    metric.bounds,
                    len(design.labels),
                )
                for design, values, parts in found
            ]
            held = np.mean([low <= true[one] <= high for low, high in limits])
            bias = np.mean([values[one].mean() for _, values, _ in found]) - true[one]
            width = np.mean([high - low for low, high in limits])
            numbers = {"rate": held, "true": true[one], "bias": bias, "width": width}
            yield {**told, "metric": name, "of": one, "what": "coverage", "method": "as shipped"} | {
                key: f"{value:.4f}" for key, value in numbers.items()
            }
        for one, two in PAIRS:
            gap, wrong = true[one] - true[two], []
            for design, values, parts in found:
                estimate = design.estimate(values[one] - values[two], parts[one].minus(parts[two]))
                wrong.append(Estimate(estimate.value - gap, estimate.variance, estimate.degrees).p_value() < 0.05)
            line = {**told, "metric": name, "of": f"{one} - {two}", "what": "error", "method": "as shipped"}
            yield {**line, "rate": f"{np.mean(wrong):.4f}", "true": f"{gap:.4f}"}


def _taken(
    metric: ConfusionMetric, names: tuple[str, ...], arrays: Mapping[str, Any], number: int, rows: int
) -> tuple[Design, dict[str, Any], dict[str, Any]]:
    labels, groups = (arrays[key][number][:rows].astype(np.int64) for key in ("labels", "groups"))
    design, values, parts = Design(labels, groups), {}, {}
    for one in NAMES:
        outcomes = [Outcome(names, labels, prediction[:rows].astype(np.int64)) for prediction in arrays[one][number]]
        values[one] = np.array([metric.of_confusion(outcome.confusion())[0] for outcome in outcomes])
        parts[one] = design.parts(np.stack([metric.influence(outcome)[""] for outcome in outcomes]))
    return design, values, parts
