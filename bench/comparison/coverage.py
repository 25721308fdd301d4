"""What the study of intervals measured: how often they hold the true score, by metric and size of the data."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Coverage:
    """Lowest and highest share of simulated experiments, over populations of so many rows, whose interval held."""

    rows: int
    low: float
    high: float


def measured_coverage(metric: str, rows: int, *, clustered: bool, repeats: int) -> Coverage | None:
    """Of the simulated sizes the nearest to `rows`; None for a metric that was not studied.

    clustered: whether rows come in groups that no split parts. repeats: how often the rows were split.
    """
    table = files("bench.comparison").joinpath("coverage.csv").read_text(encoding="utf-8")
    kind = "clustered" if clustered else "independent"
    wanted = (metric, kind, "one" if repeats == 1 else "many")
    every = csv.DictReader(table.splitlines())
    lines = [line for line in every if (line["metric"], line["rows_are"], line["repeats"]) == wanted]
    if not lines:
        return None
    size = min({int(line["rows"]) for line in lines}, key=lambda each: abs(math.log(each / rows)))
    shares = [float(line["coverage"]) for line in lines if int(line["rows"]) == size]
    return Coverage(size, min(shares), max(shares))
