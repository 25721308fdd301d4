"""What more labels would bring: extrapolated learning curves, and the gains of labelling strategies."""

from __future__ import annotations

from collections.abc import Iterator

from bench.comparison import SideBySide
from bench.comparison.labelling_gains import Gain
from bench.comparison.learning_curves import Growth
from bench.comparison.values import ClassNeed, Plan
from bench.core.languages import Bilingual, in_chinese
from bench.report.tables.numbers import heading, probability, short, signed
from bench.report.tables.sheet import Column, Line, Sheet


def growth_lines(each: SideBySide) -> list[str]:
    """How many training rows reach a score, by the best systems' curves, a line a system; and how far to believe it."""
    lines: list[str] = [_growth(growth, each.metric) for growth in each.growth]
    if any(growth.reason is None for growth in each.growth):
        if each.ceiling is not None:
            ceiling, below = short(each.ceiling, 2), each.growth[0].reach > each.ceiling
            lines.append(
                Bilingual(
                    f"Two annotators agree to {ceiling}{', less than the score asked for' if below else ''}.",
                    f"两位标注者的一致为 {ceiling}{'，低于所问的分数' if below else ''}。",
                )
            )
        lines.append(
            Bilingual(
                "Scores are expected for up to 8 times the rows. [ ]: 95 % band; on three data sets whose later scores are "
                "known, such bands held them in 91 % (2 times the rows) to 99 % (8 times) of cases (docs/labelling.md).",
                "分数最多推算到现有行数的 8 倍。[ ]：95 % 带；在三个已知后来分数的数据集上，这样的带在 91 %（2 倍）到 99 %（8 倍）的"
                "情形中包含它们（docs/labelling.md）。",
            )
        )
    return [*lines, *plan_lines(each.plan)]


def plan_lines(plan: Plan | None) -> list[str]:
    """How many rows would show which of the two best is better, test each class, and give its F1 within .10."""
    if plan is None:
        return []
    return [*_to_separate(plan), *(_to_test(plan, need) for need in plan.untested), *_to_narrow(plan)]


def _to_separate(plan: Plan) -> Iterator[str]:
    found = plan.resolution
    if found is None:
        return
    least = f"{found.least_rows:,}"
    most = "perhaps no number is enough" if found.most_rows is None else f"at most {found.most_rows:,}"
    chinese = "也许再多也看不出" if found.most_rows is None else f"至多 {found.most_rows:,} 行"
    yield Bilingual(
        f"Rows that show whether {found.first} is better than {found.second}: at least {least}; {most}.",
        f"要看出 {found.first} 是否好于 {found.second}：至少 {least} 行；{chinese}。",
    )


def _to_test(plan: Plan, need: ClassNeed) -> str:
    has = "1 row" if need.rows == 1 else f"{need.rows} rows"
    return Bilingual(
        f"{need.name} has {has}, fewer than the {plan.folds} folds: label {need.more} more of it, or about {need.to_test:,} "
        f"rows drawn at random, so that every fold tests it.",
        f"{need.name} 只有 {need.rows} 行，少于 {plan.folds} 折：再标 {need.more} 行，或随机标约 {need.to_test:,} 行，"
        f"每一折才都有它。",
    )


def _to_narrow(plan: Plan) -> Iterator[str]:
    widest = plan.widest
    if widest is None or widest.half is None or widest.narrow is None or widest.to_narrow is None:
        return
    half, rows, drawn = short(widest.half, 2), _round(widest.narrow), _round(widest.to_narrow)
    yield Bilingual(
        f"The least certain F1 is that of {widest.name}: known to within {half} with {widest.rows} rows. To within .10 takes "
        f"about {rows} rows of it, some {drawn} drawn at random.",
        f"最不确定的是 {widest.name} 的 F1：{widest.rows} 行时误差在 {half} 以内。要到 .10 以内，约需它的 {rows} 行，"
        f"即随机标约 {drawn} 行。",
    )


