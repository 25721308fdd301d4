"""From stored records to what the dataset's card says of scores: the baseline, the best, and how many lie near them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.corpus.card import LEAST_ROWS, Scores, SystemScore
from bench.evaluation.compare import Comparison, Row, compare
from bench.evaluation.results import Record

BASELINE = "majority"
_SHOWN = 3


def standing(records: Sequence[Record], sha256: str) -> list[Scores]:
    """One value for each protocol under which the data with this digest was run, in the order of the records.

    Records of other data and failed runs are left out.
    """
    of_data = [record for record in records if record.status == "complete" and record.facts.sha256 == sha256]
    kinds = {record.system: record.config["classifier"]["kind"] for record in of_data}
    return [_scores(comparison, kinds) for comparison in compare(of_data)]


def _scores(comparison: Comparison, kinds: Mapping[str, str]) -> Scores:
    # A score that is undefined is not shown.
    scored = [(row, system) for row in comparison.rows if (system := _system(row)) is not None]
    readers = [system for row, system in scored if not row.control]
    highest = max((system.accuracy for system in readers), default=0.0)
    return Scores(
        protocol=_protocol(comparison.protocol),
        baseline=next((system for row, system in scored if kinds.get(row.system) == BASELINE), None),
        best=tuple(readers[:_SHOWN]),
        readers=len(readers),
        near=sum((highest - system.accuracy) * comparison.facts.rows < LEAST_ROWS for system in readers),
    )


def _system(row: Row) -> SystemScore | None:
    f1_macro, accuracy = row.cells["f1_macro"].mean, row.cells["accuracy"].mean
    return None if f1_macro is None or accuracy is None else SystemScore(row.system, f1_macro, accuracy)


def _protocol(protocol: Mapping[str, object]) -> str:
    splits = " × ".join(str(protocol[name]) for name in ("repeats", "folds") if name in protocol)
    return f"{protocol['kind']} {splits}".strip()
