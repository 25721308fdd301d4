"""Kinds and their parameters, for a terminal, for a notebook and as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

from bench.experiment.catalogue import Kind
from bench.report.tables.html import render as render_html
from bench.report.tables.sheet import Column, Line, Sheet
from bench.report.tables.terminal import render


def as_terminal(kinds: Sequence[Kind], *, detailed: bool, width: int | None = None, colour: bool = False) -> str:
    """One table a group; `detailed`: one table a kind, with a line a parameter."""
    sheets = list(map(_kind, kinds)) if detailed else _groups(kinds)
    return render(sheets, width=width, colour=colour)


def as_html(kinds: Sequence[Kind], *, detailed: bool) -> str:
    """The same for a notebook's cell."""
    return render_html(list(map(_kind, kinds)) if detailed else _groups(kinds))


def as_json(kinds: Sequence[Kind]) -> str:
    """A list of kinds; a parameter without a default (null) must be given."""
    return json.dumps([dataclasses.asdict(kind) for kind in kinds], ensure_ascii=False, indent=2) + "\n"


def _groups(kinds: Sequence[Kind]) -> list[Sheet]:
    columns = (Column("kind", "text"), Column("parameters", "text"), Column("meaning", "text"))
    groups = dict.fromkeys(kind.group for kind in kinds)
    return [Sheet(group, columns, tuple(_line(kind) for kind in kinds if kind.group == group)) for group in groups]


def _line(kind: Kind) -> Line:
    keys = ", ".join(parameter.name for parameter in kind.parameters)
    missing = f" Not installed: {kind.install}" if kind.install else ""
    return Line((kind.name, keys, f"{kind.meaning}{missing}"), quiet=kind.install is not None)


def _kind(kind: Kind) -> Sheet:
    columns = tuple(Column(heading, "text") for heading in ("parameter", "values", "default", "meaning"))
    lines = tuple(
        Line((each.name, each.type, "(must be given)" if each.default is None else each.default, each.meaning))
        for each in kind.parameters
    )
    facts = "; ".join(kind.facts)
    notes = [
        kind.meaning,
        *([f"{facts[0].upper()}{facts[1:]}."] if facts else []),
        *([f"Not installed: {kind.install}"] if kind.install else []),
    ]
    return Sheet(f"{kind.group}: {kind.name}", columns if lines else (), lines, notes=tuple(notes))
