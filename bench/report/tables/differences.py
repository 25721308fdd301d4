"""Tables of new runs against older ones: what changed, and how the scores moved."""

from __future__ import annotations

from bench.comparison.changes import Change
from bench.comparison.difference import Difference, SystemDifference
from bench.report.tables.numbers import NONE, heading, probability, short, signed
from bench.report.tables.sheet import Column, Line, Sheet

_PLACES = 3
_MOST_NAMED = 3
_COLUMNS = (
    Column("system", "name"),
    Column("old"),
    Column("new"),
    Column("difference"),
    Column("95 %"),
    Column("p"),
    Column("verdict", "text"),
)


def sheets(found: Difference) -> list[Sheet]:
    """What changed in configuration, data, protocol, versions and code; then old and new scores."""
    sides = f"{', '.join(found.old)} -> {', '.join(found.new)}"
    lines = tuple(map(_line, found.systems))
    scores = Sheet(f"{heading(found.metric)}, old and new", _COLUMNS, lines, notes=tuple(_notes(found)))
    return [_changes(found, sides), scores]


def _changes(found: Difference, sides: str) -> Sheet:
    if not found.changes:
        return Sheet(f"{sides}: nothing recorded changed", (), ())
    kinds = (Column("changed", "text"), Column("key", "text"), Column("old -> new", "text"), Column("systems", "text"))
    lines = tuple(Line((each.part, each.key, _arrow(each), _systems(each))) for each in found.changes)
    return Sheet(f"{sides}: what changed", kinds, lines)


def _arrow(change: Change) -> str:
    return f"{'(absent)' if change.old is None else change.old} -> {'(absent)' if change.new is None else change.new}"


def _systems(change: Change) -> str:
    if change.every_system:
        return "all"
    more = len(change.systems) - _MOST_NAMED
    return ", ".join(change.systems[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _line(each: SystemDifference) -> Line:
    old, new = (NONE if value is None else short(value, _PLACES) for value in (each.old, each.new))
    pair = each.pair
    if pair is None:
        return Line((each.system, old, new, NONE, NONE, NONE, each.verdict))
    interval = f"[{signed(pair.low, _PLACES)}, {signed(pair.high, _PLACES)}]"
    tested = (signed(pair.difference, _PLACES), interval, probability(pair.adjusted))
    return Line((each.system, old, new, *tested, each.verdict))


def _notes(found: Difference) -> list[str]:
    lines = []
    if found.tested:
        systems = "1 test" if found.tested == 1 else f"{found.tested} tests"
        lines.append(
            f"Difference: new minus old, on the same rows and splits. p: corrected for {systems} (Holm). "
            "Better, worse: shown by a test at 5 %."
        )
    lines += [f"{each.system}: {each.verdict}: {each.reason}." for each in found.systems if each.reason]
    for side, names in (("old", found.only_old), ("new", found.only_new)):
        if names:
            lines.append(f"Only in the {side} runs: {', '.join(names)}.")
    return lines
