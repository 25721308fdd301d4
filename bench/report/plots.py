"""Numbers to drawings: Vega-Lite, drawn as SVG without a network, coloured by the page's style sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

Values: TypeAlias = "Sequence[Mapping[str, Any]]"
Spec: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a drawing has. width: of its plane, in pixels; panels: small drawings beside each other, each of
    `panel` pixels; legend: where it stands; padding: for text that is wider than was reckoned.
    """

    name: str
    width: int
    panels: int
    panel: int
    legend: str
    padding: tuple[int, int]
    labels: int


SIZES = (Size("wide", 430, 3, 150, "right", (24, 32), 240), Size("narrow", 158, 2, 108, "bottom", (22, 12), 130))
"""Every drawing is made in both; the style sheet shows the one that fits."""

_INK, _SOFT, _RULE = "var(--ink)", "var(--muted)", "var(--rule)"
PALETTE = ("var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)")
"""Colours that stay apart for colour-blind readers; the style sheet gives each a light and a dark value."""
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [1, 3])

_CONFIG: Spec = {
    "background": None,
    "aria": False,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": _RULE,
        "domainColor": _SOFT,
        "tickColor": _SOFT,
        "labelLimit": 240,
    },
    "legend": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "labelLimit": 240},
    "header": {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "labelLimit": 120},
    "rule": {"stroke": _INK},
}


def draw(make: Callable[[Size], Spec], *, key: str, title: str, description: str) -> str:
    """A Vega-Lite specification as `svg` elements that a page can hold, one for each size.

    key: unique on the page. title, description: what a reader hears who does not see it. Colours are CSS variables, ids
    begin with `key`, and no element carries an inline style, which a content security policy would refuse.
    """
    return "".join(_drawn(make(size), f"{key}-{size.name}", size, title, description) for size in SIZES)


_STANDING = {
    _INK: "currentColor",
    _SOFT: "#7d8590",
    _RULE: "#80808050",
    **dict(zip(PALETTE, ("#2f7fd1", "#c8641a", "#1f9a76", "#b0629a", "#a87f18", "#808080"), strict=True)),
}
"""What stands for the page's colours elsewhere: a contrast of 3 or more, on white and on black alike."""


def draw_standing(make: Callable[[Size], Spec], *, key: str, title: str, description: str) -> str:
    """A specification as one `svg` element that needs no style sheet: text in the colour of the text around it."""
    drawn = _drawn(make(SIZES[0]), key, SIZES[0], title, description)
    for variable, colour in _STANDING.items():
        drawn = drawn.replace(variable, colour)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def _drawn(spec: Spec, key: str, size: Size, title: str, description: str) -> str:
    import vl_convert

    left, right = size.padding
    config = {**_CONFIG, "padding": {"left": left, "right": right, "top": 16, "bottom": 5}}
    config["axis"] = {**_CONFIG["axis"], "labelLimit": size.labels}
    config["legend"] = {**_CONFIG["legend"], "orient": size.legend, "columns": 1}
    drawn = vl_convert.vegalite_to_svg({**spec, "config": config}, allowed_base_urls=[])
    # Without its namespace, which HTML implies, names stay plain.
    root = ET.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawn))  # noqa: S314  our own drawing
    _clean(root, key)
    width, height = root.get("width", "0"), root.get("height", "0")
    root.attrib.clear()
    root.attrib |= {
        "class": f"plot {size.name}",
        "viewBox": f"0 0 {width} {height}",
        "width": width,
        "height": height,
        "role": "img",
        "aria-labelledby": f"{key}-title {key}-words",
    }
    for at, (tag, name, text) in enumerate((("title", "title", title), ("desc", "words", description))):
        element = ET.Element(tag, {"id": f"{key}-{name}"})
        element.text = text
        root.insert(at, element)
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element, key: str) -> None:
    """Without empty shapes, without roles of Vega's own, and with ids that no other drawing has."""
    for child in list(element):
        empty = child.tag == "path" and (child.get("display") == "none" or child.get("class") == "background")
        hidden = child.tag == "text" and child.get("opacity") == "0"
        if empty or hidden:
            element.remove(child)
        else:
            _clean(child, key)
    for name in list(element.attrib):
        if name in {"role", "style", "class", "pointer-events"} or name.startswith("aria-"):
            del element.attrib[name]
        elif name == "id":
            element.attrib[name] = f"{key}-{element.attrib[name]}"
        else:
            element.attrib[name] = element.attrib[name].replace("url(#", f"url(#{key}-")


