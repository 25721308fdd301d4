"""What the data of a comparison cannot show, in both languages."""

from __future__ import annotations

from bench.comparison import Comparison
from bench.core.languages import Bilingual
from bench.report.tables.numbers import digits, short, tested_rows

_MOST_NAMED = 3


def cannot_show(comparison: Comparison) -> list[str]:
    """What rows so few, or standing together so, cannot show, a line each."""
    lines: list[str] = [*_untested(comparison), *_resolution(comparison)]
    points = f"{100 / tested_rows(comparison):.2g}"
    lines += [Bilingual(f"One row is {points} points of accuracy.", f"一行相当于 {points} 个百分点的准确率。")]
    lines += _chosen_rows(comparison)
    groups = comparison.data_summary.groups
    if groups is not None and groups < comparison.data_summary.rows and not comparison.blocked:
        lines.append(
            Bilingual(
                f"The rows come from {groups} groups, and random folds part the rows of a group: scores are for new "
                f"rows of the same groups, and intervals take rows as independent.",
                f"这些行来自 {groups} 个组，随机分折会把同组的行分开：分数说的是同样这些组里的新行，区间把各行看作彼此独立。",
            )
        )
    return lines


def _untested(comparison: Comparison) -> list[str]:
    classes = comparison.data_summary.classes
    without = [name for name in classes if name not in comparison.tested]
    if not without:
        return []
    named = f"{', '.join(without[:_MOST_NAMED])}{', …' if len(without) > _MOST_NAMED else ''}"
    have = "has" if len(without) == 1 else "have"
    return [
        Bilingual(
            f"{len(without)} of {len(classes)} classes {have} no test row ({named}): means are over the others.",
            f"{len(classes)} 个类别中有 {len(without)} 个没有测试行（{named}），平均值只计其余类别。",
        )
    ]


def _chosen_rows(comparison: Comparison) -> list[str]:
    """Rows that a strategy chose to be labelled: a score on them would be biased."""
    chosen = comparison.data_summary.chosen
    if not chosen:
        return []
    names = ", ".join(f"{name} {rows}" for name, rows in chosen.items())
    count, rows = sum(chosen.values()), comparison.data_summary.rows
    said = f"{count} of {rows} rows were chosen by a strategy ({names})"
    said_zh = f"{rows} 行中有 {count} 行由策略选出（{names}）"
    if comparison.protocol["kind"] == "fixed":
        english = f"{said}: scores on those among the test rows are biased."
        return [Bilingual(english, f"{said_zh}，其中测试行上的分数有偏差。")]
    part, part_zh = (
        ("take no part", "不参与") if comparison.protocol["kind"] == "labelling" else ("only train", "只用于训练")
    )
    english = (
        f"{said}: they {part}, as scores on them would be biased; scores rest on the {rows - count} drawn at random."
    )
    return [
        Bilingual(
            english, f"{said_zh}，它们{part_zh}，因为在它们上面的分数会有偏差；分数只看随机抽取的 {rows - count} 行。"
        )
    ]


def _resolution(comparison: Comparison) -> list[str]:
    found = comparison.resolution
    if found is None:
        return []
    places = digits(comparison)
    power = f"a single test here has 80 % power for a difference of {short(found.detectable, places)}"
    apart = f"{short(abs(found.difference), places)} apart"
    needed = _rows_needed(comparison)
    return [
        Bilingual(
            f"Resolution: {power}; to tell {found.first} from {found.second} ({apart}) {needed}.",
            f"分辨力：这里单独一次检验发现 {short(found.detectable, places)} 的差别有 80 % 的把握；要分出 {found.first} 与 "
            f"{found.second}（相差 {short(abs(found.difference), places)}），{needed.chinese}。",
        )
    ]


def _rows_needed(comparison: Comparison) -> Bilingual:
    found, rows = comparison.resolution, tested_rows(comparison)
    if found is None:
        raise ValueError("a comparison without a resolution needs no rows")
    if found.most_rows is None:
        more = found.least_rows > rows
        least = f"takes {found.least_rows:,} rows or more" if more else "may take more rows than these"
        least_zh = f"至少要 {found.least_rows:,} 行" if more else "也许要比现在更多的行"
        return Bilingual(
            f"{least}; how many cannot be said, as they may be equal",
            f"{least_zh}；到底要多少说不准，因为两者可能一样好",
        )
    if found.most_rows <= rows:
        return Bilingual("takes no more rows than these", "现有的行已够")
    if found.least_rows <= rows:
        return Bilingual(f"may take up to {found.most_rows:,} rows", f"至多也许要 {found.most_rows:,} 行")
    return Bilingual(
        f"takes {found.least_rows:,} to {found.most_rows:,} rows", f"要 {found.least_rows:,} 至 {found.most_rows:,} 行"
    )
