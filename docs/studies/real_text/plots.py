"""The pictures of docs/intervals.md, from `cells.csv`.

    python docs/studies/real_text/plots.py

writes `docs/images/coverage.svg` and `docs/images/tests.svg`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import vl_convert

HERE = Path(__file__).parent
IMAGES = HERE.parents[1] / "images"
_GREY, _BLUE, _RED = "#8a8a8a", "#2166ac", "#b2182b"


def _label(line: Mapping[str, str]) -> str:
    drawn = ", counts by chance" if line["counts"] == "random" else ""
    mark = "" if line["judged"] == "True" else " †"
    return f"{line['population']}{mark}{drawn}, {line['rows']} rows (smallest class {line['smallest']})"


def _values(
    lines: Sequence[Mapping[str, str]], what: str, methods: Mapping[str, str], kind: str
) -> list[dict[str, Any]]:
    kept = [
        line
        for line in lines
        if line["what"] == what and line["metric"] == "f1_macro" and line["method"] in methods and not line["groups"]
    ]
    kept = [line for line in kept if kind in line["of"]]
    first = next(iter(methods))
    rates: dict[str, list[float]] = {}
    for line in kept:
        if line["method"] == first:
            rates.setdefault(_label(line), []).append(float(line["rate"]))
    worst = {cell: min(of) if what == "coverage" else -max(of) for cell, of in rates.items()}
    kept.sort(key=lambda line: (worst[_label(line)], _label(line)))
    return [{"cell": _label(line), "rate": float(line["rate"]), "method": methods[line["method"]]} for line in kept]


def _drawn(values: Sequence[Mapping[str, Any]], methods: Sequence[str], axis: str, band: tuple[float, float]) -> str:
    cells = list(dict.fromkeys(value["cell"] for value in values))
    rates = [value["rate"] for value in values]
    domain = [max(0.0, min(*rates, band[0]) - 0.01), min(1.005, max(*rates, band[1]) + 0.01)]
    place = {
        "field": "cell",
        "type": "nominal",
        "sort": cells,
        "title": None,
        "axis": {"labelLimit": 420, "grid": True},
    }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "width": 420,
        "height": {"step": 26, "for": "position"},
        "config": {"axis": {"labelFontSize": 12, "titleFontSize": 12}, "legend": {"labelFontSize": 12}},
        "layer": [
            {
                "data": {"values": [{"from": band[0], "to": band[1]}]},
                "mark": {"type": "rect", "color": "#d9ead3"},
                "encoding": {"x": {"field": "from", "type": "quantitative"}, "x2": {"field": "to"}},
            },
            {
                "data": {"values": list(values)},
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 0.8},
                "encoding": {
                    "y": place,
                    "yOffset": {"field": "method", "sort": list(methods)},
                    "x": {
                        "field": "rate",
                        "type": "quantitative",
                        "title": axis,
                        "scale": {"domain": domain, "zero": False, "nice": False},
                        "axis": {"format": ".0%"},
                    },
                    "color": {
                        "field": "method",
                        "sort": list(methods),
                        "title": None,
                        "scale": {"domain": list(methods), "range": [_BLUE, _RED, _GREY][: len(methods)]},
                        "legend": {"orient": "top"},
                    },
                    "shape": {"field": "method", "sort": list(methods), "title": None, "legend": None},
                },
            },
        ],
    }  # fmt: skip
    return str(vl_convert.vegalite_to_svg(spec))


def main() -> None:
    """Write both pictures."""
    with (HERE / "cells.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    now, before = "as printed", "the rows' variance alone"
    values = _values(lines, "coverage", {"as shipped": now, "one repeat's rows": before}, "")
    picture = _drawn(values, (now, before), "samples whose 95 % interval of macro-F1 held the true score", (0.93, 0.97))
    (IMAGES / "coverage.svg").write_text(picture, encoding="utf-8")
    tests = {"as shipped": "as printed", "with halves": "with --halves 20", "decision 30": "as it was before"}
    values = _values(lines, "error", tests, "exact null")
    picture = _drawn(values, tuple(tests.values()), "equal systems that a test at 5 % tells apart", (0.02, 0.06))
    (IMAGES / "tests.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
