"""The title of a comparison, and the notes that a reader needs to read its table correctly."""

from __future__ import annotations

from collections.abc import Iterable

from bench.comparison import Comparison
from bench.core.languages import Bilingual, in_chinese, in_language
from bench.report.tables.columns.base import shown_columns
from bench.report.tables.confidence import best_notes, few_groups_notes, halves_notes, interval_notes
from bench.report.tables.limits import cannot_show, grave_limits, one_row, resolution_notes
from bench.report.tables.numbers import CONTROL_MARK, MOST_CLASSES, NONE, TRANSDUCTIVE_MARK, heading, tested_rows

__all__ = ["cannot_show", "chosen_notes", "notes", "title"]

_MOST_WARNED = 3
_SHOWN = 3


def title(comparison: Comparison) -> Bilingual:
    """What the runs of a table have in common, in one line."""
    summary = comparison.data_summary
    tested, names = tested_rows(comparison), ", ".join(comparison.experiments)
    held_out = tested != summary.rows
    classes = len(summary.classes)
    splits = in_language(comparison.splits, "zh")
    return Bilingual(
        f"{names}: {summary.rows} rows{f', {tested} of them tested' if held_out else ''}, {classes} classes; "
        f"{comparison.splits}",
        f"{names}：{summary.rows} 行{f'，其中 {tested} 行用于测试' if held_out else ''}，{classes} 个类别；{splits}",
    )


def notes(comparison: Comparison) -> list[str]:
    """All that a reader can know of the table, a line each, the most important first."""
    shown, further = chosen_notes(comparison)
    return [*shown, *further]


def chosen_notes(comparison: Comparison) -> tuple[list[str], list[str]]:
    """What a reader must know of these results, and what else there is to know.

    The first are three lines at most, and one for each number that is missing.
    """
    missing = list(dict.fromkeys(_missing(comparison)))
    important = [
        *_legend(comparison),
        *few_groups_notes(comparison),
        *grave_limits(comparison),
        *_fit_warnings(comparison),
        *_versions(comparison),
        *_chosen(comparison),
        *(line for columns in shown_columns(comparison) for line in columns.notes(comparison)),
        *best_notes(comparison),
        *resolution_notes(comparison),
    ]
    further = [*interval_notes(comparison), *halves_notes(comparison), one_row(comparison), *_data(comparison)]
    return [*missing, *important[:_SHOWN]], [*important[_SHOWN:], *further]


def _legend(comparison: Comparison) -> list[Bilingual]:
    """The marks of the table."""
    parts = []
    if any(row.cells[comparison.metric].low is not None for row in comparison.rows):
        parts.append(Bilingual("[ ]: 95 % interval", "[ ]：95 % 区间"))
    if any(row.tier is not None for row in comparison.rows):
        parts.append(
            Bilingual("tier: systems that no test separates from its best one", "档：检验分不出与同档最好者的高下")
        )
    if comparison.pairs:
        tests = comparison.pairs.family
        several = Bilingual(f"p: corrected for {tests} tests (Holm)", f"p：按 {tests} 次检验校正（Holm）")
        parts.append(several if tests > 1 else Bilingual("p: one test", "p：一次检验"))
    if any(row.control for row in comparison.rows):
        parts.append(Bilingual(f"{CONTROL_MARK}: control, does not read the words", f"{CONTROL_MARK}：对照，不看文字"))
    if comparison.transductive:
        text = f"{TRANSDUCTIVE_MARK}: transductive, has learnt from the texts of the test rows, not from their labels"
        parts.append(Bilingual(text, f"{TRANSDUCTIVE_MARK}：直推式，学习时见过测试行的文字，没有见过标签"))
    if not parts:
        return []
    english = "; ".join(parts)
    return [Bilingual(f"{english[0].upper()}{english[1:]}.", f"{'；'.join(part.chinese for part in parts)}。")]


def _missing(comparison: Comparison) -> Iterable[str]:
    """Why a number is not there."""
    for row in comparison.rows:
        if row.impossible:
            yield Bilingual(f"{NONE}: cannot be computed: {row.error}", f"{NONE}：无法计算：{row.error}")
    for row in comparison.rows:
        if row.error and not row.impossible:
            yield Bilingual(f"{row.system} failed: {row.error}", f"{row.system} 失败：{row.error}")
    reasons = {
        (metric, cell.reason)
        for row in comparison.rows
        for metric, cell in row.cells.items()
        if cell.mean is None and cell.reason and not row.error
    }
    for metric, reason in sorted(reasons):
        named = heading(metric)
        yield Bilingual(f"{NONE} in {named}: {reason}", in_chinese(named, f"中的 {NONE}：", reason))


def _versions(comparison: Comparison) -> list[Bilingual]:
    return [
        Bilingual(
            f"These runs used different versions of {name}: {', '.join(versions)}.",
            f"这些运行用了不同版本的 {name}：{'、'.join(versions)}。",
        )
        for name, versions in comparison.versions.items()
    ]


def _fit_warnings(comparison: Comparison) -> list[Bilingual]:
    warned: dict[str, list[str]] = {}
    for row in comparison.rows:
        for category, times in row.fit_warnings.items():
            warned.setdefault(category, []).append(f"{row.system} ({times}×)")
    lines = []
    for category, rows in sorted(warned.items()):
        more = len(rows) - _MOST_WARNED
        lines.append(
            Bilingual(
                f"{category} while fitting: {', '.join(rows[:_MOST_WARNED])}"
                + (f" and {more} more systems." if more > 0 else "."),
                f"拟合时有 {category}：{'、'.join(rows[:_MOST_WARNED])}"
                + (f" 等 {len(rows)} 个系统。" if more > 0 else "。"),
            )
        )
    return lines


def _chosen(comparison: Comparison) -> list[Bilingual]:
    """What of the stored runs is shown, and how, where that was asked for."""
    lines = []
    if comparison.left_out:
        systems = "1 system was" if comparison.left_out == 1 else f"{comparison.left_out} systems were"
        lines.append(
            Bilingual(
                f"{systems} left out by --systems: tests and tiers are among the shown ones alone.",
                f"--systems 略去了 {comparison.left_out} 个系统：检验与分档只在所示系统之间进行。",
            )
        )
    if comparison.sort is not None and comparison.sort != comparison.metric:
        by, tested = heading(comparison.sort), heading(comparison.metric)
        lines.append(
            Bilingual(
                f"Sorted by {by}; tests and tiers are of {tested}.",
                in_chinese("按", by, "排序；检验与分档按", tested, "。"),
            )
        )
    return lines


def _data(comparison: Comparison) -> list[Bilingual]:
    """Where to find the numbers that are not shown, and which data this is."""
    classes, digest = len(comparison.data_summary.classes), comparison.data_summary.sha256[:12]
    found = []
    if classes > MOST_CLASSES:
        english = f"F1 of each of the {classes} classes: --format csv or json."
        found.append(Bilingual(english, f"{classes} 个类别各自的 F1：--format csv 或 json。"))
    return [*found, Bilingual(f"Digest of the data: {digest}.", f"数据的哈希：{digest}。")]
