"""Names that a shell completes, read from file names and plain text, because imports would take seconds."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem, split_arg_string

from bench.cli.kind_names import names_in
from bench.core.errors import BenchError
from bench.core.inputs import open_regular

_MOST_BYTES = 1_000_000
_WINGS = ("data", "experiment", "systems")
"""Where the kinds lie that an experiment file, `compare --metric` and `audit --fail-on` can name."""

_GROUP = re.compile(r"^    \"([\w-]+)\": [A-Z]+,$", re.MULTILINE)
_NAME = re.compile(rb"\s*-\s*\{?\s*name:\s*[\"']?([^\s\"',}#]+)")


def systems_of_configs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of the systems of the experiment files that are on the command line already."""
    del context, parameter
    # click has not parsed the line while an option waits for its value: the shell's own words are read.
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    paths = [Path(word) for word in words if word.endswith((".yaml", ".yml"))]
    return _after_comma([name for path in paths for name in _names(path)], incomplete)


def systems_of_results(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of the systems whose results lie in the folders on the command line, or in results/."""
    del context, parameter
    return _after_comma([record.parent.name for record in _records()], incomplete)


def metrics_of_results(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Metrics that the first readable record holds, of the folders on the command line or of results/."""
    del context, parameter
    for record in _records():
        try:
            with open_regular(record) as file:
                scores = json.loads(file.read(_MOST_BYTES))["scores"]
        except (BenchError, OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        return _beginning(scores, incomplete)
    return []


def kinds(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Kinds that an experiment file can name, and the words for groups of them; a plug-in's by its entry point."""
    del context, parameter
    catalogue = Path(__file__).parents[1] / "experiment" / "catalogue.py"
    groups = _GROUP.findall(catalogue.read_text(encoding="utf-8"))
    return _beginning([*groups, *names_in(*_WINGS)], incomplete)


def columns_on_request(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Columns of the comparison table."""
    del context, parameter
    return _after_comma(names_in("report/tables/columns", group="banmian.columns"), incomplete)


def pages_and_files(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of the seed pages, and files."""
    from bench.corpus.build import page_key

    del parameter
    seeds = Path(context.params.get("seeds") or "seeds")
    keys = [page_key(path) for path in seeds.glob("*.txt")]
    return [*map(CompletionItem, _beginning(keys, incomplete)), CompletionItem(incomplete, type="file")]


def _records() -> Iterator[Path]:
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    roots = [Path(word) for word in words if Path(word).is_dir()] or [Path("results")]
    patterns = ("run.json", "*/run.json", "*/*/run.json")
    return (record for root in roots for pattern in patterns for record in root.glob(pattern))


def _names(path: Path) -> list[str]:
    try:
        with open_regular(path) as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except (BenchError, OSError):
        return []
    return [match[1].decode(errors="replace") for match in map(_NAME.match, lines) if match]


def _after_comma(names: list[str], incomplete: str) -> list[str]:
    """Completions of the last of several names, which commas separate."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _beginning(names, last)]


def _beginning(names: Iterable[str], start: str) -> list[str]:
    return [name for name in sorted(set(names)) if name.startswith(start)]
