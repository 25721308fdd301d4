"""What more labels would bring, in words: learning curves carried on, and what strategies of labelling gain."""

from __future__ import annotations

from bench.comparison import SideBySide
from bench.comparison.gains import Gain
from bench.comparison.growth import Growth
from bench.comparison.values import Plan
from bench.report.tables.numbers import heading, probability, short, signed
from bench.report.tables.sheet import Column, Line, Sheet


def growth_lines(each: SideBySide) -> list[str]:
    """How many training rows reach a score, by the best systems' curves, a line a system; and how far to believe it."""
    lines = [_growth(growth, each.metric) for growth in each.growth]
    if any(growth.reason is None for growth in each.growth):
        asked = each.growth[0].reach
        if each.ceiling is not None:
            beyond = ", which lies beyond it" if asked > each.ceiling else ""
            lines.append(f"The labels' own agreement stops at {short(each.ceiling, 2)}{beyond}.")
        lines.append(
            "Curves are carried on to 8 times the rows, no farther. [ ]: 95 % bands; on three sets whose later scores "
            "are known they held these in 91 % (2 times the rows) to 99 % (8 times) of cases (docs/labelling.md)."
        )
    return [*lines, *plan_lines(each.plan)]


def plan_lines(plan: Plan | None) -> list[str]:
    """How many rows would part the two best systems, test each class, and tell its F1 to .10."""
    if plan is None:
        return []
    lines = []
    found = plan.resolution
    if found is not None:
        most = (
            "no number can be named, as the difference may be 0" if found.most_rows is None else f"{found.most_rows:,}"
        )
        pair = f"{found.first} from {found.second}"
        lines.append(f"Plan: to tell {pair}: {found.least_rows:,} rows at the least; at the most {most}.")
    for need in plan.untested:
        has = "1 row" if need.rows == 1 else f"{need.rows} rows"
        lines.append(
            f"Plan: {need.name} has {has}, fewer than the {plan.folds} folds: {need.more} more of it, or about "
            f"{need.to_test:,} rows drawn at random, so that every fold tests it."
        )
    widest = plan.widest
    if widest is not None and widest.half is not None and widest.narrow is not None and widest.to_narrow is not None:
        known = f"to {short(widest.half, 2)} either way, by {widest.rows} rows"
        enough = f"about {_round(widest.narrow)} rows of it, some {_round(widest.to_narrow)} drawn at random"
        lines.append(f"Plan: the F1 of {widest.name} is known least well ({known}); to know it to .10 takes {enough}.")
    return lines


def _growth(growth: Growth, metric: str) -> str:
    if growth.reason is not None:
        return f"{growth.system}: where more rows lead cannot be said: {growth.reason}."
    rows = f"{_reached(growth)} to reach {short(growth.reach, 2)} of {heading(metric)}"
    ahead = "; ".join(
        f"{at:,} rows {short(value, 2)} [{short(low, 2)}, {short(high, 2)}]" for at, value, low, high in growth.ahead
    )
    missed = short(growth.missed or 0, 2)
    how = f"{growth.family} through {len(growth.sizes)} sizes, off by {missed} at {growth.sizes[-1]} when held back"
    return f"{growth.system}: {rows}; {ahead} ({how})."


def _reached(growth: Growth) -> str:
    if growth.least is None:
        return f"more than {growth.farthest:,} training rows, if ever,"
    if growth.least <= growth.sizes[0] and growth.most is not None:
        return f"at most about {_round(growth.most)} training rows"
    if growth.most is None:
        return f"about {_round(growth.least)} training rows or more, how many more cannot be said,"
    if _round(growth.least) == _round(growth.most):
        return f"about {_round(growth.most)} training rows"
    return f"about {_round(growth.least)} to {_round(growth.most)} training rows"


def _round(rows: int) -> str:
    """Two figures: more would pretend.

    >>> _round(1387), _round(96)
    ('1,400', '96')
    """
    places = len(str(rows)) - 2
    return f"{round(rows, -places) if places > 0 else rows:,}"


def gains_sheet(each: SideBySide) -> Sheet:
    """What strategies of labelling gain over drawing at random, the largest gain first."""
    first = each.gains[0]
    columns = (Column("system", "name"), Column("strategy", "name"), Column("gain"), Column("95 %"), Column("p"))
    title = f"Gain of {heading(each.metric)} over random rows, mean of {_sizes(first)}"
    return Sheet(
        title,
        (*columns, Column(f"labels as good as {first.last} random", wrap=16)),
        tuple(Line(tuple(_cells(gain))) for gain in each.gains),
        notes=(
            f"Paired fold by fold on the same start and test rows; p by Holm over {len(each.gains)} gains.",
            *_verdict(each.gains),
        ),
    )


def _sizes(gain: Gain) -> str:
    return f"{gain.labels[0]} to {gain.labels[-1]} labels" if len(gain.labels) > 1 else f"{gain.labels[0]} labels"


def _cells(gain: Gain) -> list[str]:
    limits = f"[{signed(gain.low, 3)}, {signed(gain.high, 3)}]"
    reached = "not reached" if gain.as_good is None else f"about {gain.as_good}"
    return [gain.system, gain.strategy, signed(gain.difference, 3), limits, probability(gain.adjusted), reached]


def _verdict(gains: tuple[Gain, ...]) -> list[str]:
    better = [f"{gain.strategy} with {gain.system}" for gain in gains if gain.adjusted < 0.05 and gain.difference > 0]
    worse = [f"{gain.strategy} with {gain.system}" for gain in gains if gain.adjusted < 0.05 and gain.difference < 0]
    if not better and not worse:
        return ["No strategy is told from drawing at random here."]
    found = [f"Shown to beat drawing at random: {', '.join(better)}."] if better else []
    return [*found, *([f"Shown to be worse than drawing at random: {', '.join(worse)}."] if worse else [])]
