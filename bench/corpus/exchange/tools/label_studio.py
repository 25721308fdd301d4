"""Label Studio's JSON: tasks going in with their labelling configuration, JSON or JSON-MIN coming out.

A task is `data` with what is shown, `annotations` with what people chose, `predictions` with what a model holds; a
choice is a result of type `choices`. JSON-MIN has one flat record an annotation: the data, and the choice under the
control's name, as a text, or as `{"choices": […]}` where there are several.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import BaseModel, ConfigDict, ValidationError

from bench.core.digests import readable_json
from bench.core.errors import INVISIBLE, BenchError, quoted
from bench.core.validation import first_fault
from bench.corpus.exchange.base import (
    ROW_ID,
    TOOLS,
    Answer,
    Choices,
    Suggestion,
    Task,
    Tool,
    cell,
    check_ending,
    shortcut,
)
from bench.tables import Table

SHOWN = "text"
"""Name of the text tag that is labelled."""

_MANY = 20
"""Labels above which a list that drops down takes less room than buttons."""

_EMAIL = re.compile(r"[^\s,<>]+@[^\s,<>]+")


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, defer_build=True)


class _Result(_Part):
    from_name: str | None = None
    type: str | None = None
    value: dict[str, Any] = {}


class _Annotation(_Part):
    result: list[_Result] | None = None
    was_cancelled: bool = False
    completed_by: int | str | dict[str, Any] | None = None
    created_username: str | None = None


class _Task(_Part):
    data: dict[str, Any]
    annotations: list[_Annotation] | None = None


@TOOLS.register("label-studio")
class LabelStudio(Tool):
    """Label Studio, with the labelling configuration that the export writes beside the tasks."""

    ending = ".json"
    takes_suggestions = True

    def export(self, tasks: Sequence[Task], choices: Choices, out: Path) -> dict[Path, bytes]:
        """The tasks, and the configuration under the same name with `.xml`."""
        check_ending(out, self.ending)
        made = readable_json([_task(task, choices.control) for task in tasks])
        return {out: made, out.with_suffix(".xml"): labelling_config(choices)}

    def answers(self, table: Table, control: str) -> list[Answer]:
        """An answer an annotation; one without labels for a task that nobody annotated. Predictions are not read."""
        return [answer for row in range(len(table.places)) for answer in _answers(table, row, control)]


def labelling_config(choices: Choices) -> bytes:
    """The labelling interface: the text, and one choice of a label. Raises BenchError for what XML cannot hold."""
    view = ET.Element("View")
    ET.SubElement(view, "Text", name=SHOWN, value=f"${SHOWN}")
    fields = {"name": choices.control, "toName": SHOWN, "choice": "single", "required": "true"}
    layout: dict[str, str] = {"layout": "select"} if len(choices.labels) > _MANY else {"showInline": "true"}
    group = ET.SubElement(view, "Choices", {**fields, **layout})
    for place, (label, meaning) in enumerate(choices.labels.items()):
        if INVISIBLE.search(label):
            raise BenchError(f"label {quoted(label)} holds a character that a labelling configuration cannot")
        key = shortcut(place)
        told = {name: value for name, value in (("hint", meaning), ("hotkey", key)) if value}
        ET.SubElement(group, "Choice", {"value": label, **told})
    ET.indent(view)
    return ET.tostring(view, encoding="unicode").encode() + b"\n"


def _task(task: Task, control: str) -> dict[str, Any]:
    value: dict[str, Any] = {"data": {SHOWN: task.text, ROW_ID: task.row_id}}
    if task.label is not None:
        value["annotations"] = [{"result": [_choice(task.label, control)]}]
    if task.suggestion is not None:
        value["predictions"] = [_prediction(task.suggestion, control)]
    return value


def _prediction(given: Suggestion, control: str) -> dict[str, Any]:
    return {"model_version": given.system, "score": given.score, "result": [_choice(given.label, control)]}


def _choice(label: str, control: str) -> dict[str, Any]:
    return {"from_name": control, "to_name": SHOWN, "type": "choices", "value": {"choices": [label]}}


def _answers(table: Table, row: int, control: str) -> list[Answer]:
    place = table.place(row)
    value = {name: column[row] for name, column in table.columns.items() if column[row] is not None}
    if "data" not in value:
        return [_minimal(value, place, control)]
    try:
        task = _Task.model_validate(value)
    except ValidationError as error:
        location, message = first_fault(error, value)
        raise BenchError(f"{'.'.join(map(str, location))}: {message}", place=place) from None
    row_id, text = (cell(task.data.get(name), f"data.{name}", place) for name in (ROW_ID, SHOWN))
    return [_answer(row_id, text, annotation, place, control) for annotation in task.annotations or ()] or [
        Answer(row_id, text, (), skipped=False, annotator=None, place=place)
    ]


def _answer(row_id: str, text: str, annotation: _Annotation, place: str, control: str) -> Answer:
    names = _annotators(annotation)
    labels = _labels(annotation, place, control)
    first = names[0] if names else None
    return Answer(row_id, text, labels, annotation.was_cancelled, first, place, frozenset(names[1:]))


def _labels(annotation: _Annotation, place: str, control: str) -> tuple[str, ...]:
    chosen = [result for result in annotation.result or () if result.type == "choices"]
    own = [result for result in chosen if result.from_name == control]
    if chosen and not own:
        names = ", ".join(repr(result.from_name) for result in chosen)
        text = f"annotations: no choice of the control {control!r}, but of {names}"
        raise BenchError(f"{text}; label with the configuration that the export wrote", place=place)
    return tuple(label for result in own for label in _texts(result.value.get("choices"), place))


def _minimal(value: Mapping[str, Any], place: str, control: str) -> Answer:
    chosen = value.get(control, [])
    several = chosen if isinstance(chosen, list) else [chosen]
    labels = [
        label
        for one in several
        for label in (_texts(one.get("choices"), place) if isinstance(one, dict) else _texts([one], place))
    ]
    row_id, text = (cell(value.get(name), name, place) for name in (ROW_ID, SHOWN))
    return Answer(row_id, text, tuple(labels), skipped=False, annotator=_name(value.get("annotator")), place=place)


def _texts(value: object, place: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BenchError(f"choices: needs a list of labels, got {value!r}", place=place)
    return value


def _annotators(annotation: _Annotation) -> list[str]:
    """The names of an annotation's author: e-mail first, then number and name."""
    by = annotation.completed_by
    given = [by.get(key) for key in ("email", "id", "username")] if isinstance(by, dict) else [by]
    # "Li Ming li@example.org, 7", as the tool shows its users.
    emails = _EMAIL.findall(annotation.created_username or "")
    return list(dict.fromkeys(str(each) for each in [*emails, *given] if each is not None))


def _name(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("email") or value.get("id")
    return None if value is None else str(value)
