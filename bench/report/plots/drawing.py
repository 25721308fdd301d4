"""Renders Vega-Lite specifications to SVG without a network, in the page's colours, with values on marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

from bench.report.wording.base import all_in_language, in_language

Values: TypeAlias = "Sequence[Mapping[str, Any]]"
"""What is drawn. A value's `tip` is shown for its mark, its `link` followed from there, where it has them."""

Spec: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a drawing has.

    width: in pixels; panels: the most small drawings side by side; legend: its side; labels: the longest label in
    pixels; text: size of letters.
    """

    name: str
    width: int
    panels: int
    legend: str
    labels: int
    text: int = 12


NARROW = Size("narrow", 343, 2, "bottom", 120)
WIDE = Size("wide", 900, 4, "right", 260, 13)
SIZES = (WIDE, NARROW)
"""Every drawing is made in both; the style sheet shows the one that fits."""

BESIDE = (Size("wide", 600, 3, "right", 200), NARROW)
"""For a drawing beside text."""

INK, SOFT, RULE = "var(--ink)", "var(--muted)", "var(--rule)"
PALETTE = ("var(--c1)", "var(--c2)", "var(--c3)", "var(--c4)", "var(--c5)", "var(--c6)")
"""Colours that stay apart for colour-blind readers; the style sheet gives each a light and a dark value."""

STANDALONE = {
    INK: "currentColor",
    SOFT: "#7d8590",
    RULE: "#80808050",
    **dict(zip(PALETTE, ("#2f7fd1", "#c8641a", "#1f9a76", "#b0629a", "#a87f18", "#808080"), strict=True)),
}
"""Colours for drawings outside the page: a contrast of 3 or more, on white and on black alike."""

ROW_STEP = 20
"""Pixels from one system's row to the next."""

_FONT = "system-ui, sans-serif"
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_FOREIGN = frozenset({"role", "style", "class", "pointer-events", "font-family"})
_PLAIN = frozenset(
    {("opacity", "1"), ("font-weight", "normal"), ("stroke-width", "1"), ("transform", "translate(0,0)")}
)
"""Attributes that say what holds without them."""

_PLACES = frozenset({"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height"})


def draw(
    make: Callable[[Size], Spec],
    *,
    key: str,
    title: str,
    description: str,
    language: str = "en",
    sizes: Sequence[Size] = SIZES,
) -> str:
    """A Vega-Lite specification as `svg` elements that a page can hold, one for each size.

    key: unique on the page. title, description: what a reader hears who does not see it. Colours are CSS variables, ids
    begin with `key`, and no element carries an inline style, which a content security policy would refuse. A value with
    a `tip` becomes a mark that shows it, and a link where the value has one.
    """
    return "".join(
        _drawn(make(size), f"{key}-{size.name}", size, (title, description), language, live=True) for size in sizes
    )


def draw_standing(make: Callable[[Size], Spec], *, key: str, title: str, description: str) -> str:
    """A specification as one `svg` element that needs no style sheet: text in the colour of the text around it."""
    drawn = _drawn(make(BESIDE[0]), key, BESIDE[0], (title, description), "en", live=False)
    for variable, colour in STANDALONE.items():
        drawn = drawn.replace(variable, colour)
    return drawn.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{_FONT}" ', 1)


def names_axis() -> Spec:
    """The vertical axis of a drawing with a row for each name, in the order given."""
    return {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}


