"""Notes on how far to trust intervals and tests."""

from __future__ import annotations

from bench.comparison import Comparison
from bench.comparison.coverage import Coverage, GroupCoverage, measured_coverage, measured_group_coverage
from bench.comparison.scored_runs import train_size
from bench.comparison.uncertainty import FEWEST_GROUPS, FEWEST_PURE_GROUPS
from bench.core.languages import Bilingual, in_chinese
from bench.execution.halves import ADVISED
from bench.report.tables.numbers import digits, heading, short, tested_rows

_MOST_NAMED = 5


def interval_notes(comparison: Comparison) -> list[Bilingual]:
    """What an interval is of, and how often such intervals held on real text most like this data."""
    if all(row.cells[comparison.metric].low is None for row in comparison.rows):
        return []
    metric = heading(comparison.metric)
    chance = comparison.class_counts == "random"
    counts = (
        Bilingual("class counts left to chance", "各类的行数也由偶然决定")
        if chance
        else Bilingual(
            "with as many rows of each class (--class-counts random: as many as chance brings)",
            "各类的行数不变（--class-counts random：由偶然决定）",
        )
    )
    what = Bilingual(
        f"Of 100 data sets of this size, {counts}, about 95 should give an interval that holds the true {metric}: the "
        f"system's mean over all such data sets. The model fitted on all rows is usually a little better than that.",
        in_chinese(
            f"区间的意思：抽 100 份同样大小的数据，{counts.chinese}，大约 95 份的区间应当包含真实的",
            metric,
            "，即该系统在所有这样的数据上的平均。用全部行拟合的模型通常比它稍好一些。",
        ),
    )
    if comparison.protocol["kind"] == "fixed" and comparison.repeats == 1:
        what = Bilingual(
            f"Of 100 sets of test rows of this size, about 95 should give an interval that holds the true {metric} of this "
            f"trained model. What another training set would change is not counted.",
            in_chinese(
                "区间的意思：抽 100 份同样多的测试行，大约 95 份的区间应当包含这个模型真实的",
                metric,
                "。换一个训练集的影响没有算进去。",
            ),
        )
    return [what, *_coverage(comparison)]


def _coverage(comparison: Comparison) -> list[Bilingual]:
    metric, repeats = comparison.metric, comparison.repeats
    if comparison.held_out or train_size(comparison.protocol) is not None:
        unknown = "Nobody has measured how often intervals of this protocol hold the true score."
        return [Bilingual(unknown, "这种协议的区间有多准，没有测量过。")]
    if comparison.protocol["kind"] == "leave-one-group-out":
        unknown = "Nobody has measured how often intervals hold the true score where each group is left out once"
        return [
            Bilingual(
                f"{unknown} (docs/intervals.md).", "每组各留出一次时区间有多准，没有测量过（docs/intervals.md）。"
            )
        ]
    if comparison.blocked:
        groups = comparison.data_summary.groups or 0
        of_groups = measured_group_coverage(metric, groups, pure=comparison.pure_groups, repeats=repeats)
        if of_groups is None:
            return [_not_measured(metric)]
        pure = of_groups.kind == "pure"
        return [
            _held(
                of_groups,
                Bilingual(
                    f"{of_groups.groups} groups{' of one class each' if pure else ''}, {of_groups.rows} rows",
                    f"{of_groups.groups} 个组{'（每组一个类别）' if pure else ''}，{of_groups.rows} 行",
                ),
            )
        ]
    found = measured_coverage(
        metric,
        tested_rows(comparison),
        len(comparison.tested),
        min(comparison.tested.values()),
        repeats=repeats,
        counts=comparison.class_counts,
    )
    if found is None:
        return [_not_measured(metric)]
    english = f"{found.rows} rows, {found.classes} classes, the smallest of {found.smallest} rows"
    return [_held(found, Bilingual(english, f"{found.rows} 行，{found.classes} 个类别，最小的 {found.smallest} 行"))]


def _held(found: Coverage | GroupCoverage, data: Bilingual) -> Bilingual:
    low, high = 100 * found.low, 100 * found.high
    one = round(low) == round(high)
    shares = f"{low:.0f} %" if one else f"{low:.0f} to {high:.0f} %"
    chinese = f"{low:.0f} %" if one else f"{low:.0f} % 到 {high:.0f} %"
    return Bilingual(
        f"How far to trust intervals: on the most similar real text studied ({found.population}: {data}) they held the "
        f"true score in {shares} of {found.samples} samples, depending on the system (docs/intervals.md).",
        f"区间有多可信：在研究过的最相似的真实文本上（{found.population}：{data.chinese}），{found.samples} 次抽样中有 {chinese} "
        f"的区间包含真实分数，因系统而异（docs/intervals.md）。",
    )


