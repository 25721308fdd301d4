"""What a comparison's runs have in common, and what a reader must know to read its table right."""

from __future__ import annotations

from bench.comparison import Comparison
from bench.comparison.coverage import Coverage, GroupCoverage, measured_coverage, measured_group_coverage
from bench.comparison.scored_runs import train_size
from bench.comparison.uncertainty import FEWEST_GROUPS, FEWEST_PURE_GROUPS
from bench.core.languages import Bilingual, in_language
from bench.execution.halves import ADVISED
from bench.report.tables.columns.base import shown_columns
from bench.report.tables.limits import cannot_show
from bench.report.tables.numbers import CONTROL_MARK, MOST_CLASSES, NONE, heading, short, tested_rows

_MOST_WARNED = 3
_MOST_NAMED = 5


def title(comparison: Comparison) -> str:
    """What the runs of a table have in common, in one line."""
    data_summary = comparison.data_summary
    tested = tested_rows(comparison)
    apart = "" if tested == data_summary.rows else f", {tested} of them tested"
    names = ", ".join(comparison.experiments)
    size = f"{data_summary.rows} rows{apart}, {len(data_summary.classes)} classes"
    digest = data_summary.sha256[:12]
    tested_zh = "" if tested == data_summary.rows else f"（测试 {tested} 行）"
    size_zh = f"{data_summary.rows} 行{tested_zh}，{len(data_summary.classes)} 个类别"
    return Bilingual(
        f"{names}: {size}; {comparison.splits}; data {digest}",
        f"{names}：{size_zh}；{in_language(comparison.splits, 'zh')}；数据 {digest}",
    )


def notes(comparison: Comparison) -> list[str]:
    """What a reader must know to read the table right, a line each."""
    metric_heading = heading(comparison.metric)
    lines: list[str] = []
    if any(row.cells[comparison.metric].low is not None for row in comparison.rows):
        lines.append(
            Bilingual(
                f"[ ]: 95 % interval of the procedure's {metric_heading} on data of this size drawn anew, "
                "not of one fitted model (that of all rows is usually a little better).",
                f"[ ]：95 % 区间，说的是同样的做法在另取的同样多的数据上的 {metric_heading}，不是某一个拟合好的模型"
                "（用全部行拟合的模型通常略好一点）。",
            )
        )
        lines += _coverage(comparison)
    lines += _few_groups(comparison)
    if comparison.pairs:
        pairs = comparison.pairs.family
        holm = f"Holm over {pairs} pair{'s' if pairs > 1 else ''}"
        tiers = f"Tier: what no paired test tells from the tier's best at 5 % ({holm}). "
        tested = f"Difference and p: against {comparison.reference}"
        tiered = any(row.tier is not None for row in comparison.rows)
        tiers_zh = f"档：检验在 5 % 水平上分不出与该档最好者有别的系统（对 {pairs} 对作 Holm 校正）。" if tiered else ""
        tested_zh = f"差与 p 都是与 {comparison.reference} 相比" + (
            "。" if tiered else f"，p 对 {pairs} 对作 Holm 校正。"
        )
        lines.append(Bilingual(f"{tiers}{tested}." if tiered else f"{tested}, p by {holm}.", tiers_zh + tested_zh))
        lines += _best(comparison)
    lines += _halves(comparison)
    lines += _chosen(comparison)
    lines += cannot_show(comparison)
    if any(row.control for row in comparison.rows):
        lines.append(Bilingual(f"{CONTROL_MARK} control: reads no words.", f"{CONTROL_MARK} 对照：不看文字。"))
    if len(comparison.data_summary.classes) > MOST_CLASSES:
        lines.append(f"F1 of each of the {len(comparison.data_summary.classes)} classes: --format csv or json.")
    lines += [line for columns in shown_columns(comparison) for line in columns.notes(comparison)]
    lines += [
        Bilingual(
            f"These runs used more than one version of {name}: {', '.join(versions)}.",
            f"这些运行用了 {name} 的几个版本：{'、'.join(versions)}。",
        )
        for name, versions in comparison.versions.items()
    ]
    lines += _warned(comparison)
    lines += dict.fromkeys(
        Bilingual(f"{NONE}: not computable: {row.error}", f"{NONE}：无法计算：{row.error}")
        for row in comparison.rows
        if row.impossible
    )
    lines += [
        Bilingual(f"{row.system} failed: {row.error}", f"{row.system} 失败：{row.error}")
        for row in comparison.rows
        if row.error and not row.impossible
    ]
    reasons = {
        f"{NONE} in {metric}: {cell.reason}"
        for row in comparison.rows
        for metric, cell in row.cells.items()
        if cell.mean is None and cell.reason and not row.error
    }
    return lines + sorted(reasons)


