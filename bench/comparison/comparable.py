"""Which runs may share a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.core.digests import canonical_json
from bench.core.errors import BenchError
from bench.execution.record import Record
from bench.execution.results import StoredRun


def is_transductive(record: Record) -> bool:
    """Whether a run's system learnt from the texts of test rows, without their labels."""
    own = record.config.get("unlabelled")
    texts = own.get("texts", ()) if isinstance(own, dict) else ()
    return "test" in (texts if isinstance(texts, list) else [texts])


def comparable_key(record: Record) -> bytes:
    """Equal for runs that saw the same rows in the same splits, and all or none of them the texts of test rows."""
    return key_of(record.data_summary.sha256, record.protocol, transductive=is_transductive(record))


def key_of(sha256: str, protocol: Mapping[str, object], *, transductive: bool) -> bytes:
    """The key by what it holds."""
    return canonical_json([sha256, protocol, *(["transductive"] if transductive else [])])


def demand_comparable(runs: Sequence[StoredRun]) -> None:
    """Raises BenchError, naming what differs, for runs that cannot share a table."""
    first = runs[0]
    for other in runs[1:]:
        differing = _what_differs(first.record, other.record)
        if differing:
            raise BenchError(f"cannot be compared with {first.folder}: {differing}", place=other.folder)


def _what_differs(first: Record, second: Record) -> str:
    texts = []
    if first.data_summary.sha256 != second.data_summary.sha256:
        rows = f"{second.data_summary.rows} rows against {first.data_summary.rows}"
        texts.append(
            f"the data differ ({rows}, digests {second.data_summary.sha256[:12]} and {first.data_summary.sha256[:12]})"
        )
    if is_transductive(first) != is_transductive(second):
        texts.append("one of both systems has learnt from the texts of test rows")
    keys = sorted(set(first.protocol) | set(second.protocol))
    texts += [
        f"protocol.{key} differs ({second.protocol.get(key)} against {first.protocol.get(key)})"
        for key in keys
        if first.protocol.get(key) != second.protocol.get(key)
    ]
    return "; ".join(texts)
