"""New runs beside older ones of the same systems: what changed, and what a paired test shows to be worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bench.comparison import Pair, comparable_key, demand_comparable, is_transductive, make_pair
from bench.comparison.changes import Change, changes
from bench.comparison.scored_runs import load_scored_runs
from bench.comparison.uncertainty import LEVEL, Estimate
from bench.core.errors import BenchError, suggest
from bench.core.multiple_tests import holm
from bench.core.name_patterns import matching
from bench.execution.record import Record
from bench.execution.results import StoredRun
from bench.experiment.metrics.base import metric_of

Verdict = Literal["better", "worse", "no difference shown", "same", "not tested"]
SORTS = ("new", "old", "difference", "name")


@dataclass(frozen=True, slots=True)
class SystemDifference:
    """One system then and now. old, new: its score, None where there is none.

    pair: the tested difference, new minus old; None where there is no paired test, `reason` saying why.
    """

    system: str
    old: float | None
    new: float | None
    pair: Pair | None
    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Runs beside older ones of the same systems. p values are adjusted by Holm over all systems that are tested.

    old, new: names of the experiments on either side. only_old, only_new: systems on one side alone.
    """

    metric: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    changes: tuple[Change, ...]
    systems: tuple[SystemDifference, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]

    @property
    def worse(self) -> tuple[str, ...]:
        """The systems that became worse."""
        return tuple(each.system for each in self.systems if each.verdict == "worse")

    @property
    def tested(self) -> int:
        """How many systems are tested."""
        return sum(each.pair is not None for each in self.systems)


def difference(
    runs: Sequence[StoredRun],
    against: Sequence[StoredRun],
    metric: str,
    *,
    systems: str | None = None,
    sort: str = "new",
    decide: bool = False,
) -> Difference:
    """Each run beside the older one of the same system: worse and better are what a paired test shows.

    One experiment on each side: its systems are paired by their name; else by the experiment's and the system's. A
    system that had scores and fails now is worse, too. Runs of other rows or splits are shown and not tested.
    systems: patterns of those that are looked at, None for all. sort: one of SORTS. decide: raise BenchError, too,
    where rows, splits or protocol of a system differ, because then nobody can say what became worse.
    Raises BenchError where no system is in both, and for a metric, a pattern or an order that is not known.
    """
    if sort not in SORTS:
        raise BenchError(f"--sort: no column {sort!r}{suggest(sort, SORTS)}")
    metric_of(metric)
    if systems is not None:
        shown = set(matching(sorted({run.record.system for run in (*runs, *against)}), systems))
        runs, against = ([run for run in side if run.record.system in shown] for side in (runs, against))
    new, old = _by_name(runs, against)
    both = [name for name in new if name in old]
    if not both:
        raise BenchError(f"no system is in both: {suggest('', sorted(old)).strip('. ')}")
    if decide:
        for name in both:
            demand_comparable([old[name], new[name]])
    untested, tested = _tested([(name, old[name], new[name]) for name in both], metric)
    found = [*untested, *_judged(tested, metric)]
    return Difference(
        metric,
        tuple(sorted({run.record.experiment for run in against})),
        tuple(sorted({run.record.experiment for run in runs})),
        changes((name, old[name], new[name]) for name in both),
        tuple(sorted(found, key=lambda each: _rank(each, sort, metric))),
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name not in old),
    )


def _by_name(
    runs: Sequence[StoredRun], against: Sequence[StoredRun]
) -> tuple[Mapping[str, StoredRun], Mapping[str, StoredRun]]:
    alone = all(len({run.record.experiment for run in side}) == 1 for side in (runs, against))
    return tuple(  # type: ignore[return-value]
        {run.folder.name if alone else f"{run.record.experiment}/{run.folder.name}": run for run in side}
        for side in (runs, against)
    )


def _tested(
    pairs: Sequence[tuple[str, StoredRun, StoredRun]], metric: str
) -> tuple[list[SystemDifference], list[tuple[SystemDifference, Estimate]]]:
    """The systems that no test is made of, with the reason; and the others, with the estimated difference."""
    untested: list[SystemDifference] = []
    tested: list[tuple[SystemDifference, Estimate]] = []
    for name, old, new in pairs:
        plain = SystemDifference(name, _score(old, metric), _score(new, metric), None, "not tested")
        reason = _untestable(old.record, new.record)
        if old.record.status == "complete" and new.record.status != "complete":
            text = f"it has no scores any more: {new.record.error}"
            untested.append(replace(plain, verdict="worse", reason=text))
        elif reason is not None:
            untested.append(replace(plain, reason=reason))
        else:
            [new_one, old_one] = load_scored_runs([new, old], [metric], metric)
            there = metric in new_one.scores and metric in old_one.scores
            estimate = new_one.difference(old_one, metric) if there else None
            if estimate is None:
                untested.append(replace(plain, reason=f"{metric} gives no paired test here"))
            else:
                # Equal predictions are tested, too: Holm counts every question that was asked.
                same = old.predictions().same_but_for_rounding(new.predictions())
                found = replace(estimate, variance=0.0) if same else estimate
                tested.append((replace(plain, verdict="same" if same else "no difference shown"), found))
    return untested, tested


def _untestable(old: Record, new: Record) -> str | None:
    if old.status != "complete":
        return f"it had no scores before: {old.error}"
    if old.data_summary.sha256 != new.data_summary.sha256:
        return "other rows: no paired test"
    if is_transductive(old) != is_transductive(new):
        return "only one of both has learnt from the texts of test rows: no paired test"
    return None if comparable_key(old) == comparable_key(new) else "other splits: no paired test"


def _judged(tested: Sequence[tuple[SystemDifference, Estimate]], metric: str) -> list[SystemDifference]:
    adjusted = holm(np.array([found.p_value() for _, found in tested]))
    sign = 1 if metric_of(metric).higher_is_better else -1
    judged = []
    for (plain, found), p in zip(tested, adjusted, strict=True):
        pair = make_pair((plain.system, plain.system), found, float(p), None)
        told: Verdict = "better" if sign * pair.difference > 0 else "worse"
        judged.append(replace(plain, pair=pair, verdict=told if pair.adjusted < 1 - LEVEL else plain.verdict))
    return judged


def _score(run: StoredRun, metric: str) -> float | None:
    score = run.record.scores.get(metric)
    return None if score is None else score.value


def _rank(each: SystemDifference, sort: str, metric: str) -> tuple[bool, float, str]:
    """Best first, differences largest loss first; what has no such value last, equals by name."""
    sign = 1 if metric_of(metric).higher_is_better else -1
    values = {
        "new": None if each.new is None else -sign * each.new,
        "old": None if each.old is None else -sign * each.old,
        "difference": None if each.old is None or each.new is None else sign * (each.new - each.old),
        "name": 0.0,
    }
    value = values[sort]
    return value is None, value or 0.0, each.system