def _coverage(comparison: Comparison) -> list[str]:
    """How often such intervals held on real text most like this data."""
    if comparison.held_out or train_size(comparison.protocol) is not None:
        return [
            Bilingual(
                "The interval takes training sets and tested rows as drawn anew; its coverage was not measured.",
                "区间把训练集与测试行都看作重新抽取的；它的覆盖率没有测过。",
            )
        ]
    if comparison.protocol["kind"] == "leave-one-group-out":
        return [
            Bilingual(
                "No coverage was measured where each group is left out once (docs/intervals.md).",
                "每组留出一次时，区间的覆盖率没有测过（docs/intervals.md）。",
            )
        ]
    metric, repeats = comparison.metric, comparison.repeats
    if comparison.blocked:
        groups = comparison.data_summary.groups or 0
        of_groups = measured_group_coverage(metric, groups, pure=comparison.pure_groups, repeats=repeats)
        if of_groups is None:
            return [_not_measured(metric)]
        pure, pure_zh = (" of one class each", "单一类别的") if of_groups.kind == "pure" else ("", "")
        what = f"{of_groups.groups} groups{pure}, {of_groups.rows} rows"
        return [_held(of_groups, Bilingual(what, f"{of_groups.groups} 个{pure_zh}组，{of_groups.rows} 行"))]
    found = measured_coverage(
        metric, tested_rows(comparison), len(comparison.tested), min(comparison.tested.values()), repeats=repeats
    )
    if found is None:
        return [_not_measured(metric)]
    what = f"{found.rows} rows, {found.classes} classes, the smallest of {found.smallest}"
    what_zh = f"{found.rows} 行，{found.classes} 个类别，最小的 {found.smallest} 行"
    return [_held(found, Bilingual(what, what_zh))]


def _held(found: Coverage | GroupCoverage, data: Bilingual) -> str:
    low, high = 100 * found.low, 100 * found.high
    shares = f"{low:.0f} %" if round(low) == round(high) else f"{low:.0f} to {high:.0f} %"
    text = f"On the real text most like this that was studied ({found.population}: {data}) such intervals"
    held = f"held the true score in {shares} of {found.samples} samples, depending on the system"
    shares_zh = f"{low:.0f} %" if round(low) == round(high) else f"{low:.0f} 至 {high:.0f} %"
    return Bilingual(
        f"{text} {held} (docs/intervals.md).",
        f"在研究过的真实文字中与此最像的一种上（{found.population}：{data.chinese}），这样的区间在 {found.samples} 次抽样的 "
        f"{shares_zh} 中包含真实分数，视系统而定（docs/intervals.md）。",
    )


def _not_measured(metric: str) -> str:
    return Bilingual(
        f"No coverage was measured for intervals of {heading(metric)}.", f"{heading(metric)} 区间的覆盖率没有测过。"
    )


