"""Sentences on classes, and on the mistakes of systems."""

from __future__ import annotations

from collections.abc import Sequence

from bench.report.wording.base import Bilingual, several


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
