"""From simulated experiments to how often each candidate interval holds the true score, and how often each test errs.

    python docs/studies/intervals/summarise.py FOLDER

reads what `simulate.py` wrote into FOLDER, and writes `cells.csv` beside this file. Without FOLDER it prints the tables
of docs/studies/simulation.md from `cells.csv` alone.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from bench.comparison.uncertainty import WIDENING_ALONE, Estimate, of_score

HERE = Path(__file__).parent
CELLS = HERE / "cells.csv"
FOLDS, REPEATS, CLUSTER = 5, 10, 5
SHIPPED = "one repeat's rows"
SHIPPED_ALONE = "one repeat's rows, widened, repeats = 1"
"""What the product's paired tests rest on for many repeats, and for one."""
CHOOSING, JUDGING = (0, 2), (1, 3)
"""Populations on which the inflation factor is chosen, and those on which it is judged."""

Array: TypeAlias = "NDArray[Any]"
Columns: TypeAlias = Mapping[str, Array]
Limits: TypeAlias = "tuple[Array, Array]"


class Cell:
    """The simulated populations of one kind and size. name: as `simulate.py` names its files."""

    def __init__(self, name: str, populations: Sequence[Columns]) -> None:
        self.name = name
        self.populations = populations
        kind, rows, classes, shares, clustered = name.split("-")
        self.kind, self.shares, self.rows, self.classes = kind, shares, int(rows), int(classes)
        self.clustered = clustered == "clustered"
        self.degrees = self.rows // CLUSTER - 1 if self.clustered else self.rows - self.classes


def _by_variance(key: str, factor: float = 1.0, degrees: float | None = None) -> Callable[[Cell, Columns, str], Limits]:
    """An interval of Student's t from one of the stored variances, as the product makes it."""

    def limits(cell: Cell, columns: Columns, of: str) -> Limits:
        found = [
            of_score(
                Estimate(float(value), float(variance) * factor, degrees or cell.degrees), cell.rows, 0.0
            ).interval()
            for value, variance in zip(columns[f"{of} score"], columns[f"{of} {key}"], strict=True)
        ]
        low, high = np.array(found).T
        return low, high

    return limits


def _first_repeat(factor: float) -> Callable[[Cell, Columns, str], Limits]:
    def limits(cell: Cell, columns: Columns, of: str) -> Limits:
        found = [
            of_score(Estimate(float(value), float(variance) * factor, cell.degrees), cell.rows, 0.0).interval()
            for value, variance in zip(columns[f"{of} first"], columns[f"{of} first_strata"], strict=True)
        ]
        low, high = np.array(found).T
        return low, high

    return limits


def _first_test(factor: float) -> Callable[[Cell, Columns, str], Array]:
    def p_values(cell: Cell, columns: Columns, of: str) -> Array:
        pairs = zip(columns[f"{of} first"], columns[f"{of} first_strata"], strict=True)
        return np.array([Estimate(float(d), float(v) * factor, cell.degrees).p_value() for d, v in pairs])

    return p_values


def _stored(kind: str) -> Callable[[Cell, Columns, str], Limits]:
    return lambda cell, columns, of: (columns[f"{of} {kind} low"], columns[f"{of} {kind} high"])


_CORRECTED = 1 / (FOLDS * REPEATS) + 1 / (FOLDS - 1)
INTERVALS: Mapping[str, Callable[[Cell, Columns, str], Limits]] = {
    SHIPPED: _by_variance("single_strata"),
    SHIPPED_ALONE: _first_repeat(WIDENING_ALONE),
    "one repeat's rows, repeats = 1": _first_repeat(1.0),
    "mean over repeats' rows": _by_variance("strata"),
    "mean over repeats' rows, classes together": _by_variance("rows"),
    "corrected resampled t": _by_variance("fold scores", _CORRECTED, FOLDS * REPEATS - 1),
    "corrected resampled t of influences": _by_variance("folds", _CORRECTED, FOLDS * REPEATS - 1),
    "bootstrap, percentile": _stored("percentile"),
    "bootstrap, BCa": _stored("BCa"),
    "nested cross-validation": _stored("nested"),
}


