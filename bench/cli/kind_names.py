"""Names of registered kinds, read from the text of their files, because imports would take seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import click

_PACKAGE = Path(__file__).parents[1]
_KIND = re.compile(r"^@[A-Z]+\.register\(\"([^\"]+)\"\)", re.MULTILINE)


def names_in(*folders: str, group: str | None = None) -> list[str]:
    """Names that the files of folders of this package register, sorted, and those of plug-ins, by entry point.

    folders: as `report/tables/formats`, folders in them included. group: as `banmian.formats`; None for all of ours.
    """
    files = (path for folder in folders for path in Path(_PACKAGE, folder).rglob("*.py"))
    built_in = (kind for path in files for kind in _KIND.findall(path.read_text(encoding="utf-8")))
    return sorted({*built_in, *_plugged_in(group)})


def tools() -> list[str]:
    """The labelling tools that rows can be exported for."""
    return names_in("corpus/exchange/tools", group="banmian.tools")


def _plugged_in(group: str | None) -> Iterator[str]:
    from importlib.metadata import distributions

    for distribution in distributions():
        for entry in distribution.entry_points:
            if entry.group == group if group else entry.group.startswith("banmian."):
                yield entry.name


class RegisteredChoice(click.Choice[str]):
    """A choice of registered kinds, whose names are read when they are needed and not when a command is defined.

    known: gives them.
    """

    def __init__(self, known: Callable[[], list[str]]) -> None:
        self.known = known
        self.case_sensitive = True

    @cached_property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]  # which click sets at once
        """All names."""
        return tuple(self.known())
