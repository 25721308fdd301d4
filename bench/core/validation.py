"""Checks settings against a document, and puts the first fault into words for a user, with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bench.core.errors import BenchError, quoted, suggest
from bench.core.settings import Settings
from bench.core.yaml_files import Document, Location

S = TypeVar("S", bound=Settings)


def check(settings: type[S], document: Document, *, context: Mapping[str, Any] | None = None) -> S:
    """The document's value as settings. Raises BenchError for the first fault: `file:line: key: what is wrong`."""
    try:
        return settings.model_validate(document.value, context=dict(context or {}))
    except ValidationError as error:
        location, message = first_fault(error, document.value)
        key = ".".join(str(part) for part in location)
        # In a file, the line shows where an unknown key is; without a file, the keys around it must.
        above = key.rpartition(".")[0] if message.startswith("unknown key") else key
        named = above and (document.path is None or above == key)
        text = f"{above}: {message}" if named else message
        raise BenchError(text, place=document.place(location)) from None


def first_fault(error: ValidationError, value: object) -> tuple[Location, str]:
    """The location in `value` of the first fault of a validation, and the fault in words for a user."""
    fault = error.errors(include_url=False)[0]
    location = _without_tags(fault["loc"], value)
    return _several_values(fault["type"], location, fault["input"]) or _wrong_value(fault, location)


def _wrong_value(fault: ErrorDetails, location: Location) -> tuple[Location, str]:
    """What is wrong with one value."""
    context = fault.get("ctx", {})
    given = fault["input"]
    match fault["type"]:
        case "unknown_key":
            return (*location, str(context["key"])), str(context["text"])
        case "union_tag_invalid":
            known = [name.strip("' ") for name in str(context["expected_tags"]).split(",")]
            return (*location, "kind"), f"unknown kind {quoted(context['tag'])}{suggest(context['tag'], known)}"
        case "union_tag_not_found":
            return location, "the key 'kind' is missing"
        case "missing" if isinstance(fault["loc"][-1], int):
            return location, f"needs more values, got {quoted(given)}"
        case "missing":
            return location[:-1], f"the key {quoted(str(location[-1]))} is missing"
        case "model_type" | "model_attributes_type" | "dict_type":
            return location, f"needs a mapping of keys and values, got {quoted(given)}"
        case "value_error":
            return location, str(context["error"])
        case "literal_error":
            known = [name.strip("' ") for name in str(context["expected"]).replace(" or ", ", ").split(",")]
            return location, f"unknown value {quoted(given)}{suggest(given, known)}"
        case "unknown_value" | "repeated_value":
            return location, fault["msg"]
        case _:
            return location, f"{_in_words(fault['msg'], context)}, got {quoted(given)}"


_OF_LISTS = ("value_error", "repeated_value", "too_", "tuple_", "list_", "dict_", "missing", "union_")
"""Beginnings of the faults of a list that is allowed in its place."""


def _several_values(fault: str, location: Location, given: object) -> tuple[Location, str] | None:
    """The fault of a list where only one value is allowed; None where there is none."""
    if fault == "union_tag_invalid" and isinstance(given, Mapping) and isinstance(given.get("kind"), list):
        return (*location, "kind"), _one_value((*location, "kind"), given["kind"])
    if location and isinstance(given, list) and not fault.startswith(_OF_LISTS):
        return location, _one_value(location, given)
    return None


def _one_value(location: Location, given: list[Any]) -> str:
    """Says that only one value is allowed here, and how several are tried."""
    text = f"takes one value, got the list {quoted(given)}"
    if len(given) == 1 and not isinstance(given[0], (dict, list)):
        return f"{text}; write it without brackets"
    if not location or not isinstance(location[-1], str):
        text = f"each item is one value, got the list {quoted(given)}"
    if location[-1] in {"features", "parts"}:
        return f"{text}; to use several side by side: {{kind: concat, parts: […]}}; to compare them: a system for each"
    where = "a system" if location[0] == "systems" else "an experiment file"
    return f"{text}; to try several, write {where} for each"


def _without_tags(location: tuple[str | int, ...], value: object) -> Location:
    """A pydantic location without the kinds that it names beside the keys of the file.

    Nor with the place of a list that may be given alone in place of a list of lists: `[1, 2]` for `[[1, 2]]`.
    """
    kept: list[str | int] = []
    for part, following in zip(location, [*location[1:], None], strict=False):
        if isinstance(value, Mapping):
            if part in value:
                value = value[part]
            elif part == value.get("kind"):
                continue
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            if part == 0 and isinstance(following, int) and not any(isinstance(each, (list, dict)) for each in value):
                continue
            value = value[part]
        elif isinstance(part, int):
            continue
        kept.append(part)
    return tuple(kept)


def _in_words(message: str, context: Mapping[str, Any]) -> str:
    for bound in context.values():
        if isinstance(bound, float):  # pydantic writes out all its zeros
            message = re.sub(r"equal to [\d.]+$", f"equal to {bound:g}", message)
    text = message.replace("Input should be", "should be").replace("a valid tuple", "a list")
    text = text.replace("Tuple", "the list").replace(" after validation", "")
    return text[0].lower() + text[1:]
