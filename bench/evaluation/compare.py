"""Stored runs to comparisons: which stand in one table, which the data can tell apart, and what it cannot show."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from bench.core.digests import canonical_json
from bench.core.errors import BenchError, suggest
from bench.evaluation.results import DataFacts, Record, StoredRun
from bench.evaluation.scored import ScoredRun, load_scored, train_size
from bench.evaluation.uncertainty import LEVEL, Estimate, Floats, holm
from bench.experiment.metrics.base import METRICS, ConfusionMetric, Metric, metric_of
from bench.experiment.protocols.base import PROTOCOLS
from bench.systems.classifiers.base import CLASSIFIERS
from bench.systems.features.base import FEATURES

_EVERY_TABLE = ("f1_macro", "accuracy")


@dataclass(frozen=True, slots=True)
class Cell:
    """One score of one system; or why there is none.

    spread: standard deviation over repeats, None for one repeat. low, high: limits at 95 %, None where the metric gives
    no interval.
    """

    mean: float | None
    spread: float | None
    low: float | None
    high: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two systems on the same rows, repeats and folds. difference: of the metric, `first` minus `second`.

    low, high: its limits at 95 %, not corrected for the number of pairs; p_value: two-sided; adjusted: by Holm over all
    pairs of the comparison. equivalent: posterior probability that the true difference lies within the region asked
    for, None where none was.
    """

    first: str
    second: str
    difference: float
    low: float
    high: float
    p_value: float
    adjusted: float
    equivalent: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One system of a table. control: true for one that reads no words.

    system: its name, with its experiment before it where two share a name. tier: 1 for the best and all that cannot be
    told from it; None without a score, and where not all pairs were tested. against: how it compares with the
    baseline, or else with the best. fit_warnings: category of a warning raised while fitting, to how often.
    impossible: whether the protocol cannot be carried out on the data, `error` saying why.
    """

    system: str
    control: bool
    cells: dict[str, Cell]
    error: str | None
    tier: int | None = None
    against: Pair | None = None
    fit_warnings: Mapping[str, int] = field(default_factory=dict)
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """What this data can tell apart, by the two best systems' disagreement.

    detectable: the smallest true difference that a single test at 5 % would show with 80 % power.
    rows: how many rows would show the difference seen, were it true; None where the two score the same.
    """

    first: str
    second: str
    difference: float
    detectable: float
    rows: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs that saw the same rows under the same protocol, best first by `metric`.

    metrics: the names of the cells, in the order of the table's columns. Failed systems stand last.
    tested: class to its rows that are tested. splits: the protocol in a few words; blocked: whether groups stay whole.
    reference: the system that rows are compared with. floors: name of a guess that reads nothing, to its scores.
    versions: of what the runs used in more than one version, the versions. advice: one sentence.
    """

    experiments: tuple[str, ...]
    facts: DataFacts
    tested: dict[str, int]
    protocol: dict[str, object]
    splits: str
    blocked: bool
    repeats: int
    metric: str
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]
    reference: str | None
    floors: dict[str, dict[str, float]]
    resolution: Resolution | None
    versions: dict[str, tuple[str, ...]]
    advice: str


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The metric of systems that were run on the same rows under several protocols: training sizes, blocked splits.

    protocols: what tells the columns apart; values: system to one score a column, None where there is none.
    gaps: system to what a blocked protocol (by column) takes from the score of the first one that parts groups.
    """

    metric: str
    data: str
    protocols: tuple[str, ...]
    values: dict[str, tuple[float | None, ...]]
    gaps: dict[str, dict[int, float]]


def compare(
    runs: Sequence[StoredRun], metric: str = "f1_macro", *, baseline: str | None = None, region: float | None = None
) -> list[Comparison]:
    """One comparison for each group of comparable runs, in the order in which the groups first come.

    Runs are comparable when data (digest over all rows) and protocol are equal, whatever experiment they were part of;
    nothing else ever shares a table.
    metric: orders the rows, and is what is tested. baseline: test each system against this one alone, in place of all
    pairs. region: how large a difference (in units of the score) counts as none, for the probability of equivalence.
    Raises BenchError for a metric or a baseline that no group holds, and for damaged predictions.
    """
    metric_of(metric)
    groups: dict[bytes, list[StoredRun]] = {}
    for run in runs:
        groups.setdefault(comparable_key(run.record), []).append(run)
    known = list(dict.fromkeys(name for run in runs for name in run.record.scores))
    if known and metric not in known:
        raise BenchError(f"the runs hold no metric {metric!r}{suggest(metric, known)}")
    found = [_comparison(group, metric, baseline, region) for group in groups.values()]
    names = list(dict.fromkeys(row.system for comparison in found for row in comparison.rows))
    if baseline is not None and baseline not in names:
        raise BenchError(f"no run of a system {baseline!r} to compare with{suggest(baseline, names)}")
    return found


def comparable_key(record: Record) -> bytes:
    """Equal for runs that saw the same rows in the same splits."""
    return canonical_json([record.facts.sha256, record.protocol])


def demand_comparable(runs: Sequence[StoredRun]) -> None:
    """Raises BenchError, naming what differs, for runs that cannot stand in one table."""
    first = runs[0]
    for other in runs[1:]:
        differing = _what_differs(first.record, other.record)
        if differing:
            raise BenchError(f"cannot be compared with {first.folder}: {differing}", place=other.folder)


def _what_differs(first: Record, second: Record) -> str:
    texts = []
    if first.facts.sha256 != second.facts.sha256:
        rows = f"{second.facts.rows} rows against {first.facts.rows}"
        texts.append(f"the data differ ({rows}, digests {second.facts.sha256[:12]} and {first.facts.sha256[:12]})")
    keys = sorted(set(first.protocol) | set(second.protocol))
    texts += [
        f"protocol.{key} differs ({second.protocol.get(key)} against {first.protocol.get(key)})"
        for key in keys
        if first.protocol.get(key) != second.protocol.get(key)
    ]
    return "; ".join(texts)


def side_by_side(comparisons: Sequence[Comparison]) -> list[SideBySide]:
    """One for each data set that stands in more than one table."""
    by_data: dict[str, list[Comparison]] = {}
    for comparison in comparisons:
        by_data.setdefault(comparison.facts.sha256, []).append(comparison)
    return [_side_by_side(group) for group in by_data.values() if len(group) > 1]


def _side_by_side(group: Sequence[Comparison]) -> SideBySide:
    group = sorted(group, key=lambda each: (each.blocked, train_size(each.protocol) or math.inf))
    metric = group[0].metric
    systems = list(dict.fromkeys(row.system for comparison in group for row in comparison.rows))
    scores = [{row.system: row.cells[metric].mean for row in comparison.rows} for comparison in group]
    values = {system: tuple(column.get(system) for column in scores) for system in systems}
    blocked = [_is_blocked(comparison.protocol) for comparison in group]
    open_column = blocked.index(False) if False in blocked else None
    gaps: dict[str, dict[int, float]] = {}
    for system, row in values.items() if open_column is not None else ():
        base = row[open_column] if open_column is not None else None
        gaps[system] = {
            column: value - base
            for column, value in enumerate(row)
            if blocked[column] and value is not None and base is not None
        }
    return SideBySide(metric, group[0].facts.sha256, tuple(each.splits for each in group), values, gaps)


def _is_blocked(protocol: Mapping[str, Any]) -> bool:
    kind = PROTOCOLS.classes().get(str(protocol["kind"]))
    return kind is not None and kind.blocked


def _comparison(runs: Sequence[StoredRun], metric: str, baseline: str | None, region: float | None) -> Comparison:
    record = runs[0].record
    known = dict.fromkeys(name for run in runs for name in run.record.scores)
    metrics = tuple(dict.fromkeys([metric, *_EVERY_TABLE, *(name for name in known if name.startswith("f1:"))]))
    loaded = sorted(load_scored(runs, metrics), key=lambda run: _rank(run, metric))
    scored = [run for run in loaded if metric in run.parts]
    pairs = _pairs(scored, metric, baseline, region)
    # A test with a baseline alone does not tell which systems are the best.
    tiers = {} if baseline is not None or not pairs else _tiers(scored, pairs)
    reference = baseline if baseline in {run.name for run in scored} else scored[0].name if scored else None
    rows = tuple(_row(run, metrics, tiers.get(run.name), _against(pairs, run.name, reference)) for run in loaded)
    # Only where more rows mean more training rows, too, does their number say what they would show.
    whole = train_size(record.protocol) is None and record.protocol["kind"] != "fixed"
    resolution = _resolution(scored, metric) if whole else None
    tested = _tested(scored, record.facts)
    return Comparison(
        experiments=tuple(dict.fromkeys(run.record.experiment for run in runs)),
        facts=record.facts,
        tested=tested,
        protocol=record.protocol,
        splits=_splits(record),
        blocked=_is_blocked(record.protocol),
        repeats=next((run.predictions.repeats for run in loaded if run.predictions is not None), 1),
        metric=metric,
        metrics=metrics,
        rows=rows,
        pairs=pairs,
        reference=reference,
        floors=_floors(tested, metrics),
        resolution=resolution,
        versions=_versions([run.record for run in runs]),
        advice=_advice(loaded, rows, pairs, metric) if baseline is None else _baseline_advice(rows, metric, baseline),
    )


def _splits(record: Record) -> str:
    """The protocol in a few words."""
    kind = PROTOCOLS.classes().get(str(record.protocol["kind"]))
    name = str(record.protocol["kind"])
    if kind is None:
        return name
    try:
        protocol = kind.model_validate(record.protocol)
    except ValidationError:
        return f"{name}, with settings that this version does not know"
    return f"{name}, {protocol.describe(record.facts.groups or 0)}"


def _row(run: ScoredRun, metrics: Iterable[str], tier: int | None, against: Pair | None) -> Row:
    # A plug-in's kind may not be installed where its results are read.
    kind = CLASSIFIERS.classes().get(run.record.config["classifier"]["kind"])
    cells = {name: _cell(run, name) for name in metrics}
    control = kind is not None and kind.control
    return Row(
        run.name,
        control,
        cells,
        run.record.error,
        tier,
        against,
        run.record.warnings,
        run.record.status == "impossible",
    )


def _cell(run: ScoredRun, metric: str) -> Cell:
    score = run.record.scores.get(metric)
    if score is None:
        return Cell(None, None, None, None, run.record.error or "not recorded")
    if score.value is None:
        return Cell(None, None, None, None, score.reason)
    repeats = np.array(score.repeats, dtype=np.float64)
    spread = float(repeats.std(ddof=1)) if len(repeats) > 1 else None
    found = run.estimate(metric)
    if found is None:
        return Cell(score.value, spread, None, None, None)
    lowest, highest = metric_of(metric).bounds
    low, high = found.interval()
    return Cell(score.value, spread, max(low, lowest), min(high, highest), None)


def _pairs(scored: Sequence[ScoredRun], metric: str, baseline: str | None, region: float | None) -> tuple[Pair, ...]:
    """Every pair, or those with the baseline; the better one first."""
    asked = [
        pair for pair in itertools.combinations(scored, 2) if baseline is None or baseline in {run.name for run in pair}
    ]
    differences = [(first.name, second.name, first.difference(second, metric)) for first, second in asked]
    found = [(names, value) for *names, value in differences if value is not None]
    adjusted = holm(np.array([value.p_value() for _, value in found]))
    tested = zip(found, adjusted, strict=True)
    return tuple(make_pair((names[0], names[1]), value, float(p), region) for (names, value), p in tested)


def make_pair(names: tuple[str, str], found: Estimate, adjusted: float, region: float | None) -> Pair:
    """A tested difference of two systems, the first one's minus the second's."""
    low, high = found.interval()
    equivalent = None if region is None else found.probability_within(region)
    return Pair(*names, found.value, low, high, found.p_value(), adjusted, equivalent)


def _against(pairs: Sequence[Pair], name: str, reference: str | None) -> Pair | None:
    """The pair of a system and the reference, seen from the system."""
    for pair in pairs:
        if (pair.first, pair.second) == (name, reference):
            return pair
        if (pair.second, pair.first) == (name, reference):
            return replace(
                pair, first=name, second=pair.first, difference=-pair.difference, low=-pair.high, high=-pair.low
            )
    return None


def _tiers(scored: Sequence[ScoredRun], pairs: Sequence[Pair]) -> dict[str, int]:
    """Systems, best first, to tiers: the best of those left, and all left that no test tells from it, make the next."""
    told = {frozenset((pair.first, pair.second)) for pair in pairs if pair.adjusted < 1 - LEVEL}
    left = [run.name for run in scored]
    tiers: dict[str, int] = {}
    for tier in itertools.count(1):
        if not left:
            return tiers
        best = left[0]
        tiers |= {name: tier for name in left if frozenset((best, name)) not in told}
        left = [name for name in left if name not in tiers]
    raise AssertionError("unreachable")


def _resolution(scored: Sequence[ScoredRun], metric: str) -> Resolution | None:
    """Of the two best; None where they cannot be paired or never disagree."""
    if len(scored) < 2:
        return None
    first, second = scored[:2]
    found = first.difference(second, metric)
    if found is None or found.variance == 0 or first.predictions is None:
        return None
    factor = found.factor_of_rows()
    rows = None if math.isinf(factor) else math.ceil(factor * len(first.predictions.truth))
    return Resolution(first.name, second.name, found.value, found.detectable(), rows)


def _tested(scored: Sequence[ScoredRun], facts: DataFacts) -> dict[str, int]:
    """All rows, but where the data sets test rows apart."""
    if not scored or scored[0].predictions is None:
        return facts.classes
    counts = np.bincount(scored[0].predictions.truth, minlength=len(facts.classes))
    return dict(zip(facts.classes, counts.tolist(), strict=True))


def _floors(tested: Mapping[str, int], metrics: Sequence[str]) -> dict[str, dict[str, float]]:
    """Expected scores of guesses that read nothing: always the largest class, and by lot in the classes' shares."""
    counts = np.array(list(tested.values()), dtype=np.float64)
    shares = counts / counts.sum()
    largest = np.eye(len(counts))[int(counts.argmax())]
    confusions = {"majority": np.outer(counts, largest), "chance": np.outer(counts, shares)}
    return {name: _scores_of(confusion, list(tested), metrics) for name, confusion in confusions.items()}