def _few_groups(comparison: Comparison) -> list[str]:
    """Why there is neither interval nor test."""
    few = comparison.few_groups
    if few is None:
        return []
    kind = f"{few.groups} groups{' of one class each' if few.pure else ''}"
    fewest = FEWEST_PURE_GROUPS if few.pure else FEWEST_GROUPS
    kind_zh = f"{few.groups} 个{'单一类别的' if few.pure else ''}组"
    lines: list[str] = [
        Bilingual(
            f"No intervals and no tests: {kind} are too few, {fewest} or more are needed (docs/intervals.md).",
            f"没有区间，也没有检验：{kind_zh}太少，至少要 {fewest} 组（docs/intervals.md）。",
        )
    ]
    found = measured_group_coverage(
        comparison.metric, few.groups, pure=few.pure, repeats=comparison.repeats, fewer_than=fewest
    )
    if found is not None:
        what = f"{found.groups} such groups of real titles ({found.population})"
        off = f"{short(abs(found.bias), 2)} too {'low' if found.bias < 0 else 'high'}"
        held = f"intervals held the true score in {100 * found.low:.0f} to {100 * found.high:.0f} % of samples"
        off_zh = f"{'偏低' if found.bias < 0 else '偏高'}至多 {short(abs(found.bias), 2)}"
        lines.append(
            Bilingual(
                f"In {what} {held}, and the score of a system lay up to {off}.",
                f"在 {found.groups} 个这样的真实标题组中（{found.population}），区间在 {100 * found.low:.0f} 至 "
                f"{100 * found.high:.0f} % 的抽样中包含真实分数，系统的分数{off_zh}。",
            )
        )
    return lines


def _best(comparison: Comparison) -> list[str]:
    """Which systems may be the best, and what choosing among them does to the first one's score."""
    best, among = comparison.may_be_best, len(comparison.pairs.names)
    if len(best) < 2:
        return []
    names = f": {', '.join(best)}" if len(best) <= _MOST_NAMED else ""
    luck = "The first of several such systems owes part of its score to luck; its interval does not allow for that."
    return [
        Bilingual(
            f"May be the best, at 95 %: {len(best)} of {among} systems{names}. {luck}",
            f"可能最好的系统（95 %）：{among} 个中的 {len(best)} 个{names.replace(': ', '：')}。几个一样好的系统里排第一的，"
            f"分数有一部分是运气，区间没有计入这一点。",
        )
    ]


def _halves(comparison: Comparison) -> list[str]:
    """What paired tests know of training sets."""
    if comparison.halvings:
        return [
            Bilingual(
                f"Tests count what training sets do, from {comparison.halvings} halvings of the rows.",
                f"检验计入了训练集的影响，依据是把行对半分 {comparison.halvings} 次。",
            )
        ]
    if comparison.protocol["kind"] != "repeated-stratified" or train_size(comparison.protocol) is not None:
        return []
    missed = "Tests of systems that read the same features miss differences that the data could show"
    return [
        Bilingual(
            f"{missed}: bench run … --halves {ADVISED} adds what they lack.",
            f"读同样特征的系统之间，有些差别这些数据本可显示而检验看不出：bench run … --halves {ADVISED} 可补上。",
        )
    ]


def _warned(comparison: Comparison) -> list[str]:
    warned: dict[str, list[str]] = {}
    for row in comparison.rows:
        for category, times in row.fit_warnings.items():
            warned.setdefault(category, []).append(f"{row.system} ({times} times)")
    return [_fit_warning(category, rows) for category, rows in sorted(warned.items())]


def _fit_warning(category: str, rows: list[str]) -> Bilingual:
    more, named = len(rows) - _MOST_WARNED, ", ".join(rows[:_MOST_WARNED])
    rest, rest_zh = (f" and {more} more systems.", f" 等 {more} 个系统。") if more > 0 else (".", "。")
    return Bilingual(
        f"{category} while fitting: {named}{rest}", f"拟合时的 {category}：{named.replace(' times)', ' 次)')}{rest_zh}"
    )


def _chosen(comparison: Comparison) -> list[str]:
    """What of the stored runs is shown, and how, where that was asked for."""
    lines = []
    if comparison.left_out:
        systems = "1 system" if comparison.left_out == 1 else f"{comparison.left_out} systems"
        lines.append(f"{systems} left out by --systems: tests, Holm and tiers are among those shown alone.")
    if comparison.sort is not None and comparison.sort != comparison.metric:
        lines.append(f"Rows by {heading(comparison.sort)}; tests and tiers by {heading(comparison.metric)}.")
    return lines