def _t_test(key: str, factor: float = 1.0, degrees: float | None = None) -> Callable[[Cell, Columns, str], Array]:
    def p_values(cell: Cell, columns: Columns, of: str) -> Array:
        pairs = zip(columns[f"{of} score"], columns[f"{of} {key}"], strict=True)
        return np.array([Estimate(float(d), float(v) * factor, degrees or cell.degrees).p_value() for d, v in pairs])

    return p_values


TESTS: Mapping[str, Callable[[Cell, Columns, str], Array]] = {
    SHIPPED: _t_test("single_strata"),
    SHIPPED_ALONE: _first_test(WIDENING_ALONE),
    "one repeat's rows, repeats = 1": _first_test(1.0),
    "mean over repeats' rows": _t_test("strata"),
    "corrected resampled t": _t_test("fold scores", _CORRECTED, FOLDS * REPEATS - 1),
    "corrected resampled t of influences": _t_test("folds", _CORRECTED, FOLDS * REPEATS - 1),
    "permutation of rows": lambda cell, columns, of: columns[f"{of} permutation"],
    "McNemar, first repeat": lambda cell, columns, of: columns[f"{of} McNemar"],
}
COLUMNS = ("cell", "metric", "what", "method", "experiments", "rate", "width")


def read(folder: Path) -> list[Cell]:
    """The cells whose populations are all there. Raises FileNotFoundError for none."""
    by_name: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.npz")):
        by_name.setdefault(path.stem.rpartition("-")[0], []).append(path)
    if not by_name:
        raise FileNotFoundError(f"{folder}: no simulated experiments; run simulate.py first")
    cells = []
    whole = max(map(len, by_name.values()))
    for name, paths in by_name.items():
        if len(paths) < whole:
            continue
        populations = []
        for path in paths:
            with np.load(path) as stored:
                populations.append({key: stored[key] for key in stored.files})
        cells.append(Cell(name, populations))
    return sorted(cells, key=lambda cell: (cell.rows, cell.classes, cell.name))


def coverage(cell: Cell, metric: str, limits: Callable[[Cell, Columns, str], Limits], which: Iterable[int]) -> Array:
    """(experiments, 2) whether an interval held the true score, and how wide it was."""
    found = []
    for number in which:
        columns = cell.populations[number]
        low, high = limits(cell, columns, f"{metric} A")
        truth = float(columns[f"true {metric} A"])
        found.append(np.stack([(low <= truth) & (truth <= high), high - low], axis=1))
    return np.concatenate(found)


