"""doccano's JSON lines of a text classification project.

Going in, `text` and `label` (a list) are read and every other key becomes metadata; coming out, the metadata stand
beside `id`, `text`, `label` and `Comments`, one file an annotator (or one for all in a project that shares labels).
A list of labels is imported apart, as JSON, each with its key and colour.
"""

from __future__ import annotations

import colorsys
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.core.digests import readable_json
from bench.core.errors import BenchError, quoted
from bench.corpus.exchange.base import ROW_ID, TOOLS, Answer, Choices, Task, Tool, cell, check_ending, shortcut
from bench.tables import Table

LABEL_LIST = ".labels.json"
_LONGEST_LABEL = 100
_GOLDEN = 0.618034


@TOOLS.register("doccano")
class Doccano(Tool):
    """doccano, project type "Text Classification", format "JSONL", column names left as they are."""

    ending = ".jsonl"
    takes_suggestions = False

    def export(self, tasks: Sequence[Task], choices: Choices, out: Path) -> dict[Path, bytes]:
        """One line a task; the list of labels under the same name with `.labels.json`."""
        check_ending(out, self.ending)
        long = next((label for label in choices.labels if len(label) > _LONGEST_LABEL), None)
        if long is not None:
            raise BenchError(f"label {quoted(long)} has {len(long)} characters, and doccano takes {_LONGEST_LABEL}")
        lines = (
            {"text": task.text, "label": [] if task.label is None else [task.label], ROW_ID: task.row_id}
            for task in tasks
        )
        data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
        return {out: data, out.with_suffix(LABEL_LIST): readable_json(label_list(choices))}

    def answers(self, table: Table, control: str) -> list[Answer]:
        """One answer a line; the file does not name the annotator."""
        del control
        return [self._answer(table, row) for row in range(len(table.places))]

    @staticmethod
    def _answer(table: Table, row: int) -> Answer:
        place = table.place(row)
        value = {name: column[row] for name, column in table.columns.items()}
        labels: Any = value.get("label", [])
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            text = f"label: needs a list of labels, got {labels!r}; export a text classification project as JSONL"
            raise BenchError(text, place=place)
        row_id, text = (cell(value.get(name), name, place) for name in (ROW_ID, "text"))
        return Answer(row_id, text, tuple(labels), skipped=False, annotator=None, place=place)


def label_list(choices: Choices) -> list[dict[str, str | None]]:
    """The labels as doccano imports them, each with a key and a colour of its own that white letters can be read on."""
    return [
        {"text": label, "suffix_key": shortcut(place), "background_color": _colour(place), "text_color": "#ffffff"}
        for place, label in enumerate(choices.labels)
    ]


def _colour(place: int) -> str:
    # Steps of the golden ratio around the circle of hues keep neighbours apart, however many there are.
    parts = colorsys.hls_to_rgb(place * _GOLDEN % 1, 0.3, 0.6)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
