"""Turns comparisons of several data sets into a suite: who ran where, ranks, and tests over data sets."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.comparison import Comparison, Pair
from bench.comparison.scored_runs import train_size
from bench.core.errors import BenchError, suggest
from bench.core.multiple_tests import holm
from bench.experiment.metrics.base import metric_of
from bench.suites.hierarchical import PosteriorDifference, likely
from bench.suites.ranking import NullDistribution, friedman, null_of, ranks, signed_rank, smallest_p
from bench.suites.values import DataSet, IncompleteSystem, Pairing, Suite, System, distinguished

Floats = NDArray[np.float64]

REGION = 0.01
_SHARED = 0.1
_NORMAL = 1.959964


def across(
    comparisons: Sequence[Comparison],
    row_ids: Sequence[frozenset[str]],
    settings: Mapping[str, Sequence[object]],
    *,
    baseline: str | None = None,
    region: float = REGION,
) -> Suite:
    """Make a suite of several tables of one metric.

    comparisons: one a data set and protocol, all by the same metric. row_ids: of the rows of each, in their order.
    settings: system to its settings in each, None where it was not run. baseline: what all are compared with; left
    out, the system of the best mean rank. region: how large a difference counts as none.
    Tables of the same rows, or that share a tenth of the smaller one's, count as one data set, their scores averaged.
    Raises BenchError for fewer than two tables, and a baseline that is in none of them.
    """
    if len(comparisons) < 2:
        raise BenchError("one table of scores is no suite; name results of two data sets or more")
    names = list(dict.fromkeys(row.system for comparison in comparisons for row in comparison.rows))
    if baseline is not None and baseline not in names:
        raise BenchError(f"no run of a system {baseline!r} to compare with{suggest(baseline, names)}")
    metric = metric_of(comparisons[0].metric)
    sets = _data_sets(comparisons, row_ids)
    systems = [_system(name, comparisons) for name in names]
    left = [IncompleteSystem(each.name, gone) for each in systems if (gone := _missing(each, sets))]
    units = max(each.unit for each in sets) + 1
    whole = [each for each in systems if each.name not in {one.system for one in left}]
    sign = 1.0 if metric.higher_is_better else -1.0
    scores = _of_units(np.array([[cell.mean for cell in each.cells if cell] for each in whole]).T, sets, units)
    placed, null = _placed(whole, scores, sign, metric.bounds)
    order = sorted(range(len(placed)), key=lambda at: (placed[at].rank or 0, -sign * (placed[at].mean or 0)))
    stand = [placed[at] for at in order]
    tables = _Tables(comparisons, sets, units, sign)
    pairs = _pairs(stand, sign * scores[:, order], tables, null, region)
    enough = units > 1 and len(stand) > 1
    ranked = ranks(sign * scores) if len(stand) > 1 else None
    return Suite(
        metric=comparisons[0].metric,
        higher_is_better=metric.higher_is_better,
        data_sets=tuple(sets),
        systems=(*stand, *(each for each in systems if each.name in {one.system for one in left})),
        pairs=tuple(pairs),
        units=units,
        statistic=friedman(ranked) if enough and ranked is not None else None,
        p_friedman=null.p_of_squares(_squares(ranked)) if enough and null is not None and ranked is not None else None,
        exact=null is not None and null.exact,
        critical=null.critical_difference() if enough and null is not None else None,
        smallest=min(1.0, smallest_p(units) * max(1, len(pairs))),
        reference=_reference(baseline, stand),
        region=region,
        left=tuple(left),
        settings=_other_settings(settings, sets),
        undecided=tuple((pair.first, pair.second) for pair in pairs if not pair.shown_wins + pair.shown_losses),
    )


def _reference(baseline: str | None, stand: Sequence[System]) -> str | None:
    known = [each.name for each in stand]
    return baseline if baseline in known else known[0] if known else None


def _squares(ranked: Floats) -> float:
    means = ranked.mean(axis=0)
    return float(((means - means.mean()) ** 2).sum())


def _data_sets(comparisons: Sequence[Comparison], row_ids: Sequence[frozenset[str]]) -> list[DataSet]:
    units: list[int] = []
    for at, (comparison, ids) in enumerate(zip(comparisons, row_ids, strict=True)):
        same = (
            units[other]
            for other in range(at)
            if comparisons[other].data_summary.sha256 == comparison.data_summary.sha256
            or len(ids & row_ids[other]) > _SHARED * min(len(ids), len(row_ids[other]))
        )
        units.append(next(same, max(units, default=-1) + 1))
    found = zip(_names(comparisons), units, comparisons, strict=True)
    return [
        DataSet(name, unit, each.data_summary.rows, len(each.data_summary.classes), each.splits)
        for name, unit, each in found
    ]


def _names(comparisons: Sequence[Comparison]) -> list[str]:
    """What each table is called: by its experiments, with the training size or a number where two share that."""
    short = []
    for each in comparisons:
        size = train_size(each.protocol)
        short.append("+".join(each.experiments) + ("" if size is None else f"@{size}"))
    return [
        name if short.count(name) == 1 else f"{name}#{short[: at + 1].count(name)}" for at, name in enumerate(short)
    ]


def _system(name: str, comparisons: Sequence[Comparison]) -> System:
    rows = [next((row for row in each.rows if row.system == name), None) for each in comparisons]
    cells = [None if row is None else row.cells.get(each.metric) for row, each in zip(rows, comparisons, strict=True)]
    return System(name, any(row is not None and row.control for row in rows), tuple(cells))


def _missing(system: System, sets: Sequence[DataSet]) -> dict[str, str]:
    """Data set to why the system has no score there."""
    found = {}
    for each, cell in zip(sets, system.cells, strict=True):
        if cell is None:
            found[each.name] = "not run"
        elif cell.mean is None:
            found[each.name] = cell.reason or "no score"
    return found


def _of_units(scores: Floats, sets: Sequence[DataSet], units: int) -> Floats:
    """(units, systems) from (tables, systems): tables that count as one are averaged."""
    member = np.array([[each.unit == unit for each in sets] for unit in range(units)], dtype=np.float64)
    if not scores.size:
        return np.zeros((units, 0))
    return np.asarray(member @ scores / member.sum(axis=1, keepdims=True), dtype=np.float64)


def _placed(
    whole: Sequence[System], scores: Floats, sign: float, bounds: tuple[float, float]
) -> tuple[list[System], NullDistribution | None]:
    """The systems that were run everywhere, with means and ranks; and what ranks do by chance."""
    if not whole:
        return [], None
    ranked = ranks(sign * scores)
    found = []
    for at, each in enumerate(whole):
        mean, limits = _limits(scores[:, at], *bounds)
        rank, rank_limits = _limits(ranked[:, at], 1.0, float(len(whole)))
        found.append(System(each.name, each.control, each.cells, mean, limits, rank, rank_limits))
    return found, null_of(ranked) if len(whole) > 1 else None


def _limits(values: Floats, lowest: float, highest: float) -> tuple[float, tuple[float, float] | None]:
    """Mean over units, and its limits at 95 % by Student's t, cut at what can be; None for one unit."""
    from scipy.special import stdtrit

    mean = float(values.mean())
    if len(values) < 2:
        return mean, None
    reach = float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)))
    return mean, (max(mean - reach, lowest), min(mean + reach, highest))