def whiskers(size: Size, values: Values, marks: Values, *, axis: str, domain: tuple[float, float] | None) -> Spec:
    """Dots with whiskers, a row each, in the order given; vertical lines for what bounds them.

    values: `name`, `mean`, `low` and `high` (both None where there is no interval), `kind` (`first` for the first tier,
    `other`, `control`). marks: `at`, `name`.
    """
    scale: Spec = {"zero": False, "nice": True} if domain is None else {"domain": list(domain)}
    x = {"field": "mean", "type": "quantitative", "scale": scale, "title": axis}
    kinds = {"first": PALETTE[0], "other": PALETTE[1], "control": _SOFT}
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(kinds), "range": list(kinds.values())},
    }
    shape = {"field": "kind", "type": "nominal", "legend": None}
    shape["scale"] = {"domain": list(kinds), "range": ["circle", "diamond", "square"]}  # type: ignore[assignment]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    lines: Spec = {
        "data": {"values": list(marks)},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": _SOFT},
        "encoding": {"x": {"field": "at", "type": "quantitative", "scale": scale, "title": axis}},
    }
    names: Spec = {
        "data": {"values": list(marks)},
        "mark": {"type": "text", "angle": 270, "align": "left", "dx": 4, "fontSize": 11, "color": _SOFT},
        "encoding": {
            "x": {"field": "at", "type": "quantitative", "scale": scale, "title": axis},
            "y": {"value": 0},
            "text": {"field": "name", "type": "nominal"},
        },
    }
    whisker: Spec = {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "rule", "strokeWidth": 1.5},
        "encoding": {
            "x": {"field": "low", "type": "quantitative", "scale": scale, "title": axis},
            "x2": {"field": "high"},
            "y": y,
            "color": colour,
        },
    }
    dots: Spec = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {"x": x, "y": y, "color": colour, "shape": shape},
    }
    return {
        "width": size.width,
        "height": {"step": 19},
        "data": {"values": list(values)},
        "layer": [lines, names, whisker, dots],
        "resolve": {"scale": {"x": "shared", "y": "shared"}},
    }


def strips(size: Size, values: Values, *, axis: str) -> Spec:
    """One tick a value, a row each in the order given, and a dot at the mean. values: `name`, `value`, `mean`."""
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    x = {"type": "quantitative", "scale": {"zero": False}, "title": axis}
    return {
        "width": size.width,
        "height": {"step": 19},
        "data": {"values": list(values)},
        "layer": [
            {
                "mark": {"type": "tick", "color": PALETTE[0], "opacity": 0.55, "thickness": 2, "height": 12},
                "encoding": {"x": {**x, "field": "value"}, "y": y},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 34, "color": PALETTE[1], "opacity": 1},
                "encoding": {"x": {**x, "field": "mean", "aggregate": "mean"}, "y": y},
            },
        ],
    }


def reliability(size: Size, values: Values) -> Spec:
    """Share right against stated confidence, a small drawing a system; the larger a dot, the more predictions.

    values: `name`, `confidence`, `right`, `rows`.
    """
    names = list(dict.fromkeys(value["name"] for value in values))
    percent = {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}
    axes = {
        "x": {
            "field": "confidence",
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": {**percent, "title": "stated probability"},
        },
        "y": {
            "field": "right",
            "type": "quantitative",
            "scale": {"domain": [0, 1]},
            "axis": {**percent, "title": "share right"},
        },
    }
    diagonal: Spec = {
        "data": {"values": [{"confidence": 0, "right": 0}, {"confidence": 1, "right": 1}]},
        "mark": {"type": "line", "strokeDash": [3, 3], "color": _SOFT, "strokeWidth": 1},
        "encoding": axes,
    }
    curve: Spec = {"mark": {"type": "line", "color": PALETTE[0], "strokeWidth": 1.5}, "encoding": axes}
    dots: Spec = {
        "mark": {"type": "circle", "color": PALETTE[0], "opacity": 1},
        "encoding": {
            **axes,
            "size": {"field": "rows", "type": "quantitative", "legend": None, "scale": {"range": [12, 160]}},
        },
    }
    return {
        "data": {"values": list(values)},
        "facet": {"field": "name", "type": "nominal", "sort": names, "title": None},
        "columns": size.panels,
        "spec": {"width": size.panel, "height": size.panel, "layer": [diagonal, curve, dots]},
    }


def curves(size: Size, values: Values, *, axis: str) -> Spec:
    """Score against rows of training, a line a system. values: `name`, `size`, `mean`, `low`, `high`."""
    names = list(dict.fromkeys(value["name"] for value in values))
    colour = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, "range": [PALETTE[at % len(PALETTE)] for at in range(len(names))]},
    }
    dash = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "scale": {"domain": names, "range": [_DASHES[at % len(_DASHES)] for at in range(len(names))]},
    }
    sizes = sorted({value["size"] for value in values})
    x = {
        "field": "size",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False},
        "title": "rows of training, logarithmic",
        "axis": {"values": sizes, "format": ",d"},
    }
    y = {"field": "mean", "type": "quantitative", "scale": {"zero": False}, "title": axis}
    return {
        "width": size.width,
        "height": 260,
        "data": {"values": list(values)},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "rule", "opacity": 0.5},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
            },
            {"mark": {"type": "point", "filled": True, "opacity": 1}, "encoding": {"x": x, "y": y, "color": colour}},
        ],
    }


def cost(size: Size, values: Values, *, axis: str) -> Spec:
    """Score against seconds to fit a row. values: `label` (may be blank), `seconds`, `mean`."""
    x = {
        "field": "seconds",
        "type": "quantitative",
        "scale": {"type": "log", "nice": True},
        "title": "seconds to fit a row (one core)",
        "axis": {"tickCount": 5, "format": "~g"},
    }
    y = {"field": "mean", "type": "quantitative", "scale": {"zero": False}, "title": axis}
    return {
        "width": size.width,
        "height": 280,
        "data": {"values": list(values)},
        "layer": [
            {
                "mark": {"type": "point", "filled": True, "size": 60, "color": PALETTE[0], "opacity": 1},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 7, "fontSize": 11, "color": _INK},
                "encoding": {"x": x, "y": y, "text": {"field": "label", "type": "nominal"}},
            },
        ],
    }
