"""The lines of a study to what a page shows, and to what the product says of intervals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from populations import DRAWN_LAST

SHIPPED = "as shipped"
ALONE, BY_CHANCE = f"{SHIPPED}, one repeat", f"{SHIPPED}, counts by chance"
BEFORE = "one repeat's rows"
OTHERS = ("mean over repeats' rows", "permutation of rows", "bootstrap of rows with a floor", "corrected t")
COLUMNS = (
    "population",
    "metric",
    "repeats",
    "rows",
    "classes",
    "smallest",
    "groups",
    "kind",
    "counts",
    "experiments",
    "low",
    "high",
    "bias",
)


def shipped_table(lines: Sequence[Mapping[str, Any]]) -> str:
    """CSV: for each population, size and metric the lowest and the highest coverage over systems."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for line in lines:
        told = {SHIPPED: ("many", "fixed"), ALONE: ("one", "fixed"), BY_CHANCE: ("many", "random")}
        repeats, asked = told.get(str(line["method"]), (None, None))
        drawn = "fixed" if line.get("groups") else str(line["counts"])
        if line["what"] != "coverage" or repeats is None or drawn != asked:
            continue
        groups, _, kind = str(line.get("groups") or "").partition(" ")
        smallest = str(line.get("smallest") or "")
        cell = (line["population"], line["metric"], repeats, line["rows"], line["classes"])
        key = (*cell, smallest, groups, kind, asked)
        found.setdefault(tuple(map(str, key)), []).append(line)
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, of in sorted(found.items()):
        rates, bias = [float(line["rate"]) for line in of], [float(line["bias"]) for line in of]
        most = max(bias, key=abs)
        writer.writerow([*key, of[0]["experiments"], f"{min(rates):.3f}", f"{max(rates):.3f}", f"{most:.3f}"])
    return target.getvalue()


def tables(lines: Sequence[Mapping[str, str]]) -> str:
    """What docs/intervals.md shows, Markdown: each population by itself, the worst first."""
    parts = (
        (
            "How many shares lie outside what was asked, and how many by more than the luck of their samples",
            _outside,
        ),
        ("95 % intervals of a score: share that held the true score, the worst and the best system", _coverage),
        (
            "Counts of classes by chance: intervals that take them as fixed, and with `--class-counts random`",
            _by_chance,
        ),
        ("Paired tests at 5 %: share of wrong findings, the lowest and the highest of the pairs", _errors),
        ("Paired tests at 5 %: share of true differences that were found, mean over the pairs", _power),
        ("The best of several systems: how far its score lay off, and how often its interval held", _best),
        ("Whole groups: 95 % intervals of the score on new groups, with systems' worst bias", _groups),
    )
    return "\n".join(f"**{title}**\n\n{table(lines)}\n" for title, table in parts)


Cell: TypeAlias = "tuple[str, ...]"


def _cells(lines: Iterable[Mapping[str, str]]) -> list[Cell]:
    """Population, rows, classes, smallest class, how counts were drawn, whether it judges."""
    names = ("population", "rows", "classes", "smallest", "counts", "judged")
    return list(dict.fromkeys(tuple(line[name] for name in names) for line in lines if not line["groups"]))


def _of(lines: Iterable[Mapping[str, str]], cell: Cell, **wanted: str) -> list[Mapping[str, str]]:
    population, rows, _, _, counts, _ = cell
    # The population first, which few lines have.
    wanted = {"population": population, "rows": rows, "counts": counts, "groups": "", **wanted}
    return [line for line in lines if all(line[name] == value for name, value in wanted.items())]


def _head(cell: Cell) -> str:
    population, rows, classes, smallest, counts, judged = cell
    mark = "" if judged == "True" else " †"
    drawn = ", counts by chance" if counts == "random" else ""
    return f"{population}{mark}{drawn} | {rows} | {classes} | {smallest}"


_HEAD = "| population | rows | classes | smallest | samples |"


def _table(columns: Sequence[str], rows: Iterable[tuple[float, str]]) -> str:
    """Rows in the order of their first number."""
    above = [f"{_HEAD} {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) + 4)}"]
    return "\n".join([*above, *(text for _, text in sorted(rows))])


def _rates(lines: Sequence[Mapping[str, str]]) -> list[float]:
    return [float(line["rate"]) for line in lines]


