"""Turns stored runs into comparisons: one for each group of runs on the same rows and the same splits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from pydantic import ValidationError

from bench.comparison.advice import advice, baseline_advice, transductive_advice
from bench.comparison.comparable import comparable_key, is_transductive
from bench.comparison.pairs import may_be_best, resolution, selected, tested_pairs, tiers
from bench.comparison.reference_lines import floor_scores
from bench.comparison.scored_runs import ScoredRun, load_scored_runs, train_size
from bench.comparison.tested_pairs import Pair
from bench.comparison.uncertainty import score_limits
from bench.comparison.values import Cell, ChatUse, Comparison, FewGroups, Row
from bench.comparison.variance import ClassCounts
from bench.core.digests import canonical_json
from bench.core.errors import BenchError, suggest
from bench.core.languages import Bilingual, in_language
from bench.core.name_patterns import matching
from bench.execution.record import DataSummary, Record
from bench.execution.results import StoredRun
from bench.experiment.metrics.base import metric_of
from bench.experiment.protocols.base import PROTOCOLS
from bench.systems.classifiers.base import CLASSIFIERS

_EVERY_TABLE = ("f1_macro", "accuracy")


def compare(
    runs: Sequence[StoredRun],
    metric: str = "f1_macro",
    *,
    baseline: str | None = None,
    region: float | None = None,
    systems: str | None = None,
    class_counts: ClassCounts = "fixed",
) -> list[Comparison]:
    """One comparison for each group of comparable runs, in the order in which the groups first come.

    Runs are comparable when data (digest over all rows) and protocol are equal, whatever experiment they were part of,
    and when all or none of them have learnt from the texts of test rows; nothing else ever shares a table.
    metric: orders the rows, and is what is tested. baseline: test each system against this one alone, in place of all
    pairs. region: how large a difference (in units of the score) counts as none, for the probability of equivalence.
    systems: patterns of the systems that are compared, all others left out of rows, tests and tiers; None for all.
    class_counts: whether data drawn anew has as many rows of each class (`fixed`), or as chance brings (`random`).
    Raises BenchError for a metric or a baseline that no group holds, a region that is no number above 0, a pattern that
    fits no system, and for damaged predictions.
    """
    metric_of(metric)
    if region is not None and not 0 < region < math.inf:
        raise BenchError(f"region must be a number above 0, got {region}")
    all_names = sorted({run.record.system for run in runs})
    shown = set(all_names if systems is None else matching(all_names, systems))
    groups: dict[bytes, list[StoredRun]] = {}
    for run in runs:
        groups.setdefault(comparable_key(run.record), []).append(run)
    left_out = {key: sum(run.record.system not in shown for run in group) for key, group in groups.items()}
    runs = [run for run in runs if run.record.system in shown]
    kept = {key: [run for run in group if run.record.system in shown] for key, group in groups.items()}
    known = list(dict.fromkeys(name for run in runs for name in run.record.scores))
    if known and metric not in known:
        raise BenchError(f"the runs hold no metric {metric!r}{suggest(metric, known)}")
    found = [
        replace(_comparison(group, metric, baseline, region, class_counts), left_out=left_out[key])
        for key, group in kept.items()
        if group
    ]
    names = list(dict.fromkeys(row.system for comparison in found for row in comparison.rows))
    if baseline is not None and baseline not in names:
        raise BenchError(f"no run of a system {baseline!r} to compare with{suggest(baseline, names)}")
    return _by_size(found)


def _by_size(found: Sequence[Comparison]) -> list[Comparison]:
    """Tables of one data set and protocol by how many rows were trained on, all rows last; others as they come.

    Of two tables that differ by nothing else, that of transductive systems is the last.
    """
    first: dict[bytes, int] = {}
    keys = []
    for at, each in enumerate(found):
        protocol = {name: value for name, value in each.protocol.items() if name != "train_sizes"}
        family = canonical_json([each.data_summary.sha256, protocol])
        keys.append((first.setdefault(family, at), train_size(each.protocol) or math.inf, each.transductive))
    return [each for _, each in sorted(zip(keys, found, strict=True), key=lambda pair: pair[0])]


def _comparison(
    runs: Sequence[StoredRun], metric: str, baseline: str | None, region: float | None, class_counts: ClassCounts
) -> Comparison:
    record = runs[0].record
    known = dict.fromkeys(name for run in runs for name in run.record.scores)
    metrics = tuple(dict.fromkeys([metric, *_EVERY_TABLE, *(name for name in known if name.startswith("f1:"))]))
    loaded = sorted(load_scored_runs(runs, metrics, metric, class_counts), key=lambda run: _rank(run, metric))
    scored = [run for run in loaded if metric in run.scores]
    pairs = tested_pairs(scored, metric, baseline, region)
    higher = metric_of(metric).higher_is_better
    # Tests against a baseline alone do not show which systems are the best.
    in_tiers = {} if baseline is not None or not pairs else tiers(scored, pairs)
    reference = baseline if baseline in {run.name for run in scored} else scored[0].name if scored else None
    rows = tuple(_row(run, metrics, in_tiers.get(run.name), pairs.between(run.name, reference)) for run in loaded)
    # The needed rows are computed only where more rows also mean more training rows.
    kind = PROTOCOLS.classes().get(str(record.protocol["kind"]))
    held_out = kind is not None and not kind.cross_validates
    whole = train_size(record.protocol) is None and not held_out
    tested = _tested(scored, record.data_summary)
    said = advice(loaded, rows, pairs, metric) if baseline is None else baseline_advice(rows, metric, baseline)
    transductive = is_transductive(record)
    said = transductive_advice(said) if transductive else said
    return Comparison(
        experiments=tuple(dict.fromkeys(run.record.experiment for run in runs)),
        data_summary=record.data_summary,
        tested=tested,
        protocol=record.protocol,
        splits=_splits(record),
        blocked=kind is not None and kind.blocked,
        held_out=held_out,
        repeats=next((run.repeats for run in loaded if run.design is not None), 1),
        metric=metric,
        metrics=metrics,
        rows=rows,
        pairs=pairs,
        reference=reference,
        floors={**floor_scores(tested, metrics), **_zero_shot(loaded, metrics)},
        resolution=resolution(scored, metric) if whole else None,
        versions=_versions([run.record for run in runs]),
        advice=said.text,
        advised=said.system,
        few_groups=_few_groups(scored),
        pure_groups=any(run.design is not None and run.design.pure for run in scored),
        halvings=scored[0].halvings if scored else 0,
        class_counts=class_counts,
        selected=selected(scored, pairs, metric) if baseline is None else None,
        transductive=transductive,
        may_be_best=may_be_best(pairs, higher_is_better=higher) if baseline is None else (),
    )


def _few_groups(scored: Sequence[ScoredRun]) -> FewGroups | None:
    design = next((run.design for run in scored if run.design is not None), None)
    if design is None or design.units is None or not design.too_few_groups:
        return None
    return FewGroups(len(np.unique(design.units)), design.pure)


def _splits(record: Record) -> str:
    """The protocol in a few words, and whether the texts of test rows were learnt from."""
    found = _described(record)
    if not is_transductive(record):
        return found
    return Bilingual(f"{found}, transductive", f"{in_language(found, 'zh')}，直推式")


def _described(record: Record) -> str:
    """The protocol in a few words."""
    kind = PROTOCOLS.classes().get(str(record.protocol["kind"]))
    name = str(record.protocol["kind"])
    if kind is None:
        return name
    try:
        protocol = kind.model_validate(record.protocol)
    except ValidationError:
        english = f"{name}, with settings that this version does not know"
        return Bilingual(english, f"{kind.chinese or name}，设置为本版本所不识")
    described = protocol.describe(record.data_summary.groups or 0)
    return Bilingual(f"{name}, {described}", f"{kind.chinese or name}，{in_language(described, 'zh')}")


def _row(run: ScoredRun, metrics: Iterable[str], tier: int | None, tested: Pair | None) -> Row:
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
        tested,
        run.record.warnings,
        run.record.status == "impossible",
        _chat_use(run),
        run.run,
        is_transductive(run.record),
    )


def _chat_use(run: ScoredRun) -> ChatUse | None:
    """Of the one server that labels texts, if there is one."""
    for each in run.record.servers:
        if each.requests:
            counted = each.prompt_tokens is not None and each.completion_tokens is not None
            tokens = (each.prompt_tokens or 0) + (each.completion_tokens or 0)
            return ChatUse(
                address=each.address,
                models=tuple(each.reported) or (each.model,),
                requests=each.requests,
                tokens=tokens / each.requests if counted else None,
                seconds=None if run.server_seconds is None else run.server_seconds / each.requests,
                cost=None if each.cost is None else 1000 * each.cost / each.requests,
                currency=each.currency,
                invalid=each.invalid,
            )
    return None


def _cell(run: ScoredRun, metric: str) -> Cell:
    score = run.record.scores.get(metric)
    if score is None:
        return Cell(None, None, None, None, run.record.error or "not recorded")
    if score.value is None:
        return Cell(None, None, None, None, score.reason)
    repeats = np.array(score.repeats, dtype=np.float64)
    spread = float(repeats.std(ddof=1)) if len(repeats) > 1 else None
    found = run.scores[metric].estimate if metric in run.scores else None
    if found is None:
        return Cell(score.value, spread, None, None, None)
    rows = 1 if run.design is None else len(run.design.labels)
    return Cell(score.value, spread, *score_limits(found, metric_of(metric).bounds, rows), None)


def _zero_shot(loaded: Sequence[ScoredRun], metrics: Sequence[str]) -> dict[str, dict[str, float]]:
    """What the best of the systems that learn from names of classes alone comes to, where there is one."""
    for run in loaded:
        kind = CLASSIFIERS.classes().get(str(run.record.config["classifier"]["kind"]))
        if run.design is not None and kind is not None and kind.names_only:
            values = {name: score.value for name, score in run.record.scores.items() if name in metrics}
            return {run.record.config["classifier"]["kind"]: {n: v for n, v in values.items() if v is not None}}
    return {}


def _tested(scored: Sequence[ScoredRun], data_summary: DataSummary) -> dict[str, int]:
    """All rows, but where the data sets test rows apart; a class without test rows is left out."""
    if not scored or scored[0].design is None:
        return data_summary.classes
    counts = np.bincount(scored[0].design.labels, minlength=len(data_summary.classes))
    return {name: count for name, count in zip(data_summary.classes, counts.tolist(), strict=True) if count}


def _versions(records: Sequence[Record]) -> dict[str, tuple[str, ...]]:
    seen: dict[str, set[str]] = {}
    for record in records:
        for name, version in record.environment.items():
            seen.setdefault(name, set()).add(version)
    return {name: tuple(sorted(versions)) for name, versions in sorted(seen.items()) if len(versions) > 1}


def _rank(run: ScoredRun, metric: str) -> tuple[bool, float, str]:
    """Best first; what has no score last; equals by name, so that the order never depends on the file system."""
    score = run.record.scores.get(metric)
    value = None if score is None else score.value
    sign = -1 if metric_of(metric).higher_is_better else 1
    return value is None, sign * (value or 0.0), run.name
