"""What more labels would bring, in words: learning curves carried on, and what strategies of labelling gain."""

from __future__ import annotations

from bench.comparison import SideBySide
from bench.comparison.gains import Gain
from bench.comparison.growth import Growth
from bench.comparison.values import Plan
from bench.core.languages import Bilingual
from bench.report.tables.numbers import heading, probability, short, signed
from bench.report.tables.sheet import Column, Line, Sheet


def growth_lines(each: SideBySide) -> list[str]:
    """How many training rows reach a score, by the best systems' curves, a line a system; and how far to believe it."""
    lines: list[str] = [_growth(growth, each.metric) for growth in each.growth]
    if any(growth.reason is None for growth in each.growth):
        asked = each.growth[0].reach
        if each.ceiling is not None:
            beyond = ", which lies beyond it" if asked > each.ceiling else ""
            beyond_zh = "，达不到那么高" if beyond else ""
            lines.append(
                Bilingual(
                    f"The labels' own agreement stops at {short(each.ceiling, 2)}{beyond}.",
                    f"标注本身的一致程度只到 {short(each.ceiling, 2)}{beyond_zh}。",
                )
            )
        lines.append(
            Bilingual(
                "Curves are carried on to 8 times the rows, no farther. [ ]: 95 % bands; on three sets whose later "
                "scores are known they held these in 91 % (2 times the rows) to 99 % (8 times) of cases "
                "(docs/labelling.md).",
                "曲线只延长到现有行数的 8 倍。[ ]：95 % 带；在三个已知后来分数的数据集上，它们包含这些分数的比例是 91 %（2 倍行数）到 "
                "99 %（8 倍）（docs/labelling.md）。",
            )
        )
    return [*lines, *plan_lines(each.plan)]


def plan_lines(plan: Plan | None) -> list[str]:
    """How many rows would part the two best systems, test each class, and tell its F1 to .10."""
    if plan is None:
        return []
    lines: list[str] = []
    found = plan.resolution
    if found is not None:
        most = (
            "no number can be named, as the difference may be 0" if found.most_rows is None else f"{found.most_rows:,}"
        )
        pair = f"{found.first} from {found.second}"
        most_zh = "说不准，因为差别可能是 0" if found.most_rows is None else f"{found.most_rows:,} 行"
        lines.append(
            Bilingual(
                f"Plan: to tell {pair}: {found.least_rows:,} rows at the least; at the most {most}.",
                f"计划：要分出 {found.first} 与 {found.second}，至少 {found.least_rows:,} 行；至多{most_zh}。",
            )
        )
    for need in plan.untested:
        has = "1 row" if need.rows == 1 else f"{need.rows} rows"
        lines.append(
            Bilingual(
                f"Plan: {need.name} has {has}, fewer than the {plan.folds} folds: {need.more} more of it, or about "
                f"{need.to_test:,} rows drawn at random, so that every fold tests it.",
                f"计划：{need.name} 只有 {need.rows} 行，少于 {plan.folds} 折：再要 {need.more} 行，或随机抽取约 {need.to_test:,} 行，"
                f"才能每折都测到它。",
            )
        )
    widest = plan.widest
    if widest is not None and widest.half is not None and widest.narrow is not None and widest.to_narrow is not None:
        known = f"to {short(widest.half, 2)} either way, by {widest.rows} rows"
        enough = f"about {_round(widest.narrow)} rows of it, some {_round(widest.to_narrow)} drawn at random"
        lines.append(
            Bilingual(
                f"Plan: the F1 of {widest.name} is known least well ({known}); to know it to .10 takes {enough}.",
                f"计划：{widest.name} 的 F1 最没把握（上下 {short(widest.half, 2)}，凭 {widest.rows} 行）；要精确到 .10，需要约 "
                f"{_round(widest.narrow)} 行这一类，随机抽取则约 {_round(widest.to_narrow)} 行。",
            )
        )
    return lines


def _growth(growth: Growth, metric: str) -> Bilingual:
    if growth.reason is not None:
        return Bilingual(
            f"{growth.system}: where more rows lead cannot be said: {growth.reason}.",
            f"{growth.system}：更多的行会怎样说不准：{growth.reason}。",
        )
    reached = _reached(growth)
    rows = f"{reached} to reach {short(growth.reach, 2)} of {heading(metric)}"
    ahead = "; ".join(
        f"{at:,} rows {short(value, 2)} [{short(low, 2)}, {short(high, 2)}]" for at, value, low, high in growth.ahead
    )
    missed = short(growth.missed or 0, 2)
    how = f"{growth.family} through {len(growth.sizes)} sizes, off by {missed} at {growth.sizes[-1]} when held back"
    ahead_zh = "；".join(
        f"{at:,} 行 {short(value, 2)} [{short(low, 2)}, {short(high, 2)}]" for at, value, low, high in growth.ahead
    )
    how_zh = f"{growth.family}，依据 {len(growth.sizes)} 种行数，留出 {growth.sizes[-1]} 行时误差 {missed}"
    return Bilingual(
        f"{growth.system}: {rows}; {ahead} ({how}).",
        f"{growth.system}：要达到 {heading(metric)} {short(growth.reach, 2)}，需{reached.chinese}；{ahead_zh}（{how_zh}）。",
    )


def _reached(growth: Growth) -> Bilingual:
    if growth.least is None:
        far = f"{growth.farthest:,}"
        return Bilingual(f"more than {far} training rows, if ever,", f"超过 {far} 行训练数据，也可能永远达不到")
    if growth.least <= growth.sizes[0] and growth.most is not None:
        most = _round(growth.most)
        return Bilingual(f"at most about {most} training rows", f"至多约 {most} 行训练数据")
    least = _round(growth.least)
    if growth.most is None:
        return Bilingual(
            f"about {least} training rows or more, how many more cannot be said,",
            f"约 {least} 行训练数据或更多，多多少说不准",
        )
    most = _round(growth.most)
    if least == most:
        return Bilingual(f"about {most} training rows", f"约 {most} 行训练数据")
    return Bilingual(f"about {least} to {most} training rows", f"约 {least} 至 {most} 行训练数据")


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
            Bilingual(
                f"Paired fold by fold on the same start and test rows; p by Holm over {len(each.gains)} gains.",
                f"在同样的起始行与测试行上逐折成对比较；p 对 {len(each.gains)} 个增益作 Holm 校正。",
            ),
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
        return [
            Bilingual("No strategy is told from drawing at random here.", "这里没有一种策略与随机抽取有可靠的差别。")
        ]
    found: list[str] = []
    if better:
        named = ", ".join(better)
        found.append(Bilingual(f"Shown to beat drawing at random: {named}.", f"确实好于随机抽取：{named}。"))
    if worse:
        named = ", ".join(worse)
        found.append(Bilingual(f"Shown to be worse than drawing at random: {named}.", f"确实差于随机抽取：{named}。"))
    return found