def _range(lines: Sequence[Mapping[str, str]]) -> str:
    rates = _rates(lines)
    return f"{min(rates):.3f} to {max(rates):.3f}" if rates else "–"


def _coverage(lines: Sequence[Mapping[str, str]]) -> str:
    rows = []
    for cell in (cell for cell in _cells(lines) if cell[4] == "fixed"):
        shown = [("f1_macro", SHIPPED), ("accuracy", SHIPPED), ("f1_macro", ALONE), ("f1_macro", BEFORE)]
        found = [_of(lines, cell, metric=metric, method=method, what="coverage") for metric, method in shown]
        width = sum(float(line["width"]) for line in found[0]) / len(found[0])
        text = " | ".join([_range(found[0]), f"{width:.2f}", *map(_range, found[1:])])
        worst = min(_rates([*found[0], *found[1]]))
        rows.append((worst, f"| {_head(cell)} | {found[0][0]['experiments']} | {text} |"))
    return _table(("macro-F1", "its width", "accuracy", "macro-F1, one repeat", "not widened"), rows)


def _by_chance(lines: Sequence[Mapping[str, str]]) -> str:
    rows = []
    for cell in (cell for cell in _cells(lines) if cell[4] == "random"):
        shown = [(metric, method) for metric in ("f1_macro", "accuracy") for method in (SHIPPED, BY_CHANCE)]
        found = [_of(lines, cell, metric=metric, method=method, what="coverage") for metric, method in shown]
        worst = min(_rates([*found[1], *found[3]]))
        rows.append((worst, f"| {_head(cell)} | {found[0][0]['experiments']} | {' | '.join(map(_range, found))} |"))
    return _table(("macro-F1, fixed", "macro-F1, random", "accuracy, fixed", "accuracy, random"), rows)


def _errors(lines: Sequence[Mapping[str, str]]) -> str:
    rows = []
    for cell in _cells(lines):
        for kind, named in (("exact null", "equal by construction"), ("shared features", "of nearly equal score")):
            for metric, told in (("f1_macro", "macro-F1"), ("accuracy", "accuracy")):
                every = [line for line in _of(lines, cell, metric=metric, what="error") if _fits(line, kind)]
                shown = [[line for line in every if line["method"] == method] for method in (*TESTS, *OTHERS)]
                if shown[0]:
                    text = f"{shown[0][0]['experiments']} | {named}, {told} | {' | '.join(map(_range, shown))}"
                    rows.append((-max(_rates(shown[0])), f"| {_head(cell)} | {text} |"))
    return _table(("pairs", *TESTS.values(), *OTHERS), rows)


TESTS = {SHIPPED: "as shipped", "with halves": "with `--halves 20`", "decision 30": "as before (decision 30)"}
_NEAR = 0.02


def _fits(line: Mapping[str, str], kind: str) -> bool:
    return kind in line["of"] and abs(float(line["true"])) <= _NEAR


def _power(lines: Sequence[Mapping[str, str]]) -> str:
    rows = []
    for cell in _cells(lines):
        every = [line for line in _of(lines, cell, metric="f1_macro", what="power") if abs(float(line["true"])) > _NEAR]
        shown = [_rates([line for line in every if line["method"] == method]) for method in (*TESTS, *OTHERS)]
        if shown[0]:
            means = [sum(rates) / len(rates) for rates in shown]
            text = f"{len(shown[0])} | {' | '.join(f'{mean:.2f}' for mean in means)}"
            experiments = next(line["experiments"] for line in every)
            rows.append((means[0], f"| {_head(cell)} | {experiments} | {text} |"))
    return _table(("pairs", *TESTS.values(), *OTHERS), rows)


def _best(lines: Sequence[Mapping[str, str]]) -> str:
    rows = []
    for cell in _cells(lines):
        for metric, told in (("f1_macro", "macro-F1"), ("accuracy", "accuracy")):
            found = {line["method"]: line for line in _of(lines, cell, metric=metric, what="coverage of the best")}
            alone, after = found["as a single score"], found["after selection"]
            numbers = [f"{float(one['bias']):+.3f} | {float(one['rate']):.3f}" for one in (alone, after)]
            text = f"{alone['experiments']} | {alone['of']}, {told} | {' | '.join(numbers)}"
            rows.append((float(after["rate"]), f"| {_head(cell)} | {text} |"))
    return _table(("of", "score off by", "its interval held", "after selection off by", "that interval held"), rows)


