"""Digests that are equal for equal content on every machine, and the JSON form they are taken over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def digest(parts: Iterable[str | bytes]) -> str:
    """SHA-256 over the parts, each with its length, as 64 hex digits: no two lists of parts run together.

    >>> digest(["ab", "c"]) == digest(["a", "bc"])
    False
    """
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        total.update(f"{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()


def canonical_json(value: Any) -> bytes:
    """One form for equal values: keys sorted, no blanks, UTF-8. Raises ValueError for NaN and infinities.

    >>> canonical_json({"b": 1, "a": ["版"]}).decode()
    '{"a":["版"],"b":1}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def readable_json(value: Any) -> bytes:
    """JSON for people: indented, keys in the given order, with a final line end."""
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
