"""Strategies that change what is right into what is nearly right: plain values, and bytes."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

_LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 300).map(lambda power: 10**power)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["~nouser/x", "a\0b", "\ud800", "\x1b[31m", "9" * 5000, "../x", "corpus", "all", "word", "lsa", "x" * 10**4])
)  # fmt: skip
VALUES = st.recursive(
    _LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, inner in inside for place in _places(inner, (*at, key)))]


@st.composite
def mutated(draw: st.DrawFn, right: Any) -> Any:
    """A plain value, one node of it changed, taken out, wrapped, repeated, deepened or renamed."""
    value = {"all": copy.deepcopy(right)}
    *above, key = ("all", *draw(st.sampled_from(_places(right))))
    parent: Any = value
    for step in above:
        parent = parent[step]
    match draw(st.sampled_from(["change", "take out", "wrap", "repeat", "deepen", "rename"])):
        case "change":
            parent[key] = draw(VALUES)
        case "take out" if above:
            del parent[key]
        case "wrap":
            parent[key] = draw(st.sampled_from([[parent[key]], {"kind": parent[key]}, str(parent[key])]))
        case "repeat":
            parent[key] = [parent[key]] * draw(st.sampled_from([0, 1, 2, 30]))
        case "deepen":
            for _ in range(draw(st.integers(1, 80))):
                parent[key] = [parent[key]] if draw(st.booleans()) else {"parts": parent[key]}
        case "rename" if isinstance(parent, dict) and above:
            name = draw(st.text(max_size=8) | st.sampled_from(list(parent)))
            parent[name] = parent.pop(key)
    return value["all"]


@st.composite
def damaged(draw: st.DrawFn, right: bytes) -> bytes:
    """Bytes with one to three places overwritten, taken out or filled, or cut."""
    data = right
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["turn", "overwrite", "take out", "insert", "cut"])):
            case "turn" if at < len(data):
                data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
            case "overwrite":
                new = draw(st.binary(min_size=1, max_size=8))
                data = data[:at] + new + data[at + len(new) :]
            case "take out":
                data = data[:at] + data[at + draw(st.integers(1, 40)) :]
            case "insert":
                data = data[:at] + draw(st.binary(min_size=1, max_size=8)) + data[at:]
            case "cut":
                data = data[:at]
    return data
