"""Notes on what so few rows, or rows in groups, cannot show."""

from __future__ import annotations

from bench.comparison import Comparison
from bench.core.languages import Bilingual
from bench.report.tables.numbers import digits, short, tested_rows

MOST_NAMED = 3


def cannot_show(comparison: Comparison) -> list[Bilingual]:
    """What this data cannot show, a line each, the gravest first."""
    return [*grave_limits(comparison), *resolution_notes(comparison), one_row(comparison)]


def grave_limits(comparison: Comparison) -> list[Bilingual]:
    """What changes how every score of the table is to be read."""
    return [
        *_untested(comparison),
        *_unnamed_labels(comparison),
        *_chosen_rows(comparison),
        *_split_groups(comparison),
    ]


def _unnamed_labels(comparison: Comparison) -> list[Bilingual]:
    """Answers of chat models that name no label."""
    lines = []
    for row in comparison.rows:
        if row.chat_use is not None and row.chat_use.invalid:
            invalid = row.chat_use.invalid
            why, count = ", ".join(f"{reason} {times:,}" for reason, times in invalid.items()), sum(invalid.values())
            lines.append(
                Bilingual(
                    f"{row.system}: {count:,} answers name no label ({why}); they count as wrong.",
                    f"{row.system}：有 {count:,} 个回答没有给出标签（{why}），按答错计。",
                )
            )
    return lines


def _untested(comparison: Comparison) -> list[Bilingual]:
    classes = comparison.data_summary.classes
    without = [name for name in classes if name not in comparison.tested]
    if not without:
        return []
    more = ", …" if len(without) > MOST_NAMED else ""
    have = "has" if len(without) == 1 else "have"
    return [
        Bilingual(
            f"{len(without)} of {len(classes)} classes {have} no test row ({', '.join(without[:MOST_NAMED])}{more}): "
            f"averages leave them out.",
            f"{len(classes)} 个类别中有 {len(without)} 个没有测试行"
            f"（{'、'.join(without[:MOST_NAMED])}{'……' if more else ''}），平均分不含它们。",
        )
    ]


def _chosen_rows(comparison: Comparison) -> list[Bilingual]:
    """Rows that a strategy chose to be labelled: a score on them would be biased."""
    chosen, rows = comparison.data_summary.chosen, comparison.data_summary.rows
    if not chosen:
        return []
    names = ", ".join(f"{name} {count}" for name, count in chosen.items())
    count = sum(chosen.values())
    english, chinese = (
        f"{count} of {rows} rows were chosen by a strategy ({names})",
        f"{rows} 行中有 {count} 行由策略选出",
    )
    if comparison.protocol["kind"] == "fixed":
        return [
            Bilingual(f"{english}: scores on those among the test rows are biased.", f"{chinese}，在其上的分数有偏。")
        ]
    unused = comparison.protocol["kind"] == "labelling"
    return [
        Bilingual(
            f"{english}, on which scores would be biased: they are {'not used' if unused else 'only trained on'}. "
            f"Scores are for the {rows - count} rows drawn at random.",
            f"{chinese}，在其上评分会有偏：它们{'不参与' if unused else '只用于训练'}。分数只看随机抽取的 {rows - count} 行。",
        )
    ]


def _split_groups(comparison: Comparison) -> list[Bilingual]:
    groups = comparison.data_summary.groups
    if groups is None or groups >= comparison.data_summary.rows or comparison.blocked:
        return []
    return [
        Bilingual(
            f"Rows of the same group ({groups} groups in all) are in both training and test. On new groups expect lower "
            f"scores; the intervals do not allow for this and may be too narrow.",
            f"同一组的行（共 {groups} 组）既在训练里也在测试里。换成新的组，分数可能更低；区间没有考虑这一点，可能偏窄。",
        )
    ]


def one_row(comparison: Comparison) -> Bilingual:
    """How much a single row weighs."""
    points = f"{100 / tested_rows(comparison):.2g}"
    return Bilingual(
        f"One row more or less right moves accuracy by {points} points.",
        f"对错相差一行，准确率就差 {points} 个百分点。",
    )


def resolution_notes(comparison: Comparison) -> list[Bilingual]:
    """How large a difference must be to be shown here, and how many rows would show that of the two best systems."""
    found = comparison.resolution
    if found is None:
        return []
    places = digits(comparison)
    detectable, apart = short(found.detectable, places), short(abs(found.difference), places)
    first = Bilingual(
        f"A single test, of two systems chosen beforehand, finds a difference of {detectable} in 80 % of cases.",
        f"只检验事先选定的两个系统时，有 80 % 的机会发现 {detectable} 的差别。",
    )
    tiers = {row.system: row.tier for row in comparison.rows}
    if tiers.get(found.second) != tiers.get(found.first):
        return [first]  # a test has shown it already
    needed = _rows_needed(comparison, apart)
    return [Bilingual(f"{first} {needed}", f"{first.chinese}{needed.chinese}")]


def _rows_needed(comparison: Comparison, apart: str) -> Bilingual:
    """How many rows would separate the two best systems, in a sentence."""
    found, rows = comparison.resolution, tested_rows(comparison)
    if found is None:
        raise ValueError("a comparison without a resolution needs no rows")
    english = f"{found.first} from {found.second} ({apart} apart)"
    chinese = f"{found.first} 与 {found.second}（相差 {apart}）"
    if found.most_rows is None:
        more = found.least_rows > rows
        return Bilingual(
            f"More rows may never separate {english}, as they may be equal"
            + (f"; in the luckiest case {found.least_rows:,} rows would." if more else "."),
            f"再多的行也可能分不出 {chinese}，因为两者可能一样好"
            + (f"；最顺利时也要 {found.least_rows:,} 行。" if more else "。"),
        )
    if found.most_rows <= rows:
        return Bilingual(
            f"To separate {english} takes no more rows than there are.", f"要分出 {chinese}，现有的行就够。"
        )
    if found.least_rows <= rows:
        return Bilingual(
            f"To separate {english} may take up to {found.most_rows:,} rows.",
            f"要分出 {chinese}，可能要多到 {found.most_rows:,} 行。",
        )
    return Bilingual(
        f"To separate {english} takes {found.least_rows:,} to {found.most_rows:,} rows.",
        f"要分出 {chinese}，要 {found.least_rows:,} 到 {found.most_rows:,} 行。",
    )
