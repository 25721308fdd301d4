"""From experiments on real text to how often each interval holds the true score, and how often each test errs.

    python docs/studies/real_text/summarise.py FOLDER [--again]

reads what `experiments.py` and `groups.py` wrote into FOLDER, and writes `cells.csv` beside this file and
`bench/comparison/coverage.csv`, from which tables say what was measured. Without FOLDER it prints the tables of
docs/intervals.md from `cells.csv` alone. What is shipped is computed here by the product's own code. Results of a cell
are kept in FOLDER and computed anew where its samples are newer, or all of them with --again.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from best import of_the_best
from grouped import of_groups
from paired import PAIRS, of_pair
from samples import COLUMNS, Array, Cell, Line, influences
from tables import shipped_table, tables

from bench.comparison.rare_classes import unseen
from bench.comparison.uncertainty import of_score, score_limits
from bench.comparison.variance import Design
from bench.comparison.variance_components import Parts
from bench.experiment.metrics.accuracy import Accuracy
from bench.experiment.metrics.base import ConfusionMetric, MarginMetric, Outcome
from bench.experiment.metrics.f1 import F1Macro

HERE = Path(__file__).parent
CELLS = HERE / "cells.csv"
SHIPPED_TABLE = HERE.parents[2] / "bench" / "comparison" / "coverage.csv"
METRICS: Mapping[str, MarginMetric] = {"f1_macro": F1Macro(), "accuracy": Accuracy()}
SHIPPED, SHIPPED_ALONE, BY_CHANCE = "as shipped", "as shipped, one repeat", "as shipped, counts by chance"


@dataclass(frozen=True)
class Taken:
    """What one system gives in one sample.

    values: (repeats,) scores; parts: of its variance; more: what rare classes add to that of its score; alone: the same
    of the first repeat; by_chance: the parts where the classes' rows are chance, too.
    """

    design: Design
    values: Array
    parts: Parts
    more: float
    alone: float
    by_chance: tuple[Design, Parts]

    def first(self) -> tuple[Array, Parts]:
        """Values and parts of the first repeat alone."""
        return self.values[:1], replace(self.parts, rows=self.parts.rows[:1], halves=None)

    def limits(self, metric: ConfusionMetric, method: str) -> tuple[float, float]:
        """Of the score, as the product gives them."""
        rows, of = len(self.design.labels), self.design.score(self.values, self.parts)
        more = self.more
        if method == SHIPPED_ALONE:
            of, more = self.design.score(*self.first()), self.alone
        if method == BY_CHANCE:
            of = self.by_chance[0].score(self.values, self.by_chance[1])
        if method == "one repeat's rows":
            single = (self.parts.rows**2).sum(axis=1).mean() / (rows - 1) / rows
            of, more = replace(of, variance=float(single)), 0.0
            return of_score(of, rows, more).interval()
        return score_limits(of_score(of, rows, more), metric.bounds, rows)


def taken(cell: Cell, metric: MarginMetric, system: str) -> list[Taken]:
    """Of every sample."""
    sides, classes = np.concatenate(cell.arrays["two"]), len(cell.shares)
    predictions = cell.predictions("cv", system)
    values, moved = influences(metric, cell.labels, predictions, classes, pooled=False)
    halved = influences(metric, cell.labels, cell.predictions("two", system), classes, pooled=True)[1]
    found = []
    for number, labels in enumerate(cell.labels):
        design, by_chance = Design(labels), Design(labels, class_counts="random")
        outcomes = [Outcome(cell.names, labels, repeat) for repeat in predictions[number]]
        more, alone = unseen(metric, outcomes), unseen(metric, outcomes[:1])
        if more is None or alone is None:
            raise ValueError("a metric of the study is one of the confusion matrix's sums")
        parts = design.parts(moved[number], more.of_difference()[""])
        parts = replace(parts, halves=design.taught(halved[number], sides[number]))
        chance = by_chance.parts(moved[number], parts.rare)
        numbers = more.of_score()[""], alone.of_score()[""]
        found.append(Taken(design, values[number], parts, *numbers, (by_chance, chance)))
    return found


def measured(cell: Cell) -> Iterator[Line]:
    """All lines of a cell."""
    for name, metric in METRICS.items():
        by_system = {system: taken(cell, metric, system) for system in cell.systems()}
        for system, samples in by_system.items():
            if system in cell.truth and not system.endswith("/1"):
                yield from _coverage(cell, name, metric, system, samples)
        yield from of_the_best(cell, name, metric, by_system)
        for pair in PAIRS:
            if all(one in by_system for one in pair):
                yield from of_pair(cell, name, metric, pair, [by_system[one] for one in pair])


def _coverage(cell: Cell, name: str, metric: ConfusionMetric, system: str, samples: Sequence[Taken]) -> Iterator[Line]:
    true = cell.true_score(metric, system)
    bias = float(np.mean([one.values.mean() for one in samples])) - true
    methods = ["one repeat's rows", SHIPPED, SHIPPED_ALONE, *([BY_CHANCE] if cell.counts == "random" else [])]
    for method in methods:
        low, high = np.clip(np.array([one.limits(metric, method) for one in samples]).T, 0, 1)
        held = (low <= true) & (true <= high)
        yield cell.line(name, system, "coverage", method, held, width=float((high - low).mean()), true=true, bias=bias)
        if method == SHIPPED:
            whole = cell.true_score(metric, f"all {system}")
            held = (low <= whole) & (whole <= high)
            yield cell.line(name, system, "coverage of all rows' model", method, held, true=whole)


def kept(folder: Path, name: str, *, again: bool) -> list[Line]:
    """All lines of a cell, as computed before where that was after its samples were drawn."""
    target = folder / f"{name}.lines.csv"
    newest = max(path.stat().st_mtime for path in folder.glob(f"{name}.*.npz"))
    if again or not target.exists() or target.stat().st_mtime < newest:
        part = target.with_suffix(".part")
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(measured(Cell(folder, name)))
        os.replace(part, target)
        print(name, file=sys.stderr, flush=True)
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Write the results, or print the tables."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        names = sorted({path.name.rsplit(".", 2)[0] for path in folder.glob("*.[0-9][0-9].npz")})
        lines = [line for name in names for line in kept(folder, name, again="--again" in sys.argv)]
        lines += [line for path in sorted(folder.glob("*.[0-9]*x[0-9]*.npz")) for line in of_groups(path, METRICS)]
        with SHIPPED_TABLE.open("w", encoding="utf-8", newline="") as file:
            file.write(shipped_table(lines))
        with CELLS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
    with CELLS.open(encoding="utf-8", newline="") as file:
        print(tables(list(csv.DictReader(file))))


if __name__ == "__main__":
    main()
