"""Draws what systems cost: seconds a row, on a scale whose ticks are written as people write times."""

from __future__ import annotations

import math

from bench.report.plots.drawing import PALETTE, ROW_STEP, SOFT, Size, Spec, Values, names_axis

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def costs(size: Size, values: Values, *, axis: str, kinds: tuple[str, str]) -> Spec:
    """Two dots a system, its row named: what learning from a row takes, and what labelling one takes.

    values: `name`, `seconds` (above 0), `kind`, one of `kinds`.
    """
    seconds = [value["seconds"] for value in values]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    powers = range(low, max(high, low + 1) + 1)
    every = max(1, math.ceil(len(powers) / (8 if size.name == "wide" else 4)))
    ticks = [10.0**power for power in powers]
    labels = {tick: seconds_in_words(tick) for tick in ticks[::every]}
    x = {
        "field": "seconds",
        "type": "quantitative",
        "scale": {"type": "log", "domain": [ticks[0] * 0.8, ticks[-1]], "nice": False},
        "title": axis,
        "axis": {
            "values": ticks,
            "labelExpr": _labels(labels),
            "labelOverlap": False,
        },
    }
    kind: Spec = {"field": "kind", "type": "nominal", "title": None}
    legend = {"orient": "top", "direction": "horizontal", "columns": 1, "labelLimit": 300}
    return {
        "width": size.width,
        "height": {"step": ROW_STEP},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(values)},
        "layer": [
            {
                "mark": {"type": "rule", "color": SOFT, "opacity": 0.5, "aria": False},
                "encoding": {
                    "x": {**x, "aggregate": "min"},
                    "x2": {"field": "seconds", "aggregate": "max"},
                    "y": names_axis(),
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": names_axis(),
                    "color": {**kind, "scale": {"domain": list(kinds), "range": list(PALETTE[:2])}, "legend": legend},
                    "shape": {**kind, "scale": {"domain": list(kinds), "range": ["circle", "diamond"]}},
                    "description": {"field": "tip", "type": "nominal"},
                },
            },
        ],
    }


def seconds_in_words(seconds: float) -> str:
    """A time as people write it, with two figures.

    >>> [seconds_in_words(value) for value in (0.00001, 0.00123, 0.0456, 0.1, 2.34, 75)]
    ['10 µs', '1.2 ms', '46 ms', '100 ms', '2.3 s', '75 s']
    """
    if seconds <= 0:
        return "0 s"
    # Slightly above the unit, so that 0.001 s, which binary numbers only approximate, is still 1 ms.
    unit, name = next(((unit, name) for unit, name in _UNITS if seconds >= unit * 0.9995), _UNITS[-1])
    value = seconds / unit
    places = 0 if value >= 9.95 else 1
    return f"{value:.{places}f}".removesuffix(".0") + f" {name}"


def _labels(labels: dict[float, str]) -> str:
    """A Vega expression that names the ticks."""
    cases = "".join(f"abs(datum.value/{tick!r}-1)<0.01?'{text}':" for tick, text in labels.items())
    return f"{cases}''"