def _drawn(spec: Spec, key: str, size: Size, words: tuple[str, str], language: str, *, live: bool) -> str:
    import vl_convert

    spec = all_in_language(spec, language)
    links = dict(_tips(spec)) if live else {}
    drawn = vl_convert.vegalite_to_svg({**spec, "config": _config(size, aria=live)}, allowed_base_urls=[])
    # Without its namespace, which HTML implies, names stay plain.
    root = ET.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawn))  # noqa: S314  our own drawing
    marks = _clean(root, key, links)
    width, height = root.get("width", "0"), root.get("height", "0")
    root.attrib.clear()
    root.attrib |= {
        "class": f"plot {size.name}",
        "viewBox": f"0 0 {width} {height}",
        "width": width,
        "height": height,
        "role": "group" if marks else "img",
        "aria-labelledby": f"{key}-title",
        "aria-describedby": f"{key}-words",
    }
    for at, (tag, name, text) in enumerate((("title", "title", words[0]), ("desc", "words", words[1]))):
        element = ET.Element(tag, {"id": f"{key}-{name}"})
        element.text = in_language(text, language)
        root.insert(at, element)
    return ET.tostring(root, encoding="unicode")


def _config(size: Size, *, aria: bool) -> Spec:
    axis = {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": size.text,
        "titleFontSize": size.text,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "labelLimit": size.labels,
    }
    words = {"labelColor": INK, "titleColor": INK, "labelFontSize": size.text, "labelLimit": size.labels}
    return {
        "background": None,
        "aria": aria,
        "font": _FONT,
        "view": {"stroke": None},
        "axis": axis,
        "legend": {**words, "orient": size.legend, "columns": 1},
        "header": words,
        "rule": {"stroke": INK},
        # Browsers may set text wider than estimated.
        "padding": {"left": 18, "right": 10, "top": 14, "bottom": 4},
    }


def _tips(spec: Any) -> Iterator[tuple[str, str]]:
    """The tooltips of marks, with their links."""
    if isinstance(spec, Mapping):
        if "tip" in spec:
            yield spec["tip"], spec.get("link", "")
        for each in spec.values():
            yield from _tips(each)
    elif isinstance(spec, list):
        for each in spec:
            yield from _tips(each)


def _clean(element: ET.Element, key: str, links: Mapping[str, str]) -> int:
    """Without what draws nothing, without roles and fonts of Vega's own, with ids that no other drawing has.

    Marks with values can be reached by keyboard and are announced; returns their number.
    """
    marks = 0
    for child in list(element):
        if _draws_nothing(child):
            element.remove(child)
            continue
        tip = child.get("aria-label")
        marks += _clean(child, key, links)
        if tip is not None and tip in links and child.tag == "path":
            marks += 1
            _replace(element, child, [_told(child, tip, links[tip])])
        elif child.tag == "g" and not child.attrib:
            _replace(element, child, list(child))
    _clean_attributes(element, key)
    return marks


def _draws_nothing(element: ET.Element) -> bool:
    if element.tag == "path":
        return element.get("display") == "none" or element.get("class") == "background"
    return element.tag == "text" and element.get("opacity") == "0"


def _replace(parent: ET.Element, child: ET.Element, others: Sequence[ET.Element]) -> None:
    place = list(parent).index(child)
    parent.remove(child)
    for each in reversed(others):
        parent.insert(place, each)


def _told(mark: ET.Element, tip: str, link: str) -> ET.Element:
    """A mark that shows its values, inside a link where it leads somewhere."""
    about = {"class": "mark", "tabindex": "-1", "aria-label": tip}
    if not link:
        mark.attrib |= {"role": "img", **about}
        return mark
    around = ET.Element("a", {"href": link, **about})
    around.append(mark)
    return around


def _clean_attributes(element: ET.Element, key: str) -> None:
    for name, value in list(element.attrib.items()):
        ours = element.get("class") == "mark"
        foreign = name in _FOREIGN or name.startswith("aria-")
        if (foreign and not ours) or (name, value) in _PLAIN:
            del element.attrib[name]
        elif name == "id":
            element.attrib[name] = f"{key}-{value}"
        elif name in _PLACES:
            element.attrib[name] = _NUMBER.sub(lambda found: f"{float(found[0]):.1f}", value)
        else:
            element.attrib[name] = value.replace("url(#", f"url(#{key}-")