def measure(cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """One line a cell, metric and method."""
    lines = []
    for cell in cells:
        every = range(len(cell.populations))
        for metric in ("accuracy", "balanced_accuracy", "f1_macro"):
            for method, limits in INTERVALS.items():
                if method.startswith("nested") and (metric != "accuracy" or cell.clustered):
                    continue
                found = coverage(cell, metric, limits, every)
                lines.append(_line(cell, metric, "coverage", method, found[:, 0], float(np.nanmean(found[:, 1]))))
            for method, test in TESTS.items():
                if "McNemar" in method and metric != "accuracy":
                    continue
                for pair, what in (("A-B", "type I error"), ("A-W", "power")):
                    if pair == "A-W" and method == "corrected resampled t":
                        continue
                    p = np.concatenate([test(cell, columns, f"{metric} {pair}") for columns in cell.populations])
                    lines.append(_line(cell, metric, what, method, p < 0.05, None))
    return lines


def _line(cell: Cell, metric: str, what: str, method: str, hits: Array, width: float | None) -> dict[str, Any]:
    shown = "" if width is None else f"{width:.4f}"
    return dict(zip(COLUMNS, (cell.name, metric, what, method, len(hits), f"{np.mean(hits):.4f}", shown), strict=True))


def inflation(cells: Sequence[Cell]) -> tuple[float, list[tuple[float, int, int, float]]]:
    """The factor on the variance of the mean over repeats that is best on half of the populations, and all tried.

    By factor: on the judging half, cells of 200 rows or more within 93 to 97 %, all such cells, and the lowest coverage
    among cells of 50 rows.
    """
    tried = []
    for factor in (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2.0):
        method = _by_variance("strata", factor)
        halves = []
        for half in (CHOOSING, JUDGING):
            rates = [(cell.rows, coverage(cell, "f1_macro", method, half)[:, 0].mean()) for cell in cells]
            inside = sum(0.93 <= rate <= 0.97 for rows, rate in rates if rows >= 200)
            halves.append((inside, min(rate for rows, rate in rates if rows == 50)))
        tried.append((factor, halves))
    large = sum(cell.rows >= 200 for cell in cells)
    best = max(tried, key=lambda each: (each[1][0][1] >= 0.9, each[1][0][0]))[0]
    return best, [(factor, halves[1][0], large, float(halves[1][1])) for factor, halves in tried]


def tables(lines: Sequence[Mapping[str, str]]) -> str:
    """The tables of the page on the simulation, Markdown."""
    parts = []
    for metric in ("f1_macro", "accuracy", "balanced_accuracy"):
        parts += [f"**Coverage of 95 % intervals, {metric}**\n", _coverage_table(lines, metric), ""]
    parts += ["**Tests at 5 %, f1_macro**\n", _test_table(lines, "f1_macro"), ""]
    parts += ["**Tests at 5 %, accuracy**\n", _test_table(lines, "accuracy"), ""]
    return "\n".join(parts)


def _coverage_table(lines: Sequence[Mapping[str, str]], metric: str) -> str:
    head = "| interval | n = 50: lowest | mean | n ≥ 200: within 93 to 97 % | lowest | highest | mean width at 200 |"
    out = [head, "|---|---:|---:|---:|---:|---:|---:|"]
    for method in INTERVALS:
        found = [
            line for line in lines if (line["metric"], line["what"], line["method"]) == (metric, "coverage", method)
        ]
        if not found:
            continue
        small = [float(line["rate"]) for line in found if _rows(line) == 50]
        large = [float(line["rate"]) for line in found if _rows(line) >= 200]
        width = np.mean([float(line["width"]) for line in found if _rows(line) == 200])
        inside = sum(0.93 <= rate <= 0.97 for rate in large)
        out.append(
            f"| {method} | {min(small):.3f} | {np.mean(small):.3f} | {inside} of {len(large)} | {min(large):.3f} | "
            f"{max(large):.3f} | {width:.3f} |"
        )
    return "\n".join(out)


def _test_table(lines: Sequence[Mapping[str, str]], metric: str) -> str:
    out = ["| test | highest type I error | its 95 % interval from | cells above 5 % beyond chance | mean power |"]
    out.append("|---|---:|---:|---:|---:|")
    for method in TESTS:
        found = [line for line in lines if (line["metric"], line["method"]) == (metric, method)]
        errors = [(float(line["rate"]), int(line["experiments"])) for line in found if line["what"] == "type I error"]
        if not errors:
            continue
        powers = [float(line["rate"]) for line in found if line["what"] == "power"]
        bounds = [_lower(rate, n) for rate, n in errors]
        worst, n = max(errors)
        power = f"{np.mean(powers):.2f}" if powers else "not taken"
        beyond = sum(bound > 0.05 for bound in bounds)
        out.append(f"| {method} | {worst:.3f} | {_lower(worst, n):.3f} | {beyond} of {len(errors)} | {power} |")
    return "\n".join(out)


def _lower(rate: float, experiments: int) -> float:
    """Lower end of the exact 95 % interval of a share."""
    return float(stats.binomtest(round(rate * experiments), experiments).proportion_ci().low)


def _rows(line: Mapping[str, str]) -> int:
    return int(line["cell"].split("-")[1])


def main() -> None:
    """Write the results, or print the tables."""
    if len(sys.argv) > 1:
        cells = read(Path(sys.argv[1]))
        lines = measure(cells)
        with CELLS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
        best, tried = inflation(cells)
        print(f"inflation factor chosen on populations {CHOOSING}: {best}; on populations {JUDGING}:")
        for factor, inside, of, lowest in tried:
            share = f"{inside} of {of} cells of 200 rows or more within 93 to 97 %"
            print(f"  {factor}: {share}, lowest at n = 50 {lowest:.3f}")
    with CELLS.open(encoding="utf-8", newline="") as file:
        print(tables(list(csv.DictReader(file))))


if __name__ == "__main__":
    main()
