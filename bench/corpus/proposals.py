"""Proposed topics of a page that nobody has labelled: kept in a file of their own, which is never read as labels."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.core.errors import BenchError, suggest
from bench.core.spreadsheets import harmless
from bench.corpus.topics import LABELS
from bench.tables import read_table

COLUMNS = ("id", "proposed", "probability", "system", "opening")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A system's proposal for a paragraph's topic.

    probability: of the proposed topic, 0 to 1, as the system gives it; nobody has checked how well it is calibrated.
    margin: how much more probable it is than the next topic, 0 to 1. system: experiment and name.
    """

    row_id: str
    topic: str
    probability: float
    margin: float
    system: str

    def __post_init__(self) -> None:
        if self.topic not in LABELS:
            raise ValueError(f"a proposal is one of {', '.join(LABELS)}, got {self.topic!r}")
        if not 0 <= self.margin <= self.probability <= 1:
            raise ValueError(f"0 <= margin <= probability <= 1, got {self.margin} and {self.probability}")


def least_certain_first(proposals: Sequence[Proposal]) -> list[Proposal]:
    """By probability, then by margin, both ascending; equals stay in their order (least confidence sampling)."""
    return sorted(proposals, key=lambda proposal: (proposal.probability, proposal.margin))


def proposals_path(page_file: Path) -> Path:
    """The file of proposals that goes with a page's file."""
    return page_file.with_suffix(".proposals.csv")


def proposals_file(proposals: Sequence[Proposal], texts: dict[str, str]) -> bytes:
    """The file's bytes, in the order given. texts: row id to paragraph."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in proposals:
        opening = harmless(texts[item.row_id][:10])
        writer.writerow([item.row_id, item.topic, f"{item.probability:.4f}", item.system, opening])
    return target.getvalue().encode()


def read_proposals(path: Path) -> dict[str, Proposal]:
    """Row id to its proposal, in the file's order; the margin is not kept and reads as 0.

    Raises BenchError with `file:line` for an unknown topic and for what is no probability.
    """
    table = read_table(path, multiline=True)
    columns = [table.column(name) for name in COLUMNS[:4]]
    found = {}
    for row, (row_id, topic, probability, system) in enumerate(zip(*columns, strict=True)):
        if topic not in LABELS:
            raise BenchError(f"proposed: unknown label {topic!r}{suggest(topic, LABELS)}", place=table.place(row))
        try:
            found[row_id] = Proposal(row_id, topic, float(probability), 0.0, system)
        except ValueError:
            text = f"probability: needs a number from 0 to 1, got {probability!r}"
            raise BenchError(text, place=table.place(row)) from None
    return found
