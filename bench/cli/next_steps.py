"""What a user can do next in a folder, judged by its file names alone."""

from __future__ import annotations

from pathlib import Path

from bench.core.errors import BenchError
from bench.core.inputs import open_regular

_TABLES = ("*.csv", "*.tsv", "*.xlsx", "*.jsonl", "*.json", "*.parquet")
_WIDTH = 34


def next_steps(folder: Path) -> list[str]:
    """Lines for a user who typed `bench` alone: what the folder holds, and the next commands."""
    configs = _experiments(folder)
    if any(folder.glob("results/*/*/run.json")):
        state = "There are results here. Next:"
        steps = [
            ("bench compare", "which system is best, and how sure that is"),
            ("bench report", "the same as a web page, with every row"),
            ("bench verify", "run again, demand the same predictions"),
            *([(f"bench run {_first(configs)}", "run what is new or changed")] if configs else []),
        ]
    elif configs:
        state = "Nothing has been run here yet. Next:"
        steps = [
            (f"bench run {_first(configs)}", "run an experiment file"),
            ("bench compare", "then which system is best"),
            ("bench audit", "what in the data could mislead"),
        ]
    else:
        table = next((path for pattern in _TABLES for path in sorted(folder.glob(pattern))), None)
        name = "FILE" if table is None else _quoted(table.relative_to(folder))
        state = "There is no experiment file here yet. Next:"
        steps = [
            (f"bench init {name}", "look at your table, write one for it"),
            ("bench list", "what an experiment file can hold"),
        ]
    steps += [] if steps[-1][0] == "bench list" else [("bench list", "what an experiment file can hold")]
    lines = [f"  {command:<{_WIDTH}}{meaning}" for command, meaning in [*steps, ("bench --help", "all commands")]]
    return ["bench compares classifiers of labelled Chinese texts.", "", state, *lines]


def _experiments(folder: Path) -> list[str]:
    """Experiment files here or in configs/, as arguments of a command."""
    found = [path for pattern in ("*.yaml", "configs/*.yaml") for path in sorted(folder.glob(pattern))]
    return [_quoted(path.relative_to(folder)) for path in found if _has_systems(path)]


def _has_systems(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            return any(line.startswith(b"systems:") for line in file.read(100_000).splitlines())
    except (BenchError, OSError):
        return False


def _first(configs: list[str]) -> str:
    return next((name for name in configs if name.endswith("quick.yaml")), configs[0])


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(path.as_posix())
