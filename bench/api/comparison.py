"""Stored results, compared."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

_LOG = logging.getLogger(__name__)


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
    systems: str | None = None,
    sort: str | None = None,
) -> str:
    """The comparison of all runs under `paths`, as text in one of the forms; published numbers apart.

    systems: patterns of the systems that are compared. sort: the column that rows stand by, left out: the metric.
    Raises BenchError for single runs, named one by one, that cannot be compared.
    """
    from bench.comparison import by_column, demand_comparable, side_by_side
    from bench.comparison import compare as compared
    from bench.comparison.published import read_published
    from bench.execution.results import find_runs, is_run
    from bench.report.tables import FORMATS, as_terminal

    others = () if published is None else read_published(published)
    runs = find_runs(paths)
    _LOG.info("read %d runs", len(runs))
    if all(map(is_run, paths)):
        demand_comparable(runs)
    comparisons = compared(runs, metric, baseline=baseline, region=region, systems=systems)
    if sort is not None:
        comparisons = by_column(comparisons, sort)
    beside = side_by_side(comparisons)
    if form == "table":
        return as_terminal(comparisons, beside, others, width=width, colour=colour)
    return FORMATS[form](comparisons, beside, others)


def difference(
    paths: Sequence[Path],
    against: Path,
    *,
    metric: str,
    form: str,
    width: int | None,
    colour: bool,
    systems: str | None = None,
    sort: str | None = None,
    decide: bool = False,
) -> tuple[str, bool]:
    """What became of runs beside older ones of the same systems, as text in one of the forms; whether one is worse.

    decide: refuse runs of which that cannot be told, as they saw other rows or splits.
    """
    from bench.comparison.difference import difference as tested
    from bench.execution.results import find_runs
    from bench.report.tables import DIFFERENCE_FORMATS, difference_as_terminal

    old = find_runs([against])
    found = tested(find_runs(paths), old, metric, systems=systems, sort=sort or "new", decide=decide)
    if form == "table":
        return difference_as_terminal(found, width=width, colour=colour), bool(found.worse)
    return DIFFERENCE_FORMATS[form](found), bool(found.worse)
