"""Reads the JSON that a server answers, which is not trusted."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


def strict_json(data: bytes) -> Any:
    """The value of UTF-8 JSON. Raises ValueError for anything else, NaN, infinities and endless nesting included.

    >>> strict_json(b'{"a": NaN}')
    Traceback (most recent call last):
    ValueError: NaN is no JSON
    """
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as fault:
        raise ValueError(f"{fault.msg} at character {fault.pos + 1} of {len(fault.doc)}") from None
    except RecursionError:
        raise ValueError("nested without end") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is too large a number")
    return value


def error_text(body: bytes) -> str:
    """What a server says of an error, on one line: its message where it sends one in a known place, else the body."""
    text = body.decode("utf-8", "replace")
    try:
        value = strict_json(body)
    except ValueError:
        value = None
    for _ in range(2):  # {"error": {"message": …}}, {"error": …}, {"message": …}, {"detail": …}
        if isinstance(value, dict):
            value = next((value[name] for name in ("error", "message", "detail") if name in value), None)
    return " ".join((value if isinstance(value, str) else text).split())


def field(value: Any, *path: str | int) -> Any:
    """What lies at a path of keys and places, None where there is nothing.

    >>> field({"choices": [{"text": "a"}]}, "choices", 0, "text")
    'a'
    """
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value
