"""Predictions of texts for a terminal, as CSV and as JSON, written row after row."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from bench.core.errors import printable
from bench.core.spreadsheets import harmless
from bench.report.rich_text import words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_MOST_CLASSES = 6
_SHORTEST_TEXT = 24
_LONGEST_GIVEN = 40
_FIGURES = 7


@dataclass(frozen=True, slots=True)
class PredictedText:
    """A text with what a model says of it. given: what is known of it beside the text, by column.

    label: None for a blank text. scores: one a class, None where the model gives none or the text is blank.
    place: the line or row of its file, counted from 1; None where nobody knows.
    """

    given: dict[str, Any]
    text: str
    label: str | None
    scores: tuple[float, ...] | None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """The lines above the rows.

    given: names of the columns beside the text. score_kind: what scores are, or `none`. unit: what the places of rows
    count, as `line`; empty where they are not shown, as rows have ids.
    """

    given: tuple[str, ...]
    classes: tuple[str, ...]
    score_kind: str
    unit: str = ""

    @property
    def scores(self) -> list[str]:
        """Names of the columns of scores: `probability:CLASS`, or `score:CLASS` for what is no probability."""
        word = "probability" if self.score_kind == "probability" else "score"
        return [] if self.score_kind == "none" else [f"{word}:{name}" for name in self.classes]

    @property
    def columns(self) -> list[str]:
        """Names of all columns; a given one that is named like one of ours has `input:` before it."""
        own = ["text", "label", *self.scores]
        return [*(f"input:{name}" if name in own else name for name in self.given), *own]

    def values(self, row: PredictedText) -> list[Any]:
        """The cells of a row, one a column; None for what it has not."""
        scores = rounded(row.scores) if row.scores is not None else (None,) * len(self.scores)
        return [*(row.given[name] for name in self.given), row.text, row.label, *scores]


def rounded(scores: Sequence[float]) -> tuple[float, ...]:
    """Scores in seven figures, as many as 32 bits hold; in more where the largest would be another or no longer alone.

    >>> rounded((0.961992620547, 0.038007379453))
    (0.9619926, 0.03800738)
    >>> rounded((0.33333333333, 0.33333333334))
    (0.33333333333, 0.33333333334)
    """
    alone = sum(score == max(scores) for score in scores) == 1
    for figures in range(_FIGURES, 17):
        short = tuple(float(f"{score:.{figures}g}") for score in scores)
        if not alone or sum(score == max(short) for score in short) == 1:
            return short
    return tuple(scores)


Writer = Callable[[Sequence[PredictedText]], None]


@contextmanager
def as_csv(target: TextIO, heading: Heading) -> Iterator[Writer]:
    """Rows under a header line, scores rounded. Text that a spreadsheet would take for a formula gets an apostrophe."""
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([harmless(name) for name in heading.columns])

    def write(rows: Sequence[PredictedText]) -> None:
        writer.writerows([harmless(value) for value in heading.values(row)] for row in rows)

    yield write


@contextmanager
def as_json_lines(target: TextIO, heading: Heading) -> Iterator[Writer]:
    """One object a line, its keys the columns; NaN is written as null, an infinite number as "Infinity"."""

    def write(rows: Sequence[PredictedText]) -> None:
        target.writelines(f"{_object(heading, row)}\n" for row in rows)

    yield write


@contextmanager
def as_json(target: TextIO, heading: Heading) -> Iterator[Writer]:
    """An array of objects, one a line."""
    started = False

    def write(rows: Sequence[PredictedText]) -> None:
        nonlocal started
        for row in rows:
            target.write(f"{',' if started else '['}\n{_object(heading, row)}")
            started = True

    yield write
    target.write("\n]\n" if started else "[]\n")


@contextmanager
def as_table(target: TextIO, heading: Heading, *, width: int | None, colour: bool) -> Iterator[Writer]:
    """A table for a terminal of `width` columns (its own width if None): texts cut short, aligned with Chinese in them.

    Its columns depend on all rows, so that it holds them; a score of each class is shown up to six classes.
    """
    from rich.console import Console

    kept: list[PredictedText] = []
    yield kept.extend
    buffer = io.StringIO()
    console = Console(
        file=buffer, force_jupyter=False, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    every = 0 < len(heading.scores) <= _MOST_CLASSES
    room = console.width - _measured(_table(heading, kept, every=every, room=None), console)
    if every and room < _SHORTEST_TEXT:
        every = False
        room = console.width - _measured(_table(heading, kept, every=False, room=None), console)
    console.print(_table(heading, kept, every=every, room=max(room - 1, _SHORTEST_TEXT)))
    target.write("\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n")


FORMATS = {"csv": as_csv, "jsonl": as_json_lines, "json": as_json}
"""Formats that depend on nothing but the rows; `as_table` depends on the terminal too."""


def _measured(table: Table, console: Console) -> int:
    return table.__rich_measure__(console, console.options.update(max_width=10_000)).maximum


def _table(heading: Heading, rows: Sequence[PredictedText], *, every: bool, room: int | None) -> Table:
    """room: columns of the terminal for a text, None for a table without texts. every: whether all scores are shown."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), collapse_padding=True)
    if heading.unit:
        table.add_column(heading.unit, justify="right", no_wrap=True, vertical="bottom")
    for name in heading.given:
        table.add_column(words(name), no_wrap=True, vertical="bottom")
    table.add_column("label", no_wrap=True, vertical="bottom")
    names = heading.scores if every else heading.scores and [heading.scores[0].partition(":")[0]]
    for name in names:
        header = Text("\n").join(map(words, name.split(":", 1)))
        table.add_column(header, justify="right", no_wrap=True, vertical="bottom")
    if room is not None:
        table.add_column("text", no_wrap=True, overflow="ellipsis", width=room, vertical="bottom")
    for row in rows:
        scores = [] if row.scores is None or row.label is None else list(row.scores)
        shown = scores if every else [scores[heading.classes.index(row.label or "")]] if scores else []
        numbers = [Text(f"{score:.2f}", style="bold" if score == max(scores) else "") for score in shown]
        table.add_row(
            *([f"{row.place}" if row.place is not None else "–"] if heading.unit else []),
            *(words(_short(row.given[name])) for name in heading.given),
            words(row.label or "–"),
            *(numbers or [Text("–")] * len(names)),
            *([] if room is None else [words(" ".join(row.text[: room + 1].split()))]),
        )
    return table


def _short(value: object) -> str:
    text = printable(" ".join(str(value)[:_LONGEST_GIVEN].split()))
    return text if len(str(value)) <= _LONGEST_GIVEN else f"{text}…"


def _object(heading: Heading, row: PredictedText) -> str:
    values = dict(zip(heading.columns, map(_in_json, heading.values(row)), strict=True))
    return json.dumps(values, ensure_ascii=False, allow_nan=False, default=str)


def _in_json(value: Any) -> Any:
    """A value as JSON can hold it: null for NaN, which is a missing number, and words for the infinite ones."""
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Mapping):
        return {str(key): _in_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in_json(each) for each in value]
    return value
