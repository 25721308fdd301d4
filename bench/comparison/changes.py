"""What two records of one system say differently: configuration, data, protocol, versions, code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bench.execution.record import Record
from bench.execution.results import StoredRun

Part = Literal["config", "data", "protocol", "versions", "code"]

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHOWN_OF_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Change:
    """A key whose value changed. old, new: as YAML's flow style writes them, None where there was no key.

    systems: for which it changed, in the order of the runs; every_system: whether those are all systems in both.
    """

    part: Part
    key: str
    old: str | None
    new: str | None
    systems: tuple[str, ...]
    every_system: bool


def changes(pairs: Iterable[tuple[str, StoredRun, StoredRun]]) -> tuple[Change, ...]:
    """What changed between runs, given as name, older and newer one; a change of several systems is given once."""
    found: dict[tuple[Part, str, str | None, str | None], list[str]] = {}
    names = []
    for name, old, new in pairs:
        names.append(name)
        for part, key, before, after in _changed(old, new):
            found.setdefault((part, key, before, after), []).append(name)
    order: list[Part] = ["config", "data", "protocol", "versions", "code"]
    ordered = sorted(found.items(), key=lambda item: order.index(item[0][0]))
    return tuple(Change(*change, tuple(systems), len(systems) == len(names)) for change, systems in ordered)


def _changed(old: StoredRun, new: StoredRun) -> Iterator[tuple[Part, str, str | None, str | None]]:
    before, after = _parts(old), _parts(new)
    for part, values in before.items():
        for key in dict.fromkeys([*values, *after[part]]):
            pair = values.get(key), after[part].get(key)
            # A key that one of the records lacks is not known to have changed.
            if pair[0] != pair[1] and (part != "code" or None not in pair):
                yield part, key, *pair


def _parts(run: StoredRun) -> dict[Part, dict[str, str]]:
    record = run.record
    timings = run.timings()
    code = {name: timings[name] for name in ("code_sha256", "machine") if isinstance(timings.get(name), str)}
    plain: dict[Part, Mapping[str, Any]] = {
        "config": record.config,
        "data": _data(record),
        "protocol": record.protocol,
        "versions": record.environment,
        "code": code,
    }
    return {part: {key: _written(value) for key, value in _flat(values)} for part, values in plain.items()}


def _data(record: Record) -> dict[str, Any]:
    data_summary = record.data_summary
    named = {name: value for name, value in record.data.items() if name != "facts"}
    classes = {f"rows of {name}": count for name, count in data_summary.classes.items()}
    return {**named, "digest": data_summary.sha256, "rows": data_summary.rows, "groups": data_summary.groups, **classes}


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys; of a list of mappings (parts side by side) also the place in it, from 0."""
    for name, value in values.items():
        key = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}.")
        elif isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
            yield from _flat({str(at): each for at, each in enumerate(value)}, f"{key}.")
        else:
            yield key, value


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value[:_SHOWN_OF_DIGEST] if _DIGEST.fullmatch(value) else value
    return json.dumps(value, ensure_ascii=False)
