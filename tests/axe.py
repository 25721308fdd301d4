"""axe-core on a page in a browser: every kind of element is judged, not each of thousands that are made alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe

OF_WHOLE_PAGES = (
    "aria-hidden-body", "bypass", "document-title", "duplicate-id-aria", "empty-heading", "frame-title", "heading-order",
    "html-has-lang", "html-lang-valid", "landmark-banner-is-top-level", "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level", "landmark-no-duplicate-banner", "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main", "landmark-one-main", "landmark-unique", "meta-refresh", "meta-viewport",
    "page-has-heading-one", "region", "skip-link",
)  # fmt: skip
"""Rules that a page can break though each of its elements is made like one of a page that breaks none."""

MOST_ALIKE = 3
"""Of rows, list items and blocks that are made alike, axe is shown so many: its time grows with all that is shown."""

_MADE = """
    const valued = new Set(["class", "style", "role", "type", "tabindex", "lang", "scope", "aria-hidden"]);
    const attribute = (each) => valued.has(each.name) || !each.value ? `${each.name}=${each.value}` : each.name;
    const opening = (element) => `<${element.localName} ${[...element.attributes].map(attribute).sort().join(" ")}>`;
    const worded = (element) =>
        [...element.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
"""

_KINDS = f"""
() => {{
    {_MADE}
    // Of each element: its own tag, attributes, classes and styles, those of all that is around it, and whether it has words.
    const found = new Set();
    const walk = (element, around) => {{
        const kind = around + opening(element);
        found.add(kind + (worded(element) ? "text" : ""));
        for (const child of element.children) walk(child, kind);
    }};
    walk(document.body, "");
    return [...found];
}}
"""

_SHOW = f"""
(kinds) => {{
    {_MADE}
    // Only elements of these kinds are seen, with what is in them. All keeps its place.
    const asked = new Set(kinds);
    const walk = (element, around) => {{
        const kind = around + opening(element);
        if (asked.has(kind + (worded(element) ? "text" : ""))) shown.push(element);
        else for (const child of element.children) walk(child, kind);
    }};
    const shown = [];
    walk(document.body, "");
    document.body.style.visibility = "hidden";
    for (const each of shown) each.style.visibility = "visible";
}}
"""

_HIDE = f"""
(most) => {{
    {_MADE}
    // Two elements are made alike if they, what is around them and what is inside them have the same tags, attributes,
    // classes and styles, whatever their texts say and however often something is repeated inside.
    const made = new Map();
    const whole = (element) => {{
        const inside = new Set([...element.children].map(whole));
        const found = `${{opening(element)}}${{worded(element) ? "text" : ""}}${{[...inside].sort().join("")}}</>`;
        made.set(element, found);
        return found;
    }};
    const counts = new Map();
    const walk = (element, around) => {{
        const kind = around + made.get(element);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        if (counts.get(kind) > most) alike.push(element);
        else for (const child of element.children) walk(child, around + opening(element));
    }};
    const alike = [];
    whole(document.body);
    walk(document.body, "");
    // What lies inside a line keeps its place: a line of code without some of its words might no longer have to be scrolled.
    // And what the keyboard reaches stays: a box that is scrolled may have nothing else.
    const reached = (each) => [each, ...each.querySelectorAll("*")].some((one) => one.tabIndex >= 0);
    const apart = (each) => ["table-row", "list-item", "block"].includes(getComputedStyle(each).display);
    for (const [each, hidden] of alike.map((each) => [each, apart(each)])) {{
        if (hidden) each.style.display = "none";
        else if (!reached(each)) each.style.visibility = "hidden";
    }}
}}
"""

_FAULTS = """
async ([where, options]) => {
    const found = await axe.run(where, {resultTypes: ["violations"], ...options});
    return found.violations.map((each) => [each.id, each.nodes[0].html.slice(0, 200)]);
}
"""


@dataclass
class Judged:
    """Kinds of elements that were judged on other pages of one style sheet, and whose contrast was, by colour scheme."""

    kinds: set[str] = field(default_factory=set)
    contrast: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def new(self, kinds: set[str], scheme: str) -> tuple[set[str], set[str]]:
        """Those that were not judged, and those whose contrast was not; from now on they are."""
        found = kinds - self.kinds, kinds - self.contrast[scheme]
        self.kinds |= kinds
        self.contrast[scheme] |= kinds
        return found


def violations(page: Any) -> list[tuple[str, str]]:
    """The rules that a page breaks, each with the first element that breaks it."""
    page.evaluate(Axe().axe_script)
    page.evaluate(_HIDE, MOST_ALIKE)
    return _faults(page, "html", {})


def new_violations(page: Any, judged: Judged, scheme: str) -> list[tuple[str, str]]:
    """The rules that a page breaks as a whole, or in elements of kinds that were not judged on pages before."""
    new, pale = judged.new(set(page.evaluate(_KINDS)), scheme)
    page.evaluate(Axe().axe_script)
    found = _faults(page, "html", {"runOnly": OF_WHOLE_PAGES})
    if new | pale:
        page.evaluate(_SHOW, [*new, *pale])
        page.evaluate(_HIDE, MOST_ALIKE)
        others = {"rules": {name: {"enabled": False} for name in OF_WHOLE_PAGES}}
        found += _faults(page, "body", others if new else {"runOnly": ["color-contrast"]})
    return found


def _faults(page: Any, where: str, options: Mapping[str, Any]) -> list[tuple[str, str]]:
    # `Axe.run` of the package would carry over all that is right, which takes as long as judging it.
    return [(rule, html) for rule, html in page.evaluate(_FAULTS, [where, options])]
