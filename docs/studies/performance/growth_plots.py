"""How time and memory grow with rows, drawn: Vega-Lite as SVG, without a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Work: TypeAlias = Mapping[str, Any]
Spec: TypeAlias = "dict[str, Any]"

_GIGABYTE = 1e9
_POWERS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000]

_CONFIG: Spec = {
    "background": "white",
    "font": "sans-serif",
    "view": {"stroke": None},
    "padding": 12,
    "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "gridColor": "#e4e4e4"},
    "legend": {"labelFontSize": 12},
}
_COLOURS = ["#0b6a8f", "#b3541e"]


def _axis(field: str, title: str, values: Sequence[float], domain: Sequence[float], form: str = "~g") -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "domain": [domain[0], domain[-1]]},
        "title": title,
        "axis": {"values": list(values), "format": form},
    }


def _around(values: Sequence[Work], field: str) -> tuple[float, float]:
    """The powers of ten that hold all values."""
    found = [value[field] for value in values]
    return 10.0 ** math.floor(math.log10(min(found))), 10.0 ** math.ceil(math.log10(max(found)))


def _least_and_most(values: Sequence[Work]) -> tuple[float, float]:
    """0.2 to 5 GB, or what all values ask for."""
    found = [value["gigabytes"] for value in values]
    return min(0.2, *found), max(5.0, *found)


def time_plot(works: Sequence[Work]) -> Spec:
    """Seconds of fitting and of predicting against rows, both logarithmic."""
    values = [
        {"rows": work["rows"], "seconds": work[f"{what}_seconds"], "what": what}
        for work in works
        for what in ("fit", "predict")
    ]
    sizes = [work["rows"] for work in works]
    colour = {"field": "what", "type": "nominal", "title": None, "scale": {"range": _COLOURS}}
    return {
        "width": 480,
        "height": 260,
        "data": {"values": values},
        "mark": {"type": "line", "point": {"size": 50}},
        "encoding": {
            "x": _axis("rows", "rows, logarithmic", sizes, sizes, "~s"),
            "y": _axis("seconds", "CPU seconds, logarithmic", _POWERS, _around(values, "seconds")),
            "color": colour,
            "strokeDash": {**colour, "scale": {"range": [[1, 0], [6, 3]]}},
        },
    }


def memory_plot(works: Sequence[Work]) -> Spec:
    """Peak resident memory against rows, both logarithmic, with the goal as a line."""
    values = [{"rows": work["rows"], "gigabytes": work["peak_bytes"] / _GIGABYTE} for work in works]
    sizes = [work["rows"] for work in works]
    goal = max(work["goal_bytes"] for work in works) / _GIGABYTE
    y = _axis("gigabytes", "peak resident memory, GB, logarithmic", [0.1, 0.2, 0.5, 1, 2, 5], _least_and_most(values))
    line: Spec = {"data": {"values": [{"gigabytes": goal, "name": f"goal: {goal:g} GB", "rows": min(sizes)}]}}
    x = _axis("rows", "rows, logarithmic", sizes, sizes, "~s")
    return {
        "width": 480,
        "height": 260,
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "line", "color": _COLOURS[0], "point": {"size": 50, "color": _COLOURS[0]}},
                "encoding": {"x": x, "y": y},
            },
            {**line, "mark": {"type": "rule", "strokeDash": [5, 4], "color": "#666"}, "encoding": {"y": y}},
            {
                **line,
                "mark": {"type": "text", "align": "left", "dx": 6, "dy": -8, "fontSize": 12, "color": "#444"},
                "encoding": {"x": x, "y": y, "text": {"field": "name", "type": "nominal"}},
            },
        ],
    }


def drawn(spec: Spec) -> bytes:
    """As SVG."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg({**spec, "config": _CONFIG}, allowed_base_urls=[])
    return (svg + "\n").encode()
