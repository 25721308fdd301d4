"""The scores on the dataset's card, taken from stored runs: baseline, best, and how many systems tie with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.comparison import Comparison, Row, compare
from bench.corpus.card import Scores, SystemScore
from bench.execution.results import StoredRun

BASELINE = "majority"
_SHOWN = 3


def card_scores(runs: Sequence[StoredRun], sha256: str) -> list[Scores]:
    """One value for each protocol under which the data with this digest was run, in the order of the runs.

    Runs of other data and those without scores are left out. Raises BenchError for damaged predictions.
    """
    of_data = [run for run in runs if run.record.status == "complete" and run.record.data_summary.sha256 == sha256]
    kinds = {run.record.system: run.record.config["classifier"]["kind"] for run in of_data}
    return [_scores(comparison, kinds) for comparison in compare(of_data)]


def _scores(comparison: Comparison, kinds: Mapping[str, str]) -> Scores:
    # A score that is undefined is not shown.
    scored = [(row, system) for row in comparison.rows if (system := _system(row)) is not None]
    readers = [(row, system) for row, system in scored if not row.control]
    return Scores(
        protocol=comparison.splits,
        baseline=next((system for row, system in scored if kinds.get(row.system) == BASELINE), None),
        best=tuple(system for _, system in readers[:_SHOWN]),
        readers=len(readers),
        near=sum(row.tier == 1 for row, _ in readers),
    )


def _system(row: Row) -> SystemScore | None:
    f1_macro, accuracy = row.cells["f1_macro"].mean, row.cells["accuracy"].mean
    return None if f1_macro is None or accuracy is None else SystemScore(row.system, f1_macro, accuracy)