def _scores_of(confusion: Floats, classes: Sequence[str], metrics: Sequence[str]) -> dict[str, float]:
    scores = {}
    for full in metrics:
        name, _, part = full.partition(":")
        metric: Metric = METRICS[name]()
        if isinstance(metric, ConfusionMetric) and part in metric.parts(classes):
            value = float(metric.of_confusion(confusion)[metric.parts(classes).index(part)])
            if not math.isnan(value):
                scores[full] = value
    return scores


def _versions(records: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    seen: dict[str, set[str]] = {}
    for record in records:
        for name, version in record.environment.items():
            seen.setdefault(name, set()).add(version)
    return {name: tuple(sorted(versions)) for name, versions in sorted(seen.items()) if len(versions) > 1}


def _advice(runs: Sequence[ScoredRun], rows: Sequence[Row], pairs: Sequence[Pair], metric: str) -> str:
    """Which system to take, or that the data cannot tell."""
    top = [row for row in rows if row.tier == 1]
    if rows and all(row.impossible for row in rows):
        return "No score can be computed by this protocol on this data: there is nothing to advise."
    scored = [row.system for row in rows if row.cells[metric].mean is not None]
    if not scored:
        return "No system has a score: there is nothing to advise."
    if len(scored) == 1:
        return f"One system alone, {scored[0]}: run a second one, and a control, to have something to compare."
    if not pairs:
        return f"{metric} gives no paired test: the order above is not tested."
    if top[0].control:
        return f"The best here, {top[0].system}, is a control that reads no words: no system shows that it reads any."
    controls = [row.system for row in top if row.control]
    if controls:
        return (
            f"This data cannot tell the best system, {top[0].system}, from {controls[0]}, which reads no words: "
            f"label more rows before choosing."
        )
    if len(top) == 1:
        return f"Take {top[0].system}: it is told apart from every other system here."
    cost = {run.name: _cost(run.record) for run in runs}
    cheapest = min(top, key=lambda row: (cost[row.system], -(row.cells[metric].mean or 0), row.system))
    return (
        f"Take {cheapest.system}: of the {len(top)} systems that this data cannot tell from the best, it needs the "
        f"least (kind of features, then number of fits)."
    )


def _baseline_advice(rows: Sequence[Row], metric: str, baseline: str) -> str:
    """Which systems a test tells from the baseline."""
    if baseline not in {row.system for row in rows}:
        return f"{baseline} was not run on this data: nothing here is compared with it."
    sign = 1 if metric_of(metric).higher_is_better else -1
    told = {
        row.system: sign * row.against.difference for row in rows if row.against and row.against.adjusted < 1 - LEVEL
    }
    better = ", ".join(name for name, difference in told.items() if difference > 0) or "none"
    worse = ", ".join(name for name, difference in told.items() if difference < 0) or "none"
    return f"Told from {baseline}: better {better}; worse {worse}. This data tells no other system from it."


def _cost(record: Record) -> tuple[int, int]:
    """What a system needs: the cost of its features' kind, and its combinations of listed values."""
    classifier = record.config["classifier"]
    combinations = math.prod(len(value) for value in classifier.values() if isinstance(value, list))
    return _feature_cost(record.config.get("features")), combinations


def _feature_cost(settings: Any) -> int:
    if isinstance(settings, list):
        return max(map(_feature_cost, settings), default=0)
    if not isinstance(settings, dict):
        return 0
    kind = FEATURES.classes().get(settings.get("kind", ""))
    return max(0 if kind is None else kind.cost, *map(_feature_cost, settings.values()))


def _rank(run: ScoredRun, metric: str) -> tuple[bool, float, str]:
    """Best first; what has no score last; equals by name, so that the order never hangs on the file system."""
    score = run.record.scores.get(metric)
    value = None if score is None else score.value
    sign = -1 if metric_of(metric).higher_is_better else 1
    return value is None, sign * (value or 0.0), run.name
