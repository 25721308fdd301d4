"""Draws one row for each system: scores with their intervals, and the scores of every repeat."""

from __future__ import annotations

from bench.report.plots.drawing import PALETTE, ROW_STEP, SOFT, Size, Spec, Values, names_axis

_KINDS = {"first": (PALETTE[0], "circle"), "other": (PALETTE[1], "diamond"), "control": (SOFT, "square")}


def whiskers(size: Size, values: Values, marks: Values, *, axis: str, domain: tuple[float, float] | None) -> Spec:
    """Dots with whiskers, a row each, in the order given; vertical lines for what bounds them.

    values: `name`, `mean`, `low` and `high` (both None where there is no interval), `kind` (`first` for the first tier,
    `other`, `control`). marks: `at`, `name`.
    """
    scale: Spec = {"zero": False, "nice": True} if domain is None else {"domain": list(domain)}
    x = {"type": "quantitative", "scale": scale, "title": axis, "axis": {"tickCount": 5}}
    kind: Spec = {"field": "kind", "type": "nominal", "legend": None}
    colour = {**kind, "scale": {"domain": list(_KINDS), "range": [each[0] for each in _KINDS.values()]}}
    shape = {**kind, "scale": {"domain": list(_KINDS), "range": [each[1] for each in _KINDS.values()]}}
    y = names_axis()
    at = {**x, "field": "at"}
    lines: Spec = {
        "data": {"values": list(marks)},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": SOFT},
        "encoding": {"x": at},
    }
    names: Spec = {
        "data": {"values": list(marks)},
        "mark": {"type": "text", "angle": 270, "align": "left", "dx": 4, "fontSize": size.text - 1, "color": SOFT},
        "encoding": {"x": at, "y": {"value": 0}, "text": {"field": "name", "type": "nominal"}},
    }
    whisker: Spec = {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "strokeWidth": 1.5, "aria": False},
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": colour},
    }
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
        "encoding": {
            "x": {**x, "field": "mean"},
            "y": y,
            "color": colour,
            "shape": shape,
            "description": {"field": "tip", "type": "nominal"},
        },
    }
    return {
        "width": size.width,
        "height": {"step": ROW_STEP},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(values)},
        "layer": [lines, names, whisker, dots],
    }


def strips(size: Size, values: Values, means: Values, *, axis: str) -> Spec:
    """One line a repeat, a row a system in the order given, and a dot at the mean.

    values: `name`, `value`; means: `name`, `mean`.
    """
    x = {"type": "quantitative", "scale": {"zero": False}, "title": axis, "axis": {"tickCount": 6}}
    return {
        "width": size.width,
        "height": {"step": ROW_STEP},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "layer": [
            {
                "data": {"values": list(values)},
                "mark": {
                    "type": "tick",
                    "color": PALETTE[0],
                    "opacity": 0.55,
                    "thickness": 2,
                    "height": 12,
                    "aria": False,
                },
                "encoding": {"x": {**x, "field": "value"}, "y": names_axis()},
            },
            {
                "data": {"values": list(means)},
                "mark": {"type": "point", "filled": True, "size": 45, "color": PALETTE[1], "opacity": 1},
                "encoding": {
                    "x": {**x, "field": "mean"},
                    "y": names_axis(),
                    "description": {"field": "tip", "type": "nominal"},
                },
            },
        ],
    }
