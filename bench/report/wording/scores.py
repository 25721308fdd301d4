"""Sentences on the scores of systems, and on the lines of their drawing."""

from __future__ import annotations

from bench.report.wording.base import Bilingual, in_chinese

_METRICS = {
    "f1_macro": Bilingual(
        "macro-F1 is the mean of the classes' F1, from 0 to 1: higher is better.",
        "macro-F1 是各类别 F1 的平均，从 0 到 1，越高越好。",
    ),
    "accuracy": Bilingual(
        "Accuracy is the share of rows that are right: higher is better.", "准确率是判对的行的比例，越高越好。"
    ),
}


def caption(metric: str) -> Bilingual:
    """The caption of the drawing of scores and intervals."""
    what = _METRICS.get(metric, Bilingual("", ""))
    return Bilingual(
        f"{what} The line through a score, its 95 % interval, shows how far the score on new rows of this kind may lie "
        f"from it. Blue circle: first tier, which no test separates from the best. Orange diamond: lower tier. Grey "
        f"square: control, which ignores the words. Dashed lines: agreement of annotators, and predictions made without "
        f"reading. Overlapping lines do not mean that two systems are equal: see Differences.".strip(),
        f"{what.chinese}分数两边的横线是 95 % 区间，表示在同类的新行上分数可能差多远。蓝色圆点：第一档，检验分不出它们与最好的系统。"
        f"橙色菱形：较低的档。灰色方块：对照，不看文字。虚线：标注者之间的一致程度，以及不看文字的预测。"
        f"横线重叠并不说明两个系统一样好，见“差别”。",
    )


def whiskers_title(metric: str, systems: int) -> Bilingual:
    """The title of the drawing of scores, which a screen reader reads out."""
    return Bilingual(
        f"{metric} of {systems} systems with 95 % intervals",
        in_chinese(f"{systems} 个系统的", metric, "与 95 % 区间"),
    )


IN_TABLE = Bilingual("The table of scores has the same numbers.", "分数表里有同样的数。")
FLOORS = {"majority": "多数类", "chance": "随机", "zero-shot": "只看类别名"}
"""Chinese names of the floors."""


def reference(name: str) -> Bilingual:
    """A ceiling or a floor beside its line in a drawing."""
    return Bilingual(name, {"annotators": "标注者", **FLOORS}.get(name, name))
