"""Sentences on what systems cost."""

from __future__ import annotations

from collections.abc import Sequence

from bench.report.wording.base import Bilingual, in_language, several

LEARNS = Bilingual("read and fit: to learn from a row", "读与拟合：学习一行")
ANSWERS = Bilingual("read and predict: to label a row", "读与预测：标注一行")
TIME = Bilingual("time a row on one core, logarithmic scale", "每行用时（单核，对数刻度）")
NO_TIMES = Bilingual(
    "No times are stored with these results, as they differ from machine to machine. Run the experiment again with "
    "“bench run CONFIG --force” to measure them here.",
    "这些结果没有保存用时，因为各台机器不同。用 bench run CONFIG --force 重新运行可在本机测量。",
)
UNKNOWN_MACHINE = Bilingual("an unknown machine", "未记录的机器")


def cost_words(machines: Sequence[str]) -> Bilingual:
    """The text above the costs. machines: those on which times were measured."""
    named = [", ".join(machines) or in_language(UNKNOWN_MACHINE, language) for language in ("en", "zh")]
    return Bilingual(
        f"Measured on one core of {named[0]}. Reading is making features of a text, embedding included; fitting includes "
        f"tuning. Columns are those of the matrix that the classifier is fitted on.",
        f"在 {named[1]} 的一个核上测得。“读”是把文字变成特征，包括计算句向量；“拟合”包括调参。列数是分类器所用矩阵的列数。",
    )


COST_CAPTION = Bilingual(
    "Best score first. Farther left is cheaper; each vertical line is ten times the one before.",
    "分数高的在前。越靠左越省，每条竖线是前一条的十倍。",
)


def cost_title(systems: int) -> Bilingual:
    """The title of the drawing of costs, which a screen reader reads out."""
    return Bilingual(f"Time a row, {several(systems, 'system')}", f"{systems} 个系统每行的用时")


def cost_tip(system: str, kind: str, time: str, score: str) -> Bilingual:
    """The tooltip of a dot in the drawing of costs. kind: `LEARNS` or `ANSWERS`."""
    return Bilingual(
        f"{system}: {in_language(kind, 'en')}, {time}; score {score}",
        f"{system}：{in_language(kind, 'zh')}，{time}；分数 {score}",
    )
