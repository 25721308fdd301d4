"""Names that a shell completes: systems of experiment files and of stored results, from file names and plain text."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
from click.shell_completion import split_arg_string

from bench.core.errors import BenchError
from bench.core.inputs import open_regular

_MOST_BYTES = 1_000_000
_NAME = re.compile(rb"\s*-\s*\{?\s*name:\s*[\"']?([^\s\"',}#]+)")


def systems_of_configs(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of the systems of the experiment files that stand on the command line already."""
    del context, parameter
    # click has not parsed the line while an option waits for its value: the shell's own words are read.
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    paths = [Path(word) for word in words if word.endswith((".yaml", ".yml"))]
    return _after_comma([name for path in paths for name in _names(path)], incomplete)


def systems_of_results(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Names of the systems whose results lie in the folders on the command line, or in results/."""
    del context, parameter
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    roots = [Path(word) for word in words if Path(word).is_dir()] or [Path("results")]
    patterns = ("run.json", "*/run.json", "*/*/run.json")
    found = (record for root in roots for pattern in patterns for record in root.glob(pattern))
    return _after_comma([record.parent.name for record in found], incomplete)


def _names(path: Path) -> list[str]:
    try:
        with open_regular(path) as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except (BenchError, OSError):
        return []
    return [match[1].decode(errors="replace") for match in map(_NAME.match, lines) if match]


def _after_comma(names: list[str], incomplete: str) -> list[str]:
    """Names that the last of several, parted by commas, may become."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in dict.fromkeys(sorted(names)) if name.startswith(last)]