@dataclass(frozen=True, slots=True)
class _Tables:
    """Tables of scores, and what each counts as. sign: 1 where higher scores are better, else -1."""

    comparisons: Sequence[Comparison]
    sets: Sequence[DataSet]
    units: int
    sign: float

    def tested(self, first: str, second: str) -> list[tuple[int, Pair | None]]:
        """Of each table its unit, and the pair as its own test has it."""
        pairs = (comparison.pairs.between(first, second) for comparison in self.comparisons)
        return [(each.unit, pair) for each, pair in zip(self.sets, pairs, strict=True)]

    def likely(self, first: str, second: str, region: float) -> PosteriorDifference | None:
        """How much better the first is over data sets; None where a data set has no paired test of the two."""
        differences, errors = np.zeros(self.units), np.zeros(self.units)
        tested = self.tested(first, second)
        for unit in range(self.units):
            held = [pair for place, pair in tested if place == unit]
            kept = [pair for pair in held if pair is not None]
            if len(kept) < len(held):
                return None
            differences[unit] = self.sign * np.mean([pair.difference for pair in kept])
            # Errors of tables on the same rows are correlated: they are averaged, not divided.
            errors[unit] = np.mean([(pair.high - pair.low) / (2 * _NORMAL) for pair in kept])
        return likely(differences, errors, region)


def _pairs(
    stand: Sequence[System], scores: Floats, tables: _Tables, null: NullDistribution | None, region: float
) -> list[Pairing]:
    """All pairs of systems, best mean rank first. scores: (units, systems), higher is better."""
    places = list(itertools.combinations(range(len(stand)), 2))
    if not places or null is None:
        return []
    plain = [signed_rank(scores[:, one] - scores[:, two]) for one, two in places]
    found = []
    for (one, two), p_value, corrected in zip(places, plain, holm(np.array(plain)), strict=True):
        first, second = stand[one], stand[two]
        apart = np.round(scores[:, one] - scores[:, two], 12)
        shown = {unit for unit, pair in tables.tested(first.name, second.name) if distinguished(pair)}
        found.append(
            Pairing(
                first=first.name,
                second=second.name,
                wins=int((apart > 0).sum()),
                ties=int((apart == 0).sum()),
                losses=int((apart < 0).sum()),
                shown_wins=sum(bool(apart[unit] > 0) for unit in shown),
                shown_losses=sum(bool(apart[unit] < 0) for unit in shown),
                signed_rank=p_value,
                holm=float(corrected),
                nemenyi=null.p_of_range(abs((first.rank or 0) - (second.rank or 0))),
                likely=tables.likely(first.name, second.name, region),
            )
        )
    return found


def _other_settings(settings: Mapping[str, Sequence[object]], sets: Sequence[DataSet]) -> dict[str, tuple[str, ...]]:
    found = {}
    for system, given in settings.items():
        first = next((each for each in given if each is not None), None)
        differing = [one.name for one, each in zip(sets, given, strict=True) if each is not None and each != first]
        if differing:
            found[system] = tuple(differing)
    return found