def _outside(lines: Sequence[Mapping[str, str]]) -> str:
    out = [
        "| of | populations | shares | within | below | surely below | above | surely above |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    alone = [line for line in lines if not line["groups"]]
    scores = [line for line in alone if line["what"] == "coverage"]
    fixed = [line for line in scores if line["counts"] == "fixed"]
    near = [line for line in alone if line["what"] == "error" and abs(float(line["true"])) <= _NEAR]
    small, large = ([line for line in fixed if (int(line["rows"]) < _MANY_ROWS) == few] for few in (True, False))
    chance = [line for line in scores if line["counts"] == "random"]
    parts = [
        ("intervals, 30 to 130 rows, .93 to .97", small, SHIPPED, _HELD),
        ("intervals, 200 to 1,000 rows, .93 to .97", large, SHIPPED, _HELD),
        ("the same with one repeat", large, ALONE, _HELD),
        ("counts by chance, .93 to .97", chance, BY_CHANCE, _HELD),
        *((f"tests, {told}, .02 to .06", near, method, _ERRED) for method, told in TESTS.items()),
    ]
    for told, of, method, wanted in parts:
        for group in ("†", "others", "drawn last"):
            found = [line for line in of if line["method"] == method and _group(line) == group]
            below, above = ([_beyond(line, wanted, side) for line in found] for side in (0, 1))
            counted = [sum(far for far, _ in below), sum(sure for _, sure in below)]
            counted += [sum(far for far, _ in above), sum(sure for _, sure in above)]
            numbers = [len(found), len(found) - counted[0] - counted[2], *counted]
            out.append(f"| {told} | {group} | {' | '.join(map(str, numbers))} |")
    return "\n".join(out)


def _group(line: Mapping[str, str]) -> str:
    if line["judged"] != "True":
        return "†"
    return "drawn last" if line["population"] in DRAWN_LAST else "others"


_MANY_ROWS = 200
_HELD, _ERRED = (0.93, 0.97), (0.02, 0.06)


def _beyond(line: Mapping[str, str], wanted: tuple[float, float], side: int) -> tuple[bool, bool]:
    """Whether a share lies outside, and whether all of its exact 95 % interval (Clopper and Pearson) does.

    side: 0 of below what is wanted, 1 of above.
    """
    samples = int(line["experiments"])
    hits = round(float(line["rate"]) * samples)
    low, high = _limits(hits, samples)
    if side == 0:
        return hits < wanted[0] * samples - _ROUNDING, high < wanted[0]
    return hits > wanted[1] * samples + _ROUNDING, low > wanted[1]


@cache
def _limits(hits: int, samples: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(hits, samples).proportion_ci(0.95, "exact")
    return found.low, found.high


_ROUNDING = 1e-6


def _groups(lines: Sequence[Mapping[str, str]]) -> str:
    out = [
        "| population | groups | rows | samples | macro-F1 | accuracy | macro-F1 off by up to | tests' wrong findings |"
    ]
    out.append("|---|---|---:|---:|---:|---:|---:|---:|")
    grouped = [line for line in lines if line["groups"]]
    every = dict.fromkeys((line["population"], line["groups"], line["rows"], line["experiments"]) for line in grouped)
    for population, groups, rows, samples in sorted(every, key=lambda key: (int(key[1].split()[0]), key[1], key[0])):
        of = [line for line in grouped if (line["population"], line["groups"]) == (population, groups)]
        by = {
            metric: [line for line in of if line["metric"] == metric and line["what"] == "coverage"]
            for metric in ("f1_macro", "accuracy")
        }
        bias = max((float(line["bias"]) for line in by["f1_macro"]), key=abs)
        tests = [line for line in of if line["what"] == "error" and line["metric"] == "f1_macro"]
        shown = f"{_range(by['f1_macro'])} | {_range(by['accuracy'])} | {bias:+.3f} | {_range(tests)}"
        out.append(f"| {population} | {groups} | {rows} | {samples} | {shown} |")
    return "\n".join(out)
