"""Makes a suite of tables and their runs: which rows were tested, and which settings belong to each name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.comparison import Comparison, is_transductive
from bench.execution.results import StoredRun
from bench.suites.suite import REGION, across
from bench.suites.values import Suite


def suite_of(
    comparisons: Sequence[Comparison],
    runs: Sequence[StoredRun],
    *,
    baseline: str | None = None,
    region: float = REGION,
) -> Suite:
    """The suite of tables that were made of these runs. Raises BenchError as `across` does.

    Tables of systems that have learnt from the texts of test rows are left out where there are others.
    """
    inductive = [comparison for comparison in comparisons if not comparison.transductive]
    apart = [comparison for comparison in comparisons if comparison.transductive] if inductive else []
    comparisons = inductive or comparisons
    ids = [_row_ids(_of(comparison, runs)) for comparison in comparisons]
    names = dict.fromkeys(row.system for comparison in comparisons for row in comparison.rows)
    settings = {name: [_settings(name, _of(comparison, runs)) for comparison in comparisons] for name in names}
    found = across(comparisons, ids, settings, baseline=baseline, region=region)
    gone = dict.fromkeys(row.system for comparison in apart for row in comparison.rows)
    return replace(found, transductive=tuple(gone))


def _of(comparison: Comparison, runs: Sequence[StoredRun]) -> list[StoredRun]:
    """The runs of one table."""
    return [
        run
        for run in runs
        if run.record.data_summary.sha256 == comparison.data_summary.sha256
        and run.record.protocol == comparison.protocol
        and is_transductive(run.record) == comparison.transductive
    ]


def _row_ids(runs: Sequence[StoredRun]) -> frozenset[str]:
    """Ids of the rows that were tested."""
    done = next((run for run in runs if run.record.status == "complete"), None)
    return frozenset() if done is None else frozenset(done.predictions().row_ids)


def _settings(name: str, runs: Sequence[StoredRun]) -> object:
    """The settings of a system's features and classifier; None where it was not run."""
    found = next(
        (run for run in runs if name in {run.record.system, f"{run.record.experiment}/{run.record.system}"}), None
    )
    if found is None:
        return None
    return {key: value for key, value in found.record.config.items() if key != "name"}
