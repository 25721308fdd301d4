"""Sentences on the same rows under several protocols, and on learning curves."""

from __future__ import annotations

from bench.report.wording.base import Bilingual, in_chinese

TRAINING_ROWS = Bilingual("training rows, logarithmic scale", "训练行数（对数刻度）")


def same_rows(metric: str) -> Bilingual:
    """The caption of the table of protocols."""
    return Bilingual(f"{metric} of the same rows", in_chinese("同样的行的", metric))


def whole_groups(gap: str) -> Bilingual:
    """What keeping groups whole takes from a score."""
    return Bilingual(f"{gap} with groups kept whole", f"整组划分时 {gap}")


NO_SIZES = Bilingual(
    "No runs with several training sizes: “train_sizes: [10, 20, all]” in an experiment's protocol gives learning "
    "curves.",
    "没有不同训练行数的运行；在实验的 protocol 里写 train_sizes: [10, 20, all] 可得到学习曲线。",
)
SIZES_NOT_TESTED = Bilingual(
    "Scores of one system at two sizes share rows, so the slopes of these lines are not tested.",
    "同一系统在两种训练行数下的分数用了相同的行，所以这些线的坡度没有检验。",
)
CURVES_CAPTION = Bilingual("Vertical lines are 95 % intervals.", "竖线是 95 % 区间。")


def curves_title(metric: str) -> Bilingual:
    """The title of the learning curves, which a screen reader reads out."""
    return Bilingual(f"Learning curves: {metric} against training rows", in_chinese("学习曲线：", metric, "与训练行数"))


def curve_tip(system: str, size: int, score: str, limits: str) -> Bilingual:
    """The tooltip of a dot of a learning curve."""
    return Bilingual(
        f"{system}, {size:,} training rows: {score} {limits}", f"{system}，训练 {size:,} 行：{score} {limits}"
    )
