"""What is said of scores: the systems, their differences, and the classes that they mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.report.wording.base import Bilingual, in_chinese, several

CANNOT_TELL = Bilingual("could be chance", "可能只是偶然")


def alike(versions: Mapping[str, str], machine: str) -> Bilingual:
    """The versions that all systems of a table ran with. machine: the one that all ran on; empty if not known."""
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    there = (f" on {machine}", f"，在 {machine} 上运行") if machine else ("", "")
    return Bilingual(f"All ran with {named}{there[0]}.", f"全部使用 {named}{there[1]}。")


YES, NO = Bilingual("yes", "是"), Bilingual("no", "否")
ONE_VALUE = Bilingual("nothing to tune", "无需调参")
MISTAKES_OF = Bilingual("show", "查看")


def calibrated(classifier: str, calibration: str) -> Bilingual:
    """A classifier whose probabilities are calibrated. calibration: how, as it is set."""
    return Bilingual(f"{classifier}, calibration {calibration}", f"{classifier}，校准 {calibration}")


def values_chosen(name: str, values: Sequence[tuple[str, int]], more: int) -> Bilingual:
    """The values that tuning chose, each with how often it was chosen.

    name: the field that the values belong to, empty where they name it themselves. more: how many others were chosen.
    """
    named = (f"{name}: " if name else "") + ", ".join(f"{value} ({times}×)" for value, times in values)
    rest = (f", {several(more, 'other')}", f"，另有 {more} 种") if more else ("", "")
    return Bilingual(named + rest[0], named + rest[1])


def shown_to_differ(shown: int, pairs: int, family: int) -> Bilingual:
    """How many pairs differ by more than chance. family: how many tested pairs Holm's method corrects for."""
    over = (
        ("all of them", "全部各对")
        if family == pairs
        else (f"all {family:,} tested pairs", f"测过的全部 {family:,} 对")
    )
    return Bilingual(
        f"{shown} of {pairs:,} pairs differ by more than chance (p < .05, corrected by Holm's method over {over[0]}). "
        f"▲: the system of the row scores better; ▼: worse. Grey: the difference could be chance.",
        f"{pairs:,} 对中有 {shown} 对的差别不只是偶然（p < .05，按 Holm 法对{over[1]}校正）。▲ 表示该行的系统更好，▼ 表示更差；"
        f"灰色的差别可能只是偶然。",
    )


TIER_LINES = Bilingual("Lines separate the tiers.", "横线隔开各档。")


def against_best(best: str, most: int) -> Bilingual:
    """Says that only differences from the best system are shown, as there are more than `most` systems."""
    return Bilingual(
        f"With more than {most} systems, only differences from the best, {best}, are shown; the folded table has all "
        f"pairs.",
        f"系统超过 {most} 个，这里只列与最好的 {best} 的差；全部各对在折叠的表里。",
    )


def matrix_caption(metric: str) -> Bilingual:
    """The caption of the matrix of differences."""
    return Bilingual(f"Difference of {metric}, row − column", in_chinese(metric, "之差（行 − 列）"))


def best_caption(metric: str, best: str) -> Bilingual:
    """The caption of the table of differences from the best system."""
    return Bilingual(f"Difference of {metric} from {best}", in_chinese(f"与 {best} 的", metric, "之差"))


def all_pairs(count: int) -> Bilingual:
    """The heading of the folded table of all pairs."""
    return Bilingual(f"All {count:,} pairs with intervals", f"全部 {count:,} 对及其区间")


def better(system: str) -> Bilingual:
    """The verdict on a pair."""
    return Bilingual(f"{system} is better", f"{system} 更好")


def classes_words(smallest: str, rows: int) -> Bilingual:
    """The text above the table of classes. smallest: the class with the fewest rows; rows: how many it has."""
    return Bilingual(
        f"Number of rows in brackets, 95 % intervals under the scores. The fewer the rows, the wider the interval: "
        f"{smallest} has {rows}. Differences within a class are not tested. Click a score to see the rows.",
        f"括号内是行数，分数下面是 95 % 区间。行越少，区间越宽：{smallest} 有 {rows} 行。类别之内的差别没有检验。点分数可看对应的行。",
    )


def confusions_words(repeats: int) -> Bilingual:
    """The text above the confusion matrices."""
    return Bilingual(
        f"Of the rows with each label (down), the share predicted as each class (across), over "
        f"{several(repeats, 'repeat')}. Mistakes are coloured: the stronger the colour, the more of them. Click a share "
        f"to see its rows.",
        f"每个标签（纵）的行被判为各类别（横）的比例，共 {repeats} 次重复。错判有底色，颜色越重，错判越多。点比例可看对应的行。",
    )


def mistake(label: str, predicted: str, share: str, worst: str, worst_share: str) -> Bilingual:
    """A frequent mistake. share: over all systems but controls; worst: the system that makes it most."""
    most = f", most often by {worst} ({worst_share})" if worst else ""
    most_zh = f"，{worst} 最多（{worst_share}）" if worst else ""
    return Bilingual(
        f"{label} is taken for {predicted} in {share} of predictions{most}",
        f"{label} 有 {share} 被判为 {predicted}{most_zh}",
    )


NO_MISTAKES = Bilingual("No system but controls makes any mistake.", "除对照外没有系统判错。")


def others(count: int) -> Bilingual:
    """The heading of the folded tables of the other systems. count: how many systems these are."""
    return Bilingual(f"The other {several(count, 'system')}", f"其余 {count} 个系统")


def many_classes(classes: int, shown: int, repeats: int, systems: Sequence[str]) -> Bilingual:
    """The text in place of the confusion matrices, where there are too many classes for them."""
    named = ", ".join(systems)
    return Bilingual(
        f"With {classes} classes there are no matrices, but the {shown} most frequent mistakes, over "
        f"{several(repeats, 'repeat')} of {several(len(systems), 'system')}: {named}.",
        f"类别有 {classes} 个，所以不列矩阵，只列最常见的 {shown} 种错判，合计 {len(systems)} 个系统的 {repeats} 次重复：{named}。",
    )
