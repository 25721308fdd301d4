"""What goes out to a labelling tool and what comes back, whatever the tool."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.core.errors import BenchError
from bench.corpus.proposals import Proposal
from bench.tables import Table

ROW_ID = "row_id"
"""What a row's id is called in a tool. Both tools give their own numbers as `id`, which would replace ours."""


@dataclass(frozen=True, slots=True)
class Task:
    """A paragraph to be labelled. label: what the pass says already, None where nothing."""

    row_id: str
    text: str
    label: str | None
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one annotator did with a paragraph.

    labels: as chosen, unchecked; () where nothing was chosen. skipped: true where the annotator refused to choose.
    annotator: None where the file does not say. place: `file:line` or `file: row 3`.
    """

    row_id: str
    text: str
    labels: tuple[str, ...]
    skipped: bool
    annotator: str | None
    place: str


class Tool(ABC):
    """A labelling tool's file format."""

    takes_proposals: bool
    """Whether the tool keeps a proposal apart from a label."""

    @abstractmethod
    def export(self, tasks: Sequence[Task], out: Path) -> dict[Path, bytes]:
        """The files of an export, `out` first. Raises BenchError for an ending that the tool does not read."""

    @abstractmethod
    def answers(self, table: Table) -> list[Answer]:
        """What a file that the tool exported says, row by row. Raises BenchError with the row for another shape."""


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
