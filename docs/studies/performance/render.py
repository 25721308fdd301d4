"""Writes docs/performance.md and its plots from what the benchmarks measured.

python docs/studies/performance/render.py [BENCHMARKS.json]

BENCHMARKS.json is what `pytest tests/benchmarks --benchmark-json` wrote; what the page needs of it is kept as
measured.json beside this file. Without it the page is written anew from measured.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from growth_plots import drawn, memory_plot, time_plot
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from speed_plot import speed_plot

from bench.core.digests import readable_json
from bench.core.errors import BenchError
from bench.core.files import write_together
from bench.core.text_files import read_bytes

Work: TypeAlias = Mapping[str, Any]

HERE = Path(__file__).parent
DOCS = HERE.parents[1]
MEASURED = HERE / "measured.json"
PAGE = DOCS / "performance.md"
SPEED, TIME, MEMORY = (DOCS / "images" / f"{name}.svg" for name in ("speed", "growth-time", "growth-memory"))

KINDS = ("fits", "reading", "embedding", "shell", "processes", "growth")
LEAST_SHARE = 2 / 3
"""Of a row's time inside solvers, under which the page says what the rest of it is."""
LEAST_PART = 0.02
"""Share of the time from which a part is named."""
GIGABYTE = 1e9


def kept(benchmarks: Mapping[str, Any]) -> dict[str, Any]:
    """What the page needs of the JSON of pytest-benchmark: no host's name, no paths, no single rounds.

    Raises BenchError for a JSON of other benchmarks, or of a run that measured nothing.
    """
    works = [each["extra_info"] for each in benchmarks.get("benchmarks", ())]
    if not works or any(work.get("kind") not in KINDS for work in works):
        raise BenchError("holds no figures of tests/benchmarks; nox -s performance measures and writes them")
    info = benchmarks["machine_info"]
    machine = {
        "processor": info["cpu"].get("brand_raw", "unknown processor"),
        "cores": info["cpu"]["count"],
        "system": f"{info['system']} {info['machine']}",
        "python": info["python_version"],
        "packages": {name: version for name, version in info["packages"].items() if name != "python"},
    }
    return {"date": benchmarks["datetime"][:10], "machine": machine, "works": works}


