"""Label Studio's JSON: tasks going in with their labelling configuration, JSON or JSON-MIN coming out.

A task is `data` with what is shown, `annotations` with what people chose, `predictions` with what a model holds; a
choice is a result of type `choices`. JSON-MIN has one flat record an annotation: the data, and the choice under the
control's name, as a text, or as `{"choices": […]}` where there are several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import BaseModel, ConfigDict, ValidationError

from bench.core.digests import readable_json
from bench.core.documents import first_fault
from bench.core.errors import BenchError
from bench.corpus.exchange.base import ROW_ID, Answer, Task, Tool, cell, check_ending
from bench.corpus.topics import LABELS, TOPICS
from bench.tables import Table

CONTROL, SHOWN = "topic", "text"
"""Names of the control tag and of the text tag that it labels."""


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


class _Task(_Part):
    data: dict[str, Any]
    annotations: list[_Annotation] | None = None


class LabelStudio(Tool):
    """Label Studio, with the labelling configuration that the export writes beside the tasks."""

    takes_proposals = True

    def export(self, tasks: Sequence[Task], out: Path) -> dict[Path, bytes]:
        """The tasks, and the configuration under the same name with `.xml`."""
        check_ending(out, ".json")
        return {out: readable_json([_task(task) for task in tasks]), out.with_suffix(".xml"): labelling_config()}

    def answers(self, table: Table) -> list[Answer]:
        """An answer an annotation; one without labels for a task that nobody annotated. Predictions are not read."""
        return [answer for row in range(len(table.places)) for answer in _answers(table, row)]


def labelling_config() -> bytes:
    """The labelling interface: the paragraph, and one choice among the labels."""
    view = ET.Element("View")
    ET.SubElement(view, "Text", name=SHOWN, value=f"${SHOWN}")
    choices = ET.SubElement(
        view, "Choices", name=CONTROL, toName=SHOWN, choice="single", required="true", showInline="true"
    )
    for key, label in enumerate(LABELS, start=1):
        hint = TOPICS.get(label, "none of these topics, or too many of them")
        ET.SubElement(choices, "Choice", value=label, hint=hint, hotkey=str(key))
    ET.indent(view)
    return ET.tostring(view, encoding="unicode").encode() + b"\n"


def _task(task: Task) -> dict[str, Any]:
    value: dict[str, Any] = {"data": {SHOWN: task.text, ROW_ID: task.row_id}}
    if task.label is not None:
        value["annotations"] = [{"result": [_choice(task.label)]}]
    if task.proposal is not None:
        proposal = task.proposal
        value["predictions"] = [
            {"model_version": proposal.system, "score": proposal.probability, "result": [_choice(proposal.topic)]}
        ]
    return value


def _choice(label: str) -> dict[str, Any]:
    return {"from_name": CONTROL, "to_name": SHOWN, "type": "choices", "value": {"choices": [label]}}


def _answers(table: Table, row: int) -> list[Answer]:
    place = table.place(row)
    value = {name: column[row] for name, column in table.columns.items() if column[row] is not None}
    if "data" not in value:
        return [_minimal(value, place)]
    try:
        task = _Task.model_validate(value)
    except ValidationError as error:
        location, message = first_fault(error, value)
        raise BenchError(f"{'.'.join(map(str, location))}: {message}", place=place) from None
    row_id, text = (cell(task.data.get(name), f"data.{name}", place) for name in (ROW_ID, SHOWN))
    return [
        Answer(row_id, text, _labels(annotation, place), annotation.was_cancelled, _annotator(annotation), place)
        for annotation in task.annotations or ()
    ] or [Answer(row_id, text, (), skipped=False, annotator=None, place=place)]


def _labels(annotation: _Annotation, place: str) -> tuple[str, ...]:
    chosen = [result for result in annotation.result or () if result.type == "choices"]
    own = [result for result in chosen if result.from_name == CONTROL]
    if chosen and not own:
        names = ", ".join(repr(result.from_name) for result in chosen)
        text = f"annotations: no choice of the control {CONTROL!r}, but of {names}"
        raise BenchError(f"{text}; label with the configuration that the export wrote", place=place)
    return tuple(label for result in own for label in _texts(result.value.get("choices"), place))


def _minimal(value: Mapping[str, Any], place: str) -> Answer:
    chosen = value.get(CONTROL, [])
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


def _annotator(annotation: _Annotation) -> str | None:
    by = annotation.completed_by
    return _name(by.get("email") or by.get("id") if isinstance(by, dict) else by)


def _name(value: object) -> str | None:
    return None if value is None else str(value)
