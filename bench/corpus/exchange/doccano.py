"""doccano's JSON lines of a text classification project.

Going in, `text` and `label` (a list) are read and every other key becomes metadata; coming out, the metadata stand
beside `id`, `text`, `label` and `Comments`, one file an annotator (or one for all in a project that shares labels).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.core.errors import BenchError
from bench.corpus.exchange.base import ROW_ID, Answer, Task, Tool, cell, check_ending
from bench.tables import Table


class Doccano(Tool):
    """doccano, project type "Text Classification", format "JSONL", column names left as they are."""

    takes_proposals = False

    def export(self, tasks: Sequence[Task], out: Path) -> dict[Path, bytes]:
        """One line a task."""
        check_ending(out, ".jsonl")
        lines = (
            {"text": task.text, "label": [] if task.label is None else [task.label], ROW_ID: task.row_id}
            for task in tasks
        )
        return {out: "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()}

    def answers(self, table: Table) -> list[Answer]:
        """One answer a line; the file does not tell whose."""
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
