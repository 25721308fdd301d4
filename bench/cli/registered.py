"""Names of registered kinds, read from the text of their files: importing what registers them would take seconds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import click

_PACKAGE = Path(__file__).parents[1]
_KIND = re.compile(r"^@[A-Z]+\.register\(\"([^\"]+)\"\)", re.MULTILINE)


def names_in(folder: str, *groups: str) -> list[str]:
    """Names that the files of a folder of this package register, sorted, and those of plug-ins, by entry point.

    folder: as `report/tables/formats`, folders in it included. groups: as `banmian.formats`; left out, all of ours.
    """
    files = (Path(_PACKAGE, folder)).rglob("*.py")
    built_in = (kind for path in files for kind in _KIND.findall(path.read_text(encoding="utf-8")))
    return sorted({*built_in, *_plugged_in(groups)})


def tools() -> list[str]:
    """The labelling tools that rows can be exported for."""
    return names_in("corpus/exchange/tools", "banmian.tools")


def _plugged_in(groups: tuple[str, ...]) -> Iterator[str]:
    from importlib.metadata import distributions

    for distribution in distributions():
        for entry in distribution.entry_points:
            if entry.group in groups if groups else entry.group.startswith("banmian."):
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
