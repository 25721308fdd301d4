"""axe-core on a page in a browser: every kind of element is judged, not each of thousands that are made alike."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

MOST_ALIKE = 3
"""Of rows, list items and blocks that are made alike, axe is shown so many: its time grows with all that is shown."""

_HIDE = """
(most) => {
    // Two elements are made alike if they, what is around them and what is inside them have the same tags, attributes,
    // classes and styles, whatever their texts say and however often something is repeated inside.
    const valued = new Set(["class", "style", "role", "type", "tabindex", "lang", "scope", "aria-hidden"]);
    const attribute = (each) => valued.has(each.name) || !each.value ? `${each.name}=${each.value}` : each.name;
    const opening = (element) => `<${element.localName} ${[...element.attributes].map(attribute).sort().join(" ")}>`;
    const made = new Map();
    const whole = (element) => {
        const inside = new Set([...element.children].map(whole));
        const text = [...element.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
        const found = `${opening(element)}${text ? "text" : ""}${[...inside].sort().join("")}</>`;
        made.set(element, found);
        return found;
    };
    const counts = new Map();
    const walk = (element, around) => {
        const kind = around + made.get(element);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        if (counts.get(kind) > most) alike.push(element);
        else for (const child of element.children) walk(child, around + opening(element));
    };
    const alike = [];
    whole(document.body);
    walk(document.body, "");
    // An element inside a line is left: a line of code without some of its words might no longer have to be scrolled.
    const hidden = alike.filter((each) => ["table-row", "list-item", "block"].includes(getComputedStyle(each).display));
    for (const each of hidden) each.style.display = "none";
}
"""


def violations(page: Any) -> list[tuple[str, str]]:
    """The rules that a page breaks, each with the first element that breaks it."""
    page.evaluate(_HIDE, MOST_ALIKE)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found]