def _growth(growth: Growth, metric: str) -> str:
    if growth.reason is not None:
        return Bilingual(
            f"{growth.system}: how it grows with more rows is unknown: {growth.reason}.",
            f"{growth.system}：更多行会怎样不得而知：{growth.reason}。",
        )
    score, reached = short(growth.reach, 2), _reached(growth)
    ahead = [f"{short(value, 2)} [{short(low, 2)}, {short(high, 2)}]" for _, value, low, high in growth.ahead]
    sizes = [at for at, *_ in growth.ahead]
    english = "; ".join(f"{band} at {at:,} rows" for at, band in zip(sizes, ahead, strict=True))
    chinese = "；".join(f"{at:,} 行 {band}" for at, band in zip(sizes, ahead, strict=True))
    missed, last = short(growth.missed or 0, 2), growth.sizes[-1]
    return Bilingual(
        f"{growth.system}: {reached} to reach {heading(metric)} {score}. Expected: {english} ({growth.family} through "
        f"{len(growth.sizes)} sizes; fitted without the size {last} it was off by {missed} there).",
        in_chinese(
            f"{growth.system}：",
            heading(metric),
            f"达到 {score} 需要{reached.chinese}。推算：{chinese}（{growth.family}，{len(growth.sizes)} 个训练行数；"
            f"不用 {last} 行拟合时，在那里差 {missed}）。",
        ),
    )


def _reached(growth: Growth) -> Bilingual:
    if growth.least is None:
        far = f"{growth.farthest:,}"
        return Bilingual(f"more than {far} training rows, if that is enough,", f"多于 {far} 行训练行，也可能永远达不到")
    least = _round(growth.least)
    if growth.least <= growth.sizes[0] and growth.most is not None:
        most = _round(growth.most)
        return Bilingual(f"at most about {most} training rows", f"至多约 {most} 行训练行")
    if growth.most is None:
        return Bilingual(
            f"about {least} training rows or more, perhaps many more,", f"约 {least} 行训练行或更多，可能多得多"
        )
    most = _round(growth.most)
    if least == most:
        return Bilingual(f"about {most} training rows", f"约 {most} 行训练行")
    return Bilingual(f"about {least} to {most} training rows", f"约 {least} 到 {most} 行训练行")


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
    columns = (
        Column(Bilingual("system", "系统"), "name"),
        Column(Bilingual("strategy", "策略"), "name"),
        Column(Bilingual("gain", "增益")),
        Column(Bilingual("95 %", "95 % 区间")),
        Column("p"),
    )
    metric, sizes, tests = heading(each.metric), _sizes(first), len(each.gains)
    title = Bilingual(
        f"Gain of {metric} over random rows, mean of {sizes}",
        in_chinese("与随机选行相比", metric, f"的增益，{sizes.chinese}的平均"),
    )
    reached = Bilingual(f"labels as good as {first.last} random", f"抵 {first.last} 个随机标签")
    return Sheet(
        title,
        (*columns, Column(reached, wrap=16)),
        tuple(Line(tuple(_cells(gain))) for gain in each.gains),
        notes=(
            Bilingual(
                f"Paired fold by fold on the same start and test rows; p: corrected for {tests} tests (Holm).",
                f"起始行与测试行相同，逐折配对；p：按 {tests} 次检验校正（Holm）。",
            ),
            *_verdict(each.gains),
        ),
    )


def _sizes(gain: Gain) -> Bilingual:
    least, most = gain.labels[0], gain.labels[-1]
    if len(gain.labels) > 1:
        return Bilingual(f"{least} to {most} labels", f"{least} 到 {most} 个标签")
    return Bilingual(f"{least} labels", f"{least} 个标签")


def _cells(gain: Gain) -> list[str]:
    limits = f"[{signed(gain.low, 3)}, {signed(gain.high, 3)}]"
    about = Bilingual(f"about {gain.as_good}", f"约 {gain.as_good}")
    reached = Bilingual("not reached", "未达到") if gain.as_good is None else about
    return [gain.system, gain.strategy, signed(gain.difference, 3), limits, probability(gain.adjusted), reached]


def _verdict(gains: tuple[Gain, ...]) -> list[Bilingual]:
    shown = [gain for gain in gains if gain.adjusted < 0.05 and gain.difference]
    if not shown:
        return [
            Bilingual(
                "No strategy is shown to differ from drawing rows at random here.",
                "这里没有一种策略显示出与随机选行有差别。",
            )
        ]
    said = (
        (True, "Shown to beat drawing at random", "显示出好于随机选行的"),
        (False, "Shown to be worse than drawing at random", "显示出差于随机选行的"),
    )
    lines = []
    for better, english, chinese in said:
        found = [gain for gain in shown if (gain.difference > 0) == better]
        if found:
            named = ", ".join(f"{gain.strategy} with {gain.system}" for gain in found)
            named_zh = "、".join(f"{gain.system} 用 {gain.strategy}" for gain in found)
            lines.append(Bilingual(f"{english}: {named}.", f"{chinese}：{named_zh}。"))
    return lines
