"""Draws calibration curves and learning curves."""

from __future__ import annotations

import math

from bench.report.plots.drawing import PALETTE, SOFT, Size, Spec, Values

_AROUND = 74
"""Pixels that the axis and the space beside a panel take."""

_LARGEST_PANEL = 230
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])


def reliability(size: Size, values: Values, *, stated: str, right: str) -> Spec:
    """Share right against stated probability, a small drawing a system; the larger a dot, the more predictions.

    values: `name`, `confidence`, `right`, `rows`. stated, right: what the axes are called.
    """
    names = list(dict.fromkeys(value["name"] for value in values))
    lines = math.ceil(len(names) / size.panels)
    columns = math.ceil(len(names) / lines)  # rows of equal length, as far as that goes
    panel_size = min((size.width - 16) // columns - _AROUND, _LARGEST_PANEL)
    percent = {"format": ".0%", "values": [0, 0.5, 1] if size.name == "wide" else [0, 1]}
    scale = {"domain": [0, 1]}
    axes = {
        "x": {"field": "confidence", "type": "quantitative", "scale": scale, "axis": {**percent, "title": stated}},
        "y": {"field": "right", "type": "quantitative", "scale": scale, "axis": {**percent, "title": right}},
    }
    diagonal: Spec = {
        "data": {"values": [{"confidence": 0, "right": 0}, {"confidence": 1, "right": 1}]},
        "mark": {"type": "line", "strokeDash": [3, 3], "color": SOFT, "strokeWidth": 1, "aria": False},
        "encoding": axes,
    }
    curve: Spec = {"mark": {"type": "line", "color": PALETTE[0], "strokeWidth": 1.5, "aria": False}, "encoding": axes}
    dots: Spec = {
        "mark": {"type": "circle", "color": PALETTE[0], "opacity": 1},
        "encoding": {
            **axes,
            "size": {"field": "rows", "type": "quantitative", "legend": None, "scale": {"range": [14, 160]}},
            "description": {"field": "tip", "type": "nominal"},
        },
    }
    panel = {"width": panel_size, "height": panel_size}
    # One drawing for each system, not one grid: an incomplete last row then ends with its last panel.
    panels = [
        {
            **panel,
            "title": {"text": name, "fontSize": size.text, "fontWeight": "normal", "color": "var(--ink)"},
            "data": {"values": [value for value in values if value["name"] == name]},
            "layer": [diagonal, curve, dots],
        }
        for name in names
    ]
    return {"concat": panels, "columns": columns, "spacing": 14}


def curves(size: Size, values: Values, *, axis: str, rows: str) -> Spec:
    """Score against rows of training, a line a system. values: `name`, `size`, `mean`, `low`, `high`.

    rows: what the horizontal axis is called, which is logarithmic.
    """
    names = list(dict.fromkeys(value["name"] for value in values))
    name: Spec = {"field": "name", "type": "nominal", "title": None}
    colour = {**name, "scale": {"domain": names, "range": [PALETTE[at % len(PALETTE)] for at in range(len(names))]}}
    dash = {**name, "scale": {"domain": names, "range": [_DASHES[at % len(_DASHES)] for at in range(len(names))]}}
    sizes = sorted({value["size"] for value in values})
    x = {
        "field": "size",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False},
        "title": rows,
        "axis": {"values": sizes, "format": ",d"},
    }
    y = {"field": "mean", "type": "quantitative", "scale": {"zero": False}, "title": axis}
    return {
        "width": size.width,
        "height": 300 if size.name == "wide" else 240,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(values)},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "rule", "opacity": 0.5, "aria": False},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2, "aria": False},
                "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": colour,
                    "description": {"field": "tip", "type": "nominal"},
                },
            },
        ],
    }
