"""Write the lists of kinds that pages show, from the kinds that are registered: python docs/write_lists.py.

Two comments mark the place of a list in a page, `<!-- list: NAME -->` and `<!-- end of list -->`. NAME: one of LISTS.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bench
from bench.core.files import write_whole
from bench.core.registry import Registry
from bench.experiment.catalogue import catalogue
from bench.systems.classifiers.base import CLASSIFIERS, ClassifierSettings

DOCS = Path(__file__).parent
_LIST = re.compile(r"<!-- list: (.+?) -->\n.*?<!-- end of list -->", re.DOTALL)


def written(text: str) -> str:
    """The text of a page with today's lists. Raises KeyError for a list that has no writer."""
    return _LIST.sub(lambda match: f"<!-- list: {match[1]} -->\n{LISTS[match[1]]()}\n<!-- end of list -->", text)


def registries() -> list[Registry[Any]]:
    """Every registry of the package, by its noun."""
    found: dict[str, Registry[Any]] = {}
    for module in pkgutil.walk_packages(bench.__path__, "bench."):
        if module.name.endswith(".base"):
            values = vars(importlib.import_module(module.name)).values()
            found |= {value.package: value for value in values if isinstance(value, Registry)}
    return sorted(found.values(), key=lambda registry: registry.noun)


def what_can_be_added() -> str:
    """A row a registry: what it holds, where its files lie, the entry point, and what is there."""
    rows = ["| what | folder | entry point group | there are |", "|---|---|---|---|"]
    for registry in registries():
        names = _named(kind for kind, cls in registry.classes().items() if cls.__module__.startswith("bench."))
        folder = registry.package.replace(".", "/")
        rows.append(f"| {registry.noun} | `{folder}/` | `{registry.group}` | {names} |")
    return "\n".join(rows)


def explained_classifiers() -> str:
    """The classifiers whose scores `bench explain` splits over n-grams."""
    plain = ClassifierSettings.score_sum.__func__
    explained = {cls.fitted_types[0] for cls in _own().values() if cls.score_sum.__func__ is not plain}
    return _named(kind for kind, cls in _own().items() if explained & {*cls.fitted_types[:1]} and not cls.control)


def what_names_are() -> str:
    """What classifiers make of the names of classes, those that do the same in one row."""
    found: dict[str, list[str]] = {}
    for kind, cls in _own().items():
        if not (cls.control or cls.told_names):
            found.setdefault(cls.name_counts_as, []).append(kind)
    rows = [f"| {_named(kinds)} | {meaning} |" for meaning, kinds in found.items()]
    return "\n".join(["| classifier | what a name of weight w is |", "|---|---|", *sorted(rows, key=len, reverse=True)])


def strategies() -> str:
    """What each strategy of labelling takes, and the keys that it has."""
    rows = []
    for kind in catalogue(["strategies"]):
        keys = ", ".join(f"`{key.name}`" for key in kind.parameters)
        rows.append(f"| `{kind.name}` | {kind.meaning}{f' Keys: {keys}.' if keys else ''} |")
    return "\n".join(["| strategy | takes |", "|---|---|", *rows])


def _own() -> dict[str, Any]:
    return {kind: cls for kind, cls in CLASSIFIERS.classes().items() if cls.__module__.startswith("bench.")}


def _named(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


LISTS: dict[str, Callable[[], str]] = {
    "what can be added": what_can_be_added,
    "classifiers that are explained": explained_classifiers,
    "what names of classes are to classifiers": what_names_are,
    "strategies of labelling": strategies,
}

if __name__ == "__main__":
    for page in sorted(DOCS.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (new := written(text)) != text:
            write_whole(page, new.encode())
            print(page.relative_to(DOCS))
