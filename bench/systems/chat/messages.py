"""The messages to a chat model: instructions, labels with their descriptions, examples, and the text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

Form = Literal["schema", "text", "logprobs"]

LETTERS = "ABCDEFGHIJKLMNOPQRST"
"""Letters in place of labels where first tokens are weighed: 20, for which servers give log-probabilities."""

_ENDINGS: dict[str, str] = {
    "schema": 'Answer with JSON of one key and nothing else: {"label": "…"}, where … is one of the labels.',
    "text": "Answer with the label alone, written as above.",
    "logprobs": "Answer with the letter of the label alone.",
}


def messages(
    instructions: str,
    *,
    classes: Sequence[str],
    descriptions: Mapping[str, Sequence[str]],
    examples: Sequence[tuple[str, int]],
    text: str,
    form: Form,
) -> list[dict[str, str]]:
    """The messages of one request. examples: texts with the codes of their classes, in order."""
    told = [f"{_called(name, code, form)}{_described(descriptions.get(name, ()))}" for code, name in enumerate(classes)]
    system = f"{instructions.strip()}\n\nLabels:\n{chr(10).join(told)}\n\n{_ENDINGS[form]}"
    shown = [
        message
        for example, code in examples
        for message in (_message("user", example), _message("assistant", _answer(classes[code], code, form)))
    ]
    return [_message("system", system), *shown, _message("user", text)]


def label_schema(classes: Sequence[str]) -> dict[str, Any]:
    """`response_format` that allows an object with one of the labels, and nothing else."""
    schema = {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(classes)}},
        "required": ["label"],
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "label", "strict": True, "schema": schema}}


def _message(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def _called(name: str, code: int, form: Form) -> str:
    return f"{LETTERS[code]}: {name}" if form == "logprobs" else f"- {name}"


def _described(words: Sequence[str]) -> str:
    return f": {'; '.join(words)}" if words else ""


def _answer(name: str, code: int, form: Form) -> str:
    if form == "logprobs":
        return LETTERS[code]
    return json.dumps({"label": name}, ensure_ascii=False) if form == "schema" else name