def page(measured: Mapping[str, Any]) -> str:
    """The page, Markdown."""
    works = {kind: [work for work in measured["works"] if work["kind"] == kind] for kind in KINDS}
    environment = Environment(  # noqa: S701  Markdown of our own figures
        loader=FileSystemLoader(HERE), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters.update(figure=figure, seconds=seconds, percent=percent)
    return environment.get_template("performance.md.jinja").render(
        date=measured["date"],
        machine=measured["machine"],
        ratio=ratio,
        limit=limit,
        rest=rest,
        rests=[work for work in works["fits"] if work["parts"]["solvers"] < LEAST_SHARE],
        missed=missed(measured["works"]),
        range=times_range(works["fits"]),
        growth=growth(works["growth"]),
        works=works,
    )


def figure(value: float) -> str:
    """Three digits, at least the whole ones: 0.0412, 4.12, 412, 4,120."""
    digits = 2
    while digits > 0 and abs(value) >= 10 ** (3 - digits):
        digits -= 1
    return f"{value:,.{digits}f}" if abs(value) >= 0.995 else f"{value:#.3g}"


def seconds(value: float) -> str:
    """With its unit."""
    return f"{figure(value)} s"


def percent(share: float) -> str:
    """Of a share from 0 to 1."""
    return f"{share:.0%}".replace("%", " %")


def ratio(work: Work, way: str) -> str:
    """How many times faster than a way, with its goal; bold where it is short of it, a dash where there is none."""
    if way not in work["times_faster"]:
        return "–"
    found, goal = work["times_faster"][way], work["goals"][way]
    return f"{figure(found)} (goal {goal:g})" if found >= goal else f"**{figure(found)}, short of {goal:g}**"


def times_range(works: Sequence[Work]) -> str:
    """The least and the most times that fitting is faster than plain, as in "5.35 to 140"."""
    found = [work["times_faster"]["plain"] for work in works if "plain" in work["times_faster"]]
    return f"{figure(min(found))} to {figure(max(found))}"


def limit(value: float, goal: float) -> str:
    """Whether seconds are under a goal."""
    return f"under {goal:g} s" if value < goal else f"**not under {goal:g} s**"


def rest(work: Work) -> str:
    """What a work's time is beside solvers, the largest part first."""
    parts = sorted(work["parts"].items(), key=lambda part: -part[1])
    named = [f"{name} {percent(share)}" for name, share in parts if name != "solvers" and share >= LEAST_PART]
    return ", ".join(named)


def missed(works: Iterable[Work]) -> list[str]:
    """A line for each goal that was not reached."""
    lines = []
    for work in works:
        for way, goal in work.get("goals", {}).items():
            found = work["times_faster"][way]
            if found < goal:
                lines.append(f"{work['work']}: {figure(found)} times faster than {way}, not {goal:g}")
        if "goal_seconds" in work and work["seconds"] >= work["goal_seconds"]:
            lines.append(f"{work['work']}: {seconds(work['seconds'])}, not under {work['goal_seconds']:g} s")
        if "goal_bytes" in work and work["peak_bytes"] >= work["goal_bytes"]:
            lines.append(f"{work['rows']:,} rows: {gigabytes(work['peak_bytes'])}, not {gigabytes(work['goal_bytes'])}")
    return lines


def gigabytes(size: float) -> str:
    """Of 10⁹ bytes."""
    return f"{size / GIGABYTE:.2f} GB"


def growth(works: Sequence[Work]) -> dict[str, Any]:
    """Rows of the table of growth, and how much more the largest size takes than the one twenty times smaller."""
    largest = max(works, key=lambda work: work["rows"])
    before = min(works, key=lambda work: abs(work["rows"] * 20 - largest["rows"]))
    own = [work["peak_bytes"] - min(each["before_bytes"] for each in works) for work in (before, largest)]
    return {
        "rows": [
            {
                "rows": f"{work['rows']:,}",
                "characters": f"{work['characters']:,}",
                "fit": seconds(work["fit_seconds"]),
                "predict": seconds(work["predict_seconds"]),
                "before": gigabytes(work["before_bytes"]),
                "peak": gigabytes(work["peak_bytes"]),
            }
            for work in works
        ],
        "largest": f"{largest['rows']:,}",
        "largest_fit": seconds(largest["fit_seconds"]),
        "before": f"{before['rows']:,}",
        "times_rows": f"{largest['rows'] / before['rows']:g}",
        "times_fit": figure(largest["fit_seconds"] / before["fit_seconds"]),
        "times_predict": figure(largest["predict_seconds"] / before["predict_seconds"]),
        "times_bytes": figure(own[1] / own[0]),
        "peak": gigabytes(largest["peak_bytes"]),
        "goal": gigabytes(largest["goal_bytes"]),
        "held": largest["peak_bytes"] < largest["goal_bytes"],
    }


def written(measured: Mapping[str, Any]) -> dict[Path, bytes]:
    """Every file that is made of the figures."""
    fits, growing = ([work for work in measured["works"] if work["kind"] == kind] for kind in ("fits", "growth"))
    return {
        PAGE: page(measured).encode(),
        SPEED: drawn(speed_plot(fits)),
        TIME: drawn(time_plot(growing)),
        MEMORY: drawn(memory_plot(growing)),
    }


def main(arguments: Sequence[str]) -> int:
    """Write them all or none."""
    source = Path(arguments[0]) if arguments else MEASURED
    try:
        found = json.loads(read_bytes(source))
        measured = kept(found) if arguments else found
    except BenchError as error:
        print(f"{source}: {error.message}", file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError, AttributeError):
        print(f"{source}: is no JSON of pytest-benchmark; nox -s performance writes one", file=sys.stderr)
        return 2
    write_together({MEASURED: readable_json(measured), **written(measured)}, over=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
