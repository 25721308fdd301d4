"""axe-core on a page in a browser: every kind of element is judged, not each of thousands that are made alike."""

from __future__ import annotations

from collections import defaultdict
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
    // An element inside a line is left: a line of code without some of its words might no longer have to be scrolled.
    const hidden = alike.filter((each) => ["table-row", "list-item", "block"].includes(getComputedStyle(each).display));
    for (const each of hidden) each.style.display = "none";
}}
"""

_FAULTS = """
async (options) => {
    const found = await axe.run(document, {resultTypes: ["violations"], ...options});
    return found.violations.map((each) => [each.id, each.nodes[0].html.slice(0, 200)]);
}
"""


@dataclass
class Judged:
    """Kinds of elements that were judged on other pages of one style sheet, and whose contrast was, by colour scheme."""

    kinds: set[str] = field(default_factory=set)
    contrast: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def rules(self, kinds: set[str], scheme: str) -> tuple[str, ...] | None:
        """Those that a page of these kinds is asked for, from now on judged; None for all."""
        new, paler = not kinds <= self.kinds, not kinds <= self.contrast[scheme]
        self.kinds |= kinds
        self.contrast[scheme] |= kinds
        return None if new else (*OF_WHOLE_PAGES, *(("color-contrast",) if paler else ()))


def violations(page: Any, judged: Judged | None = None, scheme: str = "light") -> list[tuple[str, str]]:
    """The rules that a page breaks, each with the first element that breaks it.

    judged: what need not be judged again; None asks for every rule.
    """
    rules = judged.rules(set(page.evaluate(_KINDS)), scheme) if judged else None
    if rules is None or "color-contrast" in rules:
        page.evaluate(_HIDE, MOST_ALIKE)
    # `Axe.run` of the package would carry over all that is right, which takes as long as judging it.
    page.evaluate(Axe().axe_script)
    found = page.evaluate(_FAULTS, {} if rules is None else {"runOnly": rules})
    return [(rule, html) for rule, html in found]
