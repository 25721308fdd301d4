"""The parameters of settings, read from the JSON Schema of their types."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Parameter:
    """One key of some settings. type: in words; default: as YAML's flow style writes it, None where one must be given.

    meaning: what its docstring says, in one line.
    """

    name: str
    type: str
    default: str | None
    meaning: str


def parameters(settings: type[Settings]) -> tuple[Parameter, ...]:
    """Every key but `kind`, in the order in which they are declared."""
    schema = settings.model_json_schema()
    schema = _resolved(schema, schema.get("$defs", {}))
    required = set(schema.get("required", ()))
    return tuple(
        Parameter(
            name,
            in_words(field, schema.get("$defs", {})),
            None if name in required else _default(field),
            " ".join(str(field.get("description", "")).split()),
        )
        for name, field in schema["properties"].items()
        if name != "kind"
    )


def in_words(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """The values that a JSON Schema allows, in a few words.

    >>> in_words({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "null"}]}, {})
    'number above 0, or null'
    """
    schema = _resolved(schema, definitions)
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "discriminator" in schema:
        return f"settings of a kind: {', '.join(schema['discriminator']['mapping'])}"
    choices = schema.get("anyOf", schema.get("oneOf"))
    if choices is not None:
        return _one_of([_resolved(each, definitions) for each in choices], definitions)
    kind = str(schema.get("type", "any"))
    if kind == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(in_words(each, definitions) for each in schema['prefixItems'])}]"
        return f"list of {in_words(schema.get('items', {}), definitions)}"
    words = {"boolean": "true or false", "object": "mapping", "string": "text"}.get(kind, kind)
    return f"{words}{_bounds(schema)}"


def _one_of(choices: list[Mapping[str, Any]], definitions: Mapping[str, Any]) -> str:
    if len(choices) == 2 and choices[1].get("items") == choices[0]:
        return f"{in_words(choices[0], definitions)}; or a list"
    return ", or ".join(dict.fromkeys(in_words(each, definitions) for each in choices))


def _bounds(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = [] if low is None else [f"from {_number(low)}" if high is not None else f"of {_number(low)} or more"]
    parts += [f"above {_number(schema['exclusiveMinimum'])}"] if "exclusiveMinimum" in schema else []
    parts += [] if high is None else [f"to {_number(high)}"]
    return f" {' '.join(parts)}" if parts else ""


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else re.sub(r"e([+-]?)0*", r"e\1", f"{value:g}").replace("e+", "e")


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """A schema in place of a reference to it."""
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if not name:
        return dict(schema)
    return {"$defs": definitions, **definitions[name], **{key: value for key, value in schema.items() if key != "$ref"}}


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    if isinstance(value, list) and len(value) == 1 and "anyOf" in field:
        value = value[0]  # one of those that may be listed
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
