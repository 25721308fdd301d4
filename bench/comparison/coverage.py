"""What the study on real text measured: how often intervals held the true score, on the data most like the user's."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Coverage:
    """How often intervals held on one population. low, high: of the systems tried there, the worst and the best share.

    rows, classes, smallest: of its samples, the last the rows of the smallest class; samples: how many were drawn.
    """

    population: str
    rows: int
    classes: int
    smallest: int
    samples: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """The same for samples of whole groups. kind: `mixed`, or `pure` where each group is of one class.

    bias: the largest bias of the score itself over the systems tried, in units of the score.
    """

    population: str
    groups: int
    kind: str
    rows: int
    samples: int
    low: float
    high: float
    bias: float


def measured_coverage(
    metric: str, rows: int, classes: int, smallest: int, *, repeats: int, counts: str = "fixed"
) -> Coverage | None:
    """The coverage on the studied population most like this data; None for a metric or a design that was not studied.

    counts: whether the rows of each class are `fixed` or `random`.

    The nearest population is that with the nearest ratios of rows, classes and rows of the smallest class; of equals,
    that of the worst coverage.
    """
    found = [line for line in _lines(metric, repeats) if not line["groups"] and line["counts"] == counts]
    if not found:
        return None
    best = min(
        found, key=lambda line: (_apart(line, rows=rows, classes=classes, smallest=smallest), float(line["low"]))
    )
    of_rows, of_classes, of_smallest, samples = (
        int(best[key]) for key in ("rows", "classes", "smallest", "experiments")
    )
    low, high = float(best["low"]), float(best["high"])
    return Coverage(best["population"], of_rows, of_classes, of_smallest, samples, low, high)


def measured_group_coverage(
    metric: str, groups: int, *, pure: bool, repeats: int, fewer_than: float = math.inf
) -> GroupCoverage | None:
    """The coverage on the population whose groups are most like these in number and kind; None for an unstudied metric.

    fewer_than: only populations of fewer groups than that are considered.
    """
    kind = "pure" if pure else "mixed"
    grouped = [line for line in _lines(metric, repeats) if line["groups"] and line["kind"] == kind]
    found = [line for line in grouped if int(line["groups"]) < fewer_than]
    if not found:
        return None
    best = min(found, key=lambda line: (_apart(line, groups=groups), float(line["low"])))
    low, high, bias = (float(best[key]) for key in ("low", "high", "bias"))
    of_groups, of_rows, samples = (int(best[key]) for key in ("groups", "rows", "experiments"))
    return GroupCoverage(best["population"], of_groups, kind, of_rows, samples, low, high, bias)


def _lines(metric: str, repeats: int) -> list[dict[str, str]]:
    table = files("bench.comparison").joinpath("coverage.csv").read_text(encoding="utf-8")
    wanted = (metric, "one" if repeats == 1 else "many")
    return [
        line
        for line in csv.DictReader(table.splitlines())
        if (line["metric"], line["repeats"]) == wanted or (line["groups"] and line["metric"] == metric)
    ]


def _apart(line: Mapping[str, str], **sizes: int) -> float:
    """The sum of squares of the logarithms of ratios."""
    return sum(math.log(int(line[name]) / max(size, 1)) ** 2 for name, size in sizes.items())
