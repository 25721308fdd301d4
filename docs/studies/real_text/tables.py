"""The lines of a study to what a page shows, and to what the product says of intervals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SHIPPED = "as shipped"
COLUMNS = (
    "population",
    "metric",
    "repeats",
    "rows",
    "classes",
    "smallest",
    "groups",
    "kind",
    "experiments",
    "low",
    "high",
    "bias",
)


def shipped_table(lines: Sequence[Mapping[str, Any]]) -> str:
    """CSV: for each population, size and metric the lowest and the highest coverage over systems."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for line in lines:
        repeats = {SHIPPED: "many", f"{SHIPPED}, one repeat": "one"}.get(str(line["method"]))
        if line["what"] != "coverage" or repeats is None or (line["counts"] == "random" and not line.get("groups")):
            continue
        groups, _, kind = str(line.get("groups") or "").partition(" ")
        smallest = str(line.get("smallest") or "")
        key = (line["population"], line["metric"], repeats, line["rows"], line["classes"], smallest, groups, kind)
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
    """What docs/intervals.md shows, Markdown: each population by itself, the worst system of each."""
    parts = ["**95 % intervals of a score: share that held the true score, the worst and the best of five systems**\n"]
    parts += [
        _coverage(lines),
        "",
        "**Paired tests at 5 %: share of wrong findings, the lowest and the highest of the pairs**\n",
    ]
    parts += [
        _errors(lines),
        "",
        "**Paired tests at 5 %: share of true differences that were found**\n",
        _power(lines),
        "",
    ]
    parts += [
        "**Whole groups: 95 % intervals of the score on new groups, with systems' worst bias**\n",
        _groups(lines),
        "",
    ]
    return "\n".join(parts)


def _cells(lines: Iterable[Mapping[str, str]]) -> list[tuple[str, ...]]:
    """Population, rows, classes, smallest class, how counts were drawn; small ones first."""
    names = ("population", "rows", "classes", "smallest", "counts", "judged")
    every = dict.fromkeys(tuple(line[name] for name in names) for line in lines if not line["groups"])
    return sorted(every, key=lambda key: (int(key[1]), key[0], key[4]))


def _of(lines: Iterable[Mapping[str, str]], cell: Sequence[str], **wanted: str) -> list[Mapping[str, str]]:
    population, rows, _, _, counts, _ = cell
    wanted |= {"population": population, "rows": rows, "counts": counts, "groups": ""}
    return [line for line in lines if all(line[name] == value for name, value in wanted.items())]


def _head(cell: Sequence[str]) -> str:
    population, rows, classes, smallest, counts, judged = cell
    mark = "" if judged == "True" else " †"
    drawn = ", counts by chance" if counts == "random" else ""
    return f"{population}{mark}{drawn} | {rows} | {classes} | {smallest}"


def _range(lines: Sequence[Mapping[str, str]]) -> str:
    rates = [float(line["rate"]) for line in lines]
    return f"{min(rates):.3f} to {max(rates):.3f}" if rates else "–"


def _coverage(lines: Sequence[Mapping[str, str]]) -> str:
    out = ["| population | rows | classes | smallest | samples | macro-F1 | accuracy | one repeat | before |"]
    out.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for cell in _cells(lines):
        found = {
            (metric, method): _of(lines, cell, metric=metric, method=method, what="coverage")
            for metric in ("f1_macro", "accuracy")
            for method in (SHIPPED, f"{SHIPPED}, one repeat", "one repeat's rows")
        }
        shown = [
            ("f1_macro", SHIPPED),
            ("accuracy", SHIPPED),
            ("f1_macro", f"{SHIPPED}, one repeat"),
            ("f1_macro", "one repeat's rows"),
        ]
        samples = found[shown[0]][0]["experiments"]
        out.append(f"| {_head(cell)} | {samples} | {' | '.join(_range(found[key]) for key in shown)} |")
    return "\n".join(out)


def _errors(lines: Sequence[Mapping[str, str]]) -> str:
    methods = ("with halves", "one repeat's rows", "mean over repeats' rows")
    out = [
        "| population | rows | classes | smallest | pairs | samples | with halves | without | mean over repeats' rows |"
    ]
    out.append("|---|---:|---:|---:|---|---:|---:|---:|---:|")
    for cell in _cells(lines):
        for kind in ("exact null", "shared features"):
            found = {
                method: [
                    line
                    for line in _of(lines, cell, metric="f1_macro", method=method, what="error")
                    if _fits(line, kind)
                ]
                for method in methods
            }
            if found[methods[0]]:
                samples = found[methods[0]][0]["experiments"]
                shown = " | ".join(_range(found[method]) for method in methods)
                out.append(f"| {_head(cell)} | {_NAMED[kind]} | {samples} | {shown} |")
    return "\n".join(out)


_NAMED = {"exact null": "equal by construction", "shared features": "of nearly equal score"}
_NEAR = 0.02


def _fits(line: Mapping[str, str], kind: str) -> bool:
    return kind in line["of"] and abs(float(line["true"])) <= _NEAR


def _power(lines: Sequence[Mapping[str, str]]) -> str:
    methods = ("with halves", "one repeat's rows", "mean over repeats' rows", "cross-validated halves")
    out = ["| population | rows | pair | difference | with halves | without | mean over repeats' rows | half-samples |"]
    out.append("|---|---:|---|---:|---:|---:|---:|---:|")
    for cell in _cells(lines):
        told: dict[str, dict[str, Mapping[str, str]]] = {}
        for line in _of(lines, cell, metric="f1_macro", what="power"):
            if abs(float(line["true"])) > _NEAR:
                told.setdefault(line["of"].partition(" (")[0], {})[line["method"]] = line
        for pair, by in told.items():
            rates = [f"{float(by[method]['rate']):.2f}" if method in by else "–" for method in methods]
            true = f"{float(by[methods[0]]['true']):+.3f}"
            out.append(f"| {cell[0]} | {cell[1]} | {pair} | {true} | {' | '.join(rates)} |")
    return "\n".join(out)


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
