"""Writes docs/reference/kinds.md, every kind of an experiment file, from the types that read one.

python docs/reference/write_kinds.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bench.core.files import write_whole
from bench.core.parameters import Parameter
from bench.experiment.catalogue import Kind, catalogue

PAGE = Path(__file__).with_name("kinds.md")
HEAD = """\
# Experiment files

An experiment file has a `name`, `data`, a `protocol` and `systems`; each system has a `name`, `features` and a
`classifier`. What `kind` can be in each, and which keys go with it, stands below. An editor completes and checks
the same by the [JSON Schema](../experiment.schema.json), which `bench schema` prints; `bench list` prints this page
in a terminal.

A key whose default is *required* must be given. Where a classifier's key takes a list, its values are tuned in inner
folds of the training rows.

This page is written by `docs/reference/write_kinds.py` from the docstrings of the code.
"""
INTRODUCTIONS = {
    "data": "`data: {kind: …}`: where the labelled texts come from.",
    "features": "`features: {kind: …}` of a system.",
    "embedders": "`backend` of the features `embedding`.",
    "classifiers": "`classifier: {kind: …}` of a system.",
    "protocols": "`protocol: {kind: …}`: how rows are split.",
    "strategies": "`strategies` of the protocol `labelling`, and `bench next --strategy`.",
    "metrics": "What every record holds, and `bench compare --metric` orders by.",
    "checks": "What `bench audit` makes, and `--fail-on` names.",
}


def page(kinds: list[Kind]) -> str:
    """The page as Markdown: a heading for each group, under it one for each kind with the table of its keys."""
    parts = [HEAD]
    for group, members in groupby(kinds, key=lambda kind: kind.group):
        parts += [f"## {group.capitalize()}\n", f"{INTRODUCTIONS.get(group, '')}\n"]
        parts += [part for kind in members for part in _kind(kind)]
    return "\n".join(parts)


def _kind(kind: Kind) -> Iterator[str]:
    yield f"### `{kind.name}` {{: #{kind.group}-{re.sub(r'[^a-z0-9]+', '-', kind.name)} }}\n"
    facts = f" ({'; '.join(kind.facts)})" if kind.facts else ""
    yield f"{kind.meaning}{facts}\n"
    if kind.parameters:
        rows = ["| key | value | default | meaning |", "|---|---|---|---|", *map(_row, kind.parameters)]
        yield "\n".join(rows) + "\n"


def _row(key: Parameter) -> str:
    default = "*required*" if key.default is None else f"`{key.default}`"
    cells = (f"`{key.name}`", key.type, default, key.meaning)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    write_whole(PAGE, page(catalogue()).encode())
