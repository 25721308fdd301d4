"""What is exported to a labelling tool and imported from it, whatever the tool."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bench.core.errors import BenchError
from bench.core.registry import Registry
from bench.tables import Table

ROW_ID = "row_id"
"""The key of a row's id in a tool. Both tools give their own numbers as `id`, which would replace ours."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What an annotator chooses from. control: what a tool calls the choice; labels: each with its meaning, or None."""

    control: str
    labels: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A system's proposal for a text's label. score: 0 to 1, as the system gives it. system: its name."""

    label: str
    score: float
    system: str


@dataclass(frozen=True, slots=True)
class Task:
    """A text to be labelled. label: what is known already, None where nothing."""

    row_id: str
    text: str
    label: str | None
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one annotator did with a text.

    labels: as chosen, unchecked; () where nothing was chosen. skipped: true where the annotator refused to choose.
    annotator: by e-mail where the file has it, else by name or number; None where it does not say.
    place: `file:line` or `file: row 3`. aliases: what else the file calls the annotator.
    """

    row_id: str
    text: str
    labels: tuple[str, ...]
    skipped: bool
    annotator: str | None
    place: str
    aliases: frozenset[str] = frozenset()

    def is_by(self, name: str) -> bool:
        """Whether the file gives its annotator this name; case does not count."""
        known = self.aliases if self.annotator is None else {self.annotator, *self.aliases}
        return name.casefold() in {each.casefold() for each in known}


class Tool(ABC):
    """A labelling tool's file format; a subclass is registered under the name that `--format` takes."""

    ending: ClassVar[str]
    """The ending of files that the tool imports, as `.json`; `answers` also reads what `export` gives."""

    takes_suggestions: ClassVar[bool]
    """Whether the tool keeps a suggestion apart from a label."""

    @abstractmethod
    def export(self, tasks: Sequence[Task], choices: Choices, out: Path) -> dict[Path, bytes]:
        """The files of an export, `out` first; then the labels to choose from, as the tool takes them.

        Raises BenchError for an ending that the tool does not read, and for a label that it cannot hold.
        """

    @abstractmethod
    def answers(self, table: Table, control: str) -> list[Answer]:
        """The answers in a file exported by the tool, row by row. Raises BenchError with the row for another shape."""


TOOLS: Registry[Tool] = Registry("labelling tool", package="bench.corpus.exchange.tools", group="banmian.tools")


def shortcut(place: int) -> str | None:
    """The key that chooses the label at a place from 0: 1 to 9, then letters; None where these have run out."""
    keys = "123456789abcdefghijklmnopqrstuvwxyz"
    return keys[place] if place < len(keys) else None


def check_ending(out: Path, *endings: str) -> None:
    """Raises BenchError for a file name that ends in none of `endings`."""
    if out.suffix.lower() not in endings:
        raise BenchError(f"ends in {out.suffix!r}; give a name that ends in {' or '.join(endings)}", place=out)


def cell(value: object, name: str, place: str) -> str:
    """A value that must be a text. Raises BenchError with the place where it is missing or something else."""
    if value is None:
        text = f"the key {name!r} is missing; import what 'bench labels export' wrote, labelled in the tool"
        raise BenchError(text, place=place)
    if not isinstance(value, str):
        raise BenchError(f"{name}: needs a text, got {value!r}", place=place)
    return value