def _not_measured(metric: str) -> Bilingual:
    named = heading(metric)
    english = f"Nobody has measured how often intervals of {named} hold the true score."
    return Bilingual(english, in_chinese(named, "的区间有多准，没有测量过。"))


def few_groups_notes(comparison: Comparison) -> list[Bilingual]:
    """Why there is neither interval nor test."""
    few = comparison.few_groups
    if few is None:
        return []
    fewest = FEWEST_PURE_GROUPS if few.pure else FEWEST_GROUPS
    lines = [
        Bilingual(
            f"No intervals and no tests: {few.groups} groups{' of one class each' if few.pure else ''} are too few, "
            f"{fewest} are needed (docs/intervals.md).",
            f"没有区间和检验：{few.groups} 个组{'（每组一个类别）' if few.pure else ''}太少，至少要 {fewest} 个"
            f"（docs/intervals.md）。",
        )
    ]
    found = measured_group_coverage(
        comparison.metric, few.groups, pure=few.pure, repeats=comparison.repeats, fewer_than=fewest
    )
    if found is not None:
        low, high = f"{100 * found.low:.0f}", f"{100 * found.high:.0f}"
        off, side = short(abs(found.bias), 2), found.bias < 0
        lines.append(
            Bilingual(
                f"With {found.groups} such groups of real titles ({found.population}) intervals held the true score in "
                f"{low} to {high} % of samples, and scores were up to {off} too {'low' if side else 'high'}.",
                f"用 {found.groups} 个这样的真实标题组（{found.population}）测过：区间在 {low} % 到 {high} % 的抽样中包含真实"
                f"分数，分数最多偏{'低' if side else '高'} {off}。",
            )
        )
    return lines


def best_notes(comparison: Comparison) -> list[Bilingual]:
    """Which systems may be the best, and what choosing among them does to the first one's score."""
    best = comparison.may_be_best
    if len(best) < 2:
        return []
    among, few = len(comparison.pairs.names), len(best) <= _MOST_NAMED
    return [
        Bilingual(
            f"{len(best)} of {among} systems may be the best one (95 % confidence){': ' + ', '.join(best) if few else ''}.",
            f"{among} 个系统中有 {len(best)} 个可能是最好的（95 % 置信）{'：' + '、'.join(best) if few else ''}。",
        ),
        *_selected_notes(comparison),
    ]


def _selected_notes(comparison: Comparison) -> list[Bilingual]:
    """What the best score is without what it owes to having been chosen."""
    found, places = comparison.selected, digits(comparison)
    if found is None or round(abs(found.luck), places) == 0:
        return []
    metric, luck = heading(comparison.metric), short(abs(found.luck), places)
    left = f"{short(found.score, places)} [{short(found.low, places)}, {short(found.high, places)}]"
    return [
        Bilingual(
            f"{found.system} is the best of {found.among}: about {luck} of its {metric} is luck; expect {left} on new data.",
            in_chinese(
                f"{found.system} 是 {found.among} 个中最好的：它的",
                metric,
                f"大约有 {luck} 是运气；换成新数据，预计是 {left}。",
            ),
        )
    ]


def halves_notes(comparison: Comparison) -> list[Bilingual]:
    """What paired tests know of the chance in training sets."""
    times = comparison.halvings
    if times:
        english = f"Tests count the chance in training sets, measured by halving the rows {times} times."
        return [Bilingual(english, f"检验考虑了训练集的偶然性，由 {times} 次对半划分测得。")]
    if comparison.protocol["kind"] != "repeated-stratified" or train_size(comparison.protocol) is not None:
        return []
    measured = f"bench run CONFIG --halves {ADVISED}"
    if comparison.repeats == 1:
        return [
            Bilingual(
                f"Tests of a single repeat may miss real differences; 10 repeats, or {measured}, make them more sensitive.",
                f"只重复一次时，检验可能漏掉真实的差别；重复 10 次，或者运行 {measured}，可使检验更灵敏。",
            )
        ]
    return [
        Bilingual(
            f"Tests estimate the chance in training sets from the repeats; {measured} measures it.",
            f"检验用各次重复来估计换一份训练集会带来多少波动；{measured} 可以实测。",
        )
    ]
