"""Stored results, compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def compare(
    paths: Sequence[Path],
    *,
    metric: str,
    form: str,
    width: int | None,
    colour: bool,
    baseline: str | None = None,
    region: float | None = None,
    published: Path | None = None,
) -> str:
    """The comparison of all runs under `paths`, as text in one of the forms; published numbers apart.

    Raises BenchError for single runs, named one by one, that cannot be compared.
    """
    from bench.evaluation.compare import compare as compared
    from bench.evaluation.compare import demand_comparable, side_by_side
    from bench.evaluation.published import read_published
    from bench.evaluation.results import find_runs, is_run
    from bench.report.tables import FORMATS, as_terminal

    others = () if published is None else read_published(published)
    runs = find_runs(paths)
    if all(map(is_run, paths)):
        demand_comparable(runs)
    comparisons = compared(runs, metric, baseline=baseline, region=region)
    beside = side_by_side(comparisons)
    if form == "table":
        return as_terminal(comparisons, beside, others, width=width, colour=colour)
    return FORMATS[form](comparisons, beside, others)


def gate(paths: Sequence[Path], against: Path, *, metric: str) -> tuple[list[str], bool]:
    """What runs came to beside older ones of the same systems, a line each, and whether one became worse."""
    from bench.evaluation.gate import gate as tested
    from bench.evaluation.results import find_runs
    from bench.report.tables import gate_lines

    found = tested(find_runs(paths), find_runs([against]), metric)
    return gate_lines(found), bool(found.worse)
