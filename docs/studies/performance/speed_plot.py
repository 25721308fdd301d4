"""How many times faster than plain scikit-learn and than scikit-learn with kept words, drawn for each work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Work: TypeAlias = Mapping[str, Any]
Spec: TypeAlias = "dict[str, Any]"

_NAMES = {"plain": "than plain scikit-learn", "memoised": "than scikit-learn with each text segmented once"}
_COLOURS = ["#0b6a8f", "#b3541e"]
_TICKS = [1, 2, 5, 10, 20, 50, 100, 200]


def speed_plot(works: Sequence[Work]) -> Spec:
    """A row for each work that `fits` timed, with a point for each way, on a logarithmic axis that starts at 1."""
    values = [
        {"work": work["work"], "times": work["times_faster"][way], "way": name}
        for work in works
        for way, name in _NAMES.items()
        if way in work["times_faster"]
    ]
    most = max([_TICKS[-1], *(value["times"] for value in values)])
    ways = [*_NAMES.values()]
    colour = {"field": "way", "type": "nominal", "title": None, "scale": {"domain": ways, "range": _COLOURS}}
    return {
        "width": 420,
        "height": {"step": 26},
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {
            "y": {
                "field": "work",
                "type": "nominal",
                "title": None,
                "sort": None,
                "axis": {"grid": True, "labelLimit": 400},
            },
            "x": {
                "field": "times",
                "type": "quantitative",
                "scale": {"type": "log", "nice": False, "domain": [1, most], "clamp": True},
                "title": "times faster, logarithmic",
                "axis": {"values": _TICKS, "format": "~g"},
            },
            "color": {**colour, "legend": {"orient": "top", "labelLimit": 400}},
            "shape": {**colour, "scale": {"domain": ways, "range": ["circle", "diamond"]}},
        },
    }
