"""A comparison to the section of a page: scores, differences, topics, confusions, calibration, stability, cost."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bench.evaluation.compare import Cell, Comparison, Pair, SideBySide
from bench.evaluation.details import Detail, Detailed
from bench.evaluation.predictions import Predictions
from bench.evaluation.scored import train_size
from bench.experiment.metrics.base import metric_of
from bench.report import plots
from bench.report.parts import Block, Entry, Figure, Heading, Section, Table
from bench.report.tables import cannot_show, notes, numbers, title

MOST_CLASSES = 12
"""Confusion matrices are shown whole up to so many classes; with more, the commonest confusions are listed."""
MOST_DRAWN = 9
"""So many systems get a reliability curve; the table holds all."""

_MOST_CONFUSIONS = 20
_TOLD = 0.05
_LOW = -1e9
"""Sorts what has no value behind everything that has one."""

_BINS = 10
_FEW = 1000
_PROBABILITY_METRICS = {
    "expected_calibration_error": "expected calibration error",
    "brier_score": "Brier score",
    "log_loss": "log loss",
}


def section(key: str, detailed: Detailed) -> Section:
    """Everything that a page says of one comparison. key: unique on the page, begins all ids."""
    comparison = detailed.comparison
    makers: tuple[Callable[[str, Detailed], Block | None], ...] = (
        _leaderboard,
        _differences,
        _topics,
        _confusions,
        _calibration,
        _stability,
        _cost,
    )
    blocks = tuple(block for make in makers if (block := make(key, detailed)) is not None)
    size = train_size(comparison.protocol)
    name = ", ".join(comparison.experiments) + ("" if size is None else f" @{size}")
    return Section(key, name, title(comparison), comparison.advice, tuple(_limits(comparison)), blocks)


def _limits(comparison: Comparison) -> Iterator[str]:
    """What the data cannot show, the tiers first."""
    scored = [row for row in comparison.rows if row.cells[comparison.metric].mean is not None]
    impossible = list(dict.fromkeys(row.error for row in comparison.rows if row.impossible and row.error))
    yield from (f"Not computable: {error}." for error in impossible)
    top = sum(row.tier == 1 for row in scored)
    if top > 1:
        which = "All" if top == len(scored) else f"{top} of the"
        yield (
            f"{which} {len(scored)} systems share the first tier: no test tells them from the best, "
            f"so their order in the table says nothing."
        )
    if scored:
        yield from cannot_show(comparison)


def _system(detail: Detail) -> Entry:
    row = detail.row
    return Entry(numbers.name(row), style="control" if row.control else "")


def _number(cell: Cell, digits: int, *, limits: bool = False) -> Entry:
    note = numbers.limits(cell, digits) if limits and cell.low is not None else ""
    return Entry(numbers.shown(cell, digits), sort=_LOW if cell.mean is None else cell.mean, note=note)


def _bound(value: float | None, digits: int) -> Entry:
    return Entry(numbers.NONE if value is None else numbers.short(value, digits))


# Scores


def _leaderboard(key: str, detailed: Detailed) -> Block:
    comparison = detailed.comparison
    digits = numbers.digits(comparison)
    metric, others = comparison.metric, [name for name in comparison.metrics[1:] if ":" not in name]
    tiered = any(row.tier is not None for row in comparison.rows)
    tested = bool(comparison.pairs)
    headings = [
        Heading("system"),
        *([Heading("tier", numeric=True)] if tiered else []),
        Heading(numbers.heading(metric), numeric=True),
        Heading("95 %", numeric=True, sortable=False),
        *([Heading("difference", numeric=True), Heading("p", numeric=True)] if tested else []),
        *(Heading(numbers.heading(name), numeric=True) for name in others),
    ]
    rows = []
    for detail in detailed.systems:
        row = detail.row
        cell = row.cells[metric]
        pair = row.against
        is_reference = row.system == comparison.reference
        difference, p_value = numbers.tested(pair, is_reference=is_reference, places=digits)
        entries = [_system(detail)]
        entries += [Entry(numbers.NONE if row.tier is None else str(row.tier), sort=row.tier or 1e9)] if tiered else []
        entries += [_number(cell, digits), Entry(numbers.limits(cell, digits), style="limits")]
        if tested:
            entries += [
                Entry(difference, sort=0.0 if pair is None else pair.difference),
                Entry(p_value, sort=2.0 if pair is None else pair.adjusted),
            ]
        rows.append((*entries, *(_number(row.cells[name], digits) for name in others)))
    foot = []
    for name, scores in numbers.bounds(comparison):
        first, *rest = (_bound(scores.get(each), digits) for each in (metric, *others))
        blank = [Entry("")] * (1 + 2 * tested)
        foot.append((Entry(name), *([Entry("")] * tiered), first, *blank, *rest))
    table = Table(f"{key}-scores", "Scores, best first", tuple(headings), tuple(rows), tuple(foot), style="scores")
    limits = cannot_show(comparison)
    words = tuple(line for line in notes(comparison) if line not in limits and "--format" not in line)
    return Block(f"{key}-leaderboard", "Scores", words, _whiskers(key, comparison), (table,))


def _whiskers(key: str, comparison: Comparison) -> tuple[Figure, ...]:
    metric = comparison.metric
    values = [
        {
            "name": row.system,
            "mean": row.cells[metric].mean,
            "low": row.cells[metric].low,
            "high": row.cells[metric].high,
            "kind": "control" if row.control else "first" if row.tier in {1, None} else "other",
        }
        for row in comparison.rows
        if row.cells[metric].mean is not None
    ]
    if not values:
        return ()
    marks = [
        {"at": scores[metric], "name": name.removeprefix("floor: ").replace("ceiling: ", "")}
        for name, scores in numbers.bounds(comparison)
        if metric in scores
    ]
    lowest, highest = metric_of(metric).bounds
    domain = (lowest, highest) if math.isfinite(lowest) and math.isfinite(highest) else None
    caption = (
        f"{numbers.heading(metric)} with 95 % intervals. Round and blue: first tier; diamond: told apart from the "
        f"best; grey square: control. Dashed lines: ceiling (annotators) and floors (guesses that read nothing). "
        f"Intervals that overlap do not show that two systems are equal, nor the reverse: the differences "
        f"below are tested."
    )
    name = f"{key}-whiskers"
    drawn = plots.draw(
        lambda size: plots.whiskers(size, values, marks, axis=numbers.heading(metric), domain=domain),
        key=name,
        title=f"{numbers.heading(metric)} of {len(values)} systems with 95 % intervals",
        description="The same numbers stand in the table of scores under this drawing.",
    )
    return (Figure(name, drawn, caption),)


# Differences


def _differences(key: str, detailed: Detailed) -> Block | None:
    comparison = detailed.comparison
    if not comparison.pairs:
        return None
    digits = numbers.digits(comparison)
    better = 1 if metric_of(comparison.metric).higher_is_better else -1
    pairs = {(pair.first, pair.second): pair for pair in comparison.pairs}
    names = [row.system for row in comparison.rows if any(row.system in each for each in pairs)]
    told = sum(pair.adjusted < _TOLD for pair in comparison.pairs)
    rows = tuple(
        (Entry(first), *(_matrix_entry(pairs, first, second, better, digits) for second in names)) for first in names
    )
    headings = (Heading("row minus column", sortable=False), *(Heading(name, sortable=False) for name in names))
    caption = f"Difference of {numbers.heading(comparison.metric)}, row minus column"
    matrix = Table(f"{key}-matrix", caption, headings, rows, style="matrix")
    count = len(comparison.pairs)
    words = (
        f"{told} of {count} pairs are told apart at 5 % after Holm's correction over all of them; "
        f"▲ the row's system is better, ▼ worse. ≈ cannot be told apart: the difference is printed, "
        f"but nothing may be read into its sign. Below each difference stands its corrected p."
    )
    return Block(
        f"{key}-differences", "Differences", (words,), (), (matrix,), (_pair_table(key, comparison, better, digits),)
    )


def _matrix_entry(pairs: dict[tuple[str, str], Pair], first: str, second: str, better: int, digits: int) -> Entry:
    if first == second:
        return Entry("", style="self")
    pair = pairs.get((first, second)) or pairs.get((second, first))
    if pair is None:
        return Entry(numbers.NONE, style="same")
    difference = pair.difference if pair.first == first else -pair.difference
    note = f"p {numbers.probability(pair.adjusted)}"
    if pair.adjusted >= _TOLD:
        return Entry(f"≈ {numbers.signed(difference, digits)}", style="same", note=note)
    up = difference * better > 0
    text = f"{'▲' if up else '▼'} {numbers.signed(difference, digits)}"
    return Entry(text, style="up" if up else "down", note=note)


def _pair_table(key: str, comparison: Comparison, better: int, digits: int) -> Table:
    rows = []
    for pair in comparison.pairs:
        told = pair.adjusted < _TOLD
        winner = pair.first if pair.difference * better > 0 else pair.second
        rows.append(
            (
                Entry(pair.first),
                Entry(pair.second),
                Entry(numbers.signed(pair.difference, digits), sort=pair.difference),
                Entry(f"[{numbers.signed(pair.low, digits)}, {numbers.signed(pair.high, digits)}]", style="limits"),
                Entry(numbers.probability(pair.p_value), sort=pair.p_value),
                Entry(numbers.probability(pair.adjusted), sort=pair.adjusted),
                Entry(f"{winner} is better" if told else "cannot be told apart", style="" if told else "same"),
            )
        )
    headings = (
        Heading("first"),
        Heading("second"),
        Heading("difference", numeric=True),
        Heading("95 %, not corrected", numeric=True, sortable=False),
        Heading("p", numeric=True),
        Heading("p by Holm", numeric=True),
        Heading("verdict"),
    )
    return Table(f"{key}-pairs", f"All {len(rows)} pairs with intervals", headings, tuple(rows), row_heads=2)


# Topics


def _topics(key: str, detailed: Detailed) -> Block | None:
    comparison = detailed.comparison
    metrics = [name for name in comparison.metrics if name.startswith("f1:")]
    if not metrics or not detailed.scored:
        return None
    digits = numbers.digits(comparison)
    headings = [Heading("system")]
    for name in metrics:
        label = name.removeprefix("f1:")
        headings.append(Heading(f"{label} ({comparison.tested.get(label, 0)})", numeric=True))
    rows = tuple(
        (_system(detail), *(_number(detail.row.cells[name], digits, limits=True) for name in metrics))
        for detail in detailed.scored
    )
    foot = tuple(
        (
            Entry(name),
            *(Entry(numbers.short(scores[each], digits) if each in scores else numbers.NONE) for each in metrics),
        )
        for name, scores in numbers.bounds(comparison)
    )
    smallest = min(comparison.tested, key=lambda label: comparison.tested[label])
    words = (
        f"F1 of each topic, its rows in brackets, with 95 % intervals. The fewer the rows, the wider: of "
        f"{smallest} there are {comparison.tested[smallest]}. Differences within a topic are not tested."
    )
    table = Table(f"{key}-topic-scores", "F1 by topic", tuple(headings), rows, foot, style="scores")
    return Block(f"{key}-topics", "Topics", (words,), (), (table,))


def _confusions(key: str, detailed: Detailed) -> Block | None:
    scored = detailed.scored
    if not scored:
        return None
    classes = tuple(detailed.comparison.facts.classes)
    if len(classes) > MOST_CLASSES:
        return _commonest(key, scored, classes)
    tables = tuple(
        Table(
            f"{key}-confusion-{at}",
            detail.row.system,
            (Heading("label \\ guess", sortable=False), *(Heading(name, sortable=False) for name in classes)),
            tuple(_confusion_rows(detail.record.confusion, classes)),
            style="confusion",
        )
        for at, detail in enumerate(scored)
    )
    repeats = detailed.comparison.repeats
    words = (
        f"Of the rows of each label (down), the share that got each guess (across), over "
        f"{_times(repeats, 'repeat')}; the darker, the larger."
    )
    return Block(f"{key}-confusions", "Confusions", (words,), (), tables[:6], tables[6:], small=True)


def _confusion_rows(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> Iterator[tuple[Entry, ...]]:
    for name, counts in zip(classes, confusion, strict=True):
        total = sum(counts) or 1
        yield (
            Entry(name),
            *(
                Entry(f"{count / total:.0%}" if count else "0", style=f"h{min(5, int(6 * count / total))}")
                for count in counts
            ),
        )


def _commonest(key: str, scored: Sequence[Detail], classes: Sequence[str]) -> Block:
    """With many classes: what is taken for what, most often first, over the best systems."""
    counts: Counter[tuple[str, str]] = Counter()
    readers = [detail for detail in scored if not detail.row.control][:10] or list(scored[:1])
    for detail in readers:
        for name, row in zip(classes, detail.record.confusion, strict=True):
            for guess, count in zip(classes, row, strict=True):
                if name != guess and count:
                    counts[name, guess] += count
    rows = tuple(
        (Entry(name), Entry(guess), Entry(f"{count:,}", sort=count))
        for (name, guess), count in counts.most_common(_MOST_CONFUSIONS)
    )
    headings = (Heading("label"), Heading("guess"), Heading("times", numeric=True))
    words = (
        f"With {len(classes)} classes, the {len(rows)} commonest confusions in place of matrices, over the repeats of "
        f"{_times(len(readers), 'system')}: {', '.join(detail.row.system for detail in readers)}."
    )
    table = Table(f"{key}-commonest", "Commonest confusions", headings, rows, row_heads=2)
    return Block(f"{key}-confusions", "Confusions", (words,), (), (table,))


# Probabilities


def _calibration(key: str, detailed: Detailed) -> Block | None:
    found = [detail for detail in detailed.scored if detail.record.score_kind == "probability"]
    if not detailed.scored:
        return None
    if not found:
        words = "No system here gives probabilities; `calibration: sigmoid` in an experiment makes them."
        return Block(f"{key}-calibration", "Calibration", (words,))
    bins = [
        (detail, each) for detail in found if detail.predictions is not None for each in reliability(detail.predictions)
    ]
    drawn = [detail.row.system for detail in found[:MOST_DRAWN]]
    values = [
        {"name": detail.row.system, "confidence": confidence, "right": right, "rows": rows}
        for detail, (rows, confidence, right) in bins
        if detail.row.system in drawn
    ]
    name = f"{key}-reliability"
    svg = plots.draw(
        lambda size: plots.reliability(size, values),
        key=name,
        title=f"How often guesses are right against their stated probability, {_times(len(drawn), 'system')}",
        description="The same numbers, with the guesses in each bin, stand in the folded table of bins.",
    )
    rest = f" The best {MOST_DRAWN} of {len(found)} systems are drawn." if len(found) > MOST_DRAWN else ""
    caption = f"On the dashed line a stated probability is what comes true; below it, the system is too sure.{rest}"
    scores = Table(
        f"{key}-probability-scores",
        "How good the probabilities are: 0 is best",
        (Heading("system"), *(Heading(text, numeric=True) for text in _PROBABILITY_METRICS.values())),
        tuple((_system(detail), *(_recorded(detail, name) for name in _PROBABILITY_METRICS)) for detail in found),
    )
    table = Table(
        f"{key}-bins",
        "Bins of stated probability",
        (
            Heading("system"),
            Heading("guesses", numeric=True),
            Heading("mean probability", numeric=True),
            Heading("share right", numeric=True),
        ),
        tuple(
            (
                Entry(detail.row.system),
                Entry(f"{rows:,}", sort=rows),
                Entry(f"{confidence:.3f}", sort=confidence),
                Entry(f"{right:.3f}", sort=right),
            )
            for detail, (rows, confidence, right) in bins
        ),
    )
    repeats, tested = detailed.comparison.repeats, numbers.tested_rows(detailed.comparison)
    few = f" With {tested} rows, the share of a bin rests on few of them." if tested < _FEW else ""
    words = (
        f"Probability of each guess, by a model that had not seen the row, pooled over {_times(repeats, 'repeat')} and "
        f"parted into up to {_BINS} bins of equal width. Guesses of one row in several repeats are not "
        f"independent.{few}"
    )
    return Block(f"{key}-calibration", "Calibration", (words,), (Figure(name, svg, caption),), (scores,), (table,))


def reliability(predictions: Predictions) -> list[tuple[int, float, float]]:
    """Of each bin that is not empty: its guesses, their mean probability, and the share of them that is right.

    The probability of the guess, over all rows and repeats, in up to 10 bins of equal width from 0 to 1.
    """
    from sklearn.calibration import calibration_curve

    if predictions.scores is None:
        return []
    stated = np.clip(predictions.scores.max(axis=2).ravel(), 0.0, 1.0)
    right = (predictions.guess == predictions.truth).ravel()
    # As `calibration_curve` parts them, which tells no counts.
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    counts = np.bincount(np.searchsorted(edges[1:-1], stated), minlength=_BINS)
    share, mean = calibration_curve(right.astype(np.int64), stated, n_bins=_BINS, pos_label=1)
    return list(zip(counts[counts > 0].tolist(), mean.tolist(), share.tolist(), strict=True))


def _recorded(detail: Detail, metric: str) -> Entry:
    score = detail.record.scores.get(metric)
    if score is None or score.value is None:
        return Entry(numbers.NONE, sort=_LOW)
    return Entry(numbers.short(score.value, 3), sort=score.value)


# Repeats


def _stability(key: str, detailed: Detailed) -> Block | None:
    comparison = detailed.comparison
    if not detailed.scored:
        return None
    if comparison.repeats < 2:
        words = "There is one repeat only: how far a score hangs on the luck of the splits cannot be seen."
        return Block(f"{key}-stability", "Stability", (words,))
    metric = comparison.metric
    values = []
    rows = []
    for detail in detailed.scored:
        score = detail.record.scores.get(metric)
        repeats = [] if score is None else [value for value in score.repeats if value is not None]
        if not repeats or detail.predictions is None:
            continue
        mean = statistics.fmean(repeats)
        values += [{"name": detail.row.system, "value": value, "mean": mean} for value in repeats]
        guess = detail.predictions.guess
        changed = int((guess != guess[0]).any(axis=0).sum())
        spread = statistics.stdev(repeats) if len(repeats) > 1 else 0.0
        rows.append(
            (
                _system(detail),
                Entry(numbers.short(spread, 3), sort=spread),
                Entry(numbers.short(min(repeats), 3), sort=min(repeats)),
                Entry(numbers.short(max(repeats), 3), sort=max(repeats)),
                Entry(f"{changed} ({changed / guess.shape[1]:.0%})", sort=changed),
            )
        )
    if not values:
        return None
    name = f"{key}-strips"
    svg = plots.draw(
        lambda size: plots.strips(size, values, axis=numbers.heading(metric)),
        key=name,
        title=f"{numbers.heading(metric)} of every repeat, {_times(len(rows), 'system')}",
        description="Spread, smallest and largest score of each system stand in the table under this drawing.",
    )
    headings = (
        Heading("system"),
        Heading("standard deviation", numeric=True),
        Heading("smallest", numeric=True),
        Heading("largest", numeric=True),
        Heading("rows whose guess changes", numeric=True),
    )
    given = comparison.protocol["kind"] == "fixed"
    each = "trains on other rows and is tested on the same" if given else "splits the same rows anew"
    luck = "training rows" if given else "splits"
    words = (
        f"Each of {_times(comparison.repeats, 'repeat')} {each}. The spread shows the luck of the {luck} alone: it is "
        f"no interval, which also holds the luck of the tested rows."
    )
    figure = Figure(name, svg, "A tick a repeat; the dot is their mean.")
    table = Table(f"{key}-spread", f"Spread of {numbers.heading(metric)} over repeats", headings, tuple(rows))
    return Block(f"{key}-stability", "Stability", (words,), (figure,), (table,))


# Cost

_COSTS = {
    "fit_seconds_per_row": "fit, ms a row",
    "predict_seconds_per_row": "predict, ms a row",
    "read_seconds_per_row": "read, ms a row",
}


_COST_CAPTION = (
    "Farther left: cheaper, on a logarithmic scale. Named are the systems that no other one beats in score and in time."
)


def _with_labels(values: Sequence[dict[str, Any]], better: int) -> list[dict[str, Any]]:
    """With a `label`, the name of a system that no other one beats in both score and time, else blank."""
    return [
        {**one, "label": "" if any(_beats(other, one, better) for other in values) else one["name"]} for one in values
    ]


def _beats(other: Mapping[str, Any], one: Mapping[str, Any], better: int) -> bool:
    gain, saved = better * (other["mean"] - one["mean"]), one["seconds"] - other["seconds"]
    return bool(gain >= 0 and saved >= 0 and (gain > 0 or saved > 0))


def _cost(key: str, detailed: Detailed) -> Block | None:
    comparison = detailed.comparison
    metric = comparison.metric
    if not detailed.scored:
        return None
    timed = [detail for detail in detailed.scored if _seconds(detail, "fit_seconds_per_row") is not None]
    if not timed:
        words = (
            "No timings are stored with these results: they differ from machine to machine and are no part of what is "
            "kept. `bench run CONFIG --force` with the experiment's file measures them here."
        )
        return Block(f"{key}-cost", "Cost", (words,))
    digits = numbers.digits(comparison)
    rows = []
    values: list[dict[str, Any]] = []
    for detail in timed:
        cell = detail.row.cells[metric]
        columns = detail.timings.get("features")
        fit = _seconds(detail, "fit_seconds_per_row")
        rows.append(
            (
                _system(detail),
                _number(cell, digits),
                *(_milliseconds(_seconds(detail, name)) for name in _COSTS),
                Entry(f"{columns:,}", sort=columns) if isinstance(columns, int) else Entry(numbers.NONE, sort=_LOW),
            )
        )
        if cell.mean is not None and fit:
            values.append({"name": detail.row.system, "seconds": fit, "mean": cell.mean})
    better = 1 if metric_of(metric).higher_is_better else -1
    values = _with_labels(values, better)
    figures: tuple[Figure, ...] = ()
    if values:
        name = f"{key}-cost-drawing"
        svg = plots.draw(
            lambda size: plots.cost(size, values, axis=numbers.heading(metric)),
            key=name,
            title=f"{numbers.heading(metric)} against seconds to fit a row, {_times(len(values), 'system')}",
            description="The same numbers stand in the table under this drawing.",
        )
        figures = (Figure(name, svg, _COST_CAPTION),)
    headings = (
        Heading("system"),
        Heading(numbers.heading(metric), numeric=True),
        *(Heading(text, numeric=True) for text in _COSTS.values()),
        Heading("columns", numeric=True),
    )
    machines = sorted({str(detail.timings["machine"]) for detail in timed if "machine" in detail.timings})
    words = (
        f"One core of {', '.join(machines) or 'a machine that was not recorded'}; columns are those of the matrix that "
        f"the classifier is fitted on. Tuning is in the time of fitting."
    )
    table = Table(f"{key}-costs", "What each system costs", headings, tuple(rows))
    return Block(f"{key}-cost", "Cost", (words,), figures, (table,))


def _seconds(detail: Detail, name: str) -> float | None:
    value = detail.timings.get(name)
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        return None  # timings are no part of what a record's digest guards
    return float(value)


def _milliseconds(seconds: float | None) -> Entry:
    return Entry(numbers.NONE, sort=_LOW) if seconds is None else Entry(f"{1000 * seconds:.3g}", sort=seconds)


# Several protocols on the same rows


def beside(key: str, each: SideBySide, group: Sequence[Detailed]) -> Block:
    """The same rows under several protocols, with learning curves where training sizes differ."""
    headings = (Heading("system"), *(Heading(name, numeric=True) for name in each.protocols))
    rows = tuple(
        (
            Entry(system),
            *(
                Entry(
                    numbers.NONE if value is None else numbers.short(value, 3),
                    sort=_LOW if value is None else value,
                    note=_gap(each.gaps.get(system, {}).get(at)),
                )
                for at, value in enumerate(values)
            ),
        )
        for system, values in each.values.items()
    )
    caption = f"{numbers.heading(each.metric)} of the same rows"
    table = Table(f"{key}-protocols", caption, headings, rows, style="scores wrapped")
    sizes = _by_size(each.metric, group)
    if not sizes:
        words = (
            "No runs with training sizes: `train_sizes: [10, 20, all]` in an experiment's protocol gives learning "
            "curves."
        )
        return Block(f"{key}-beside", "The same rows under other protocols", (words,), (), (table,))
    name = f"{key}-curves"
    svg = plots.draw(
        lambda size: plots.curves(size, sizes, axis=numbers.heading(each.metric)),
        key=name,
        title=f"Learning curves: {numbers.heading(each.metric)} against rows of training",
        description="The same numbers stand in the table under this drawing, a column a training size.",
    )
    words = "Scores of one system at two sizes share rows: these lines are not tested."
    figure = Figure(name, svg, "Learning curves; vertical lines are 95 % intervals.")
    return Block(f"{key}-beside", "Learning curves and other protocols", (words,), (figure,), (table,))


def _gap(gap: float | None) -> str:
    return "" if gap is None else f"{numbers.signed(gap, 3)} for groups left whole"


def _by_size(metric: str, group: Sequence[Detailed]) -> list[dict[str, object]]:
    """The scores of the first systems by rows of training, where a size was set and there are at least two."""
    curve = [each for each in group if train_size(each.comparison.protocol) is not None]
    if not curve:
        return []
    kind = curve[0].comparison.protocol["kind"]
    same = [each for each in group if each.comparison.protocol["kind"] == kind]
    found = [(size, each) for each in same if (size := _rows_of_training(each.comparison)) is not None]
    names = list(dict.fromkeys(detail.row.system for _, each in found for detail in each.readers))[: len(plots.PALETTE)]
    values: list[dict[str, object]] = []
    for size, each in sorted(found, key=lambda pair: pair[0]):
        for detail in each.systems:
            cell = detail.row.cells[metric]
            if detail.row.system in names and cell.mean is not None:
                values.append(
                    {"name": detail.row.system, "size": size, "mean": cell.mean, "low": cell.low, "high": cell.high}
                )
    return values if len({size for size, _ in found}) > 1 else []


def _rows_of_training(comparison: Comparison) -> int | None:
    """How many rows a fold trains on: the size that was set, or all but one fold's share."""
    size, folds = train_size(comparison.protocol), comparison.protocol.get("folds")
    if size is None and isinstance(folds, int) and folds > 1:
        return round(comparison.facts.rows * (folds - 1) / folds)
    return size


def _times(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
