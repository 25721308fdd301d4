"""What is said of measurements beside scores: probabilities, spread over repeats, time, and numbers of training rows."""

from __future__ import annotations

from collections.abc import Sequence

from bench.report.wording.base import Bilingual, in_chinese, in_language, several

STATED = Bilingual("stated probability", "所报概率")
RIGHT = Bilingual("share right", "判对的比例")
TRAINING_ROWS = Bilingual("training rows, logarithmic scale", "训练行数（对数刻度）")
LEARNS = Bilingual("read and fit: to learn from a row", "读与拟合：学习一行")
ANSWERS = Bilingual("read and predict: to label a row", "读与预测：标注一行")
TIME = Bilingual("time a row on one core, logarithmic scale", "每行用时（单核，对数刻度）")
NO_PROBABILITIES = Bilingual(
    "No system here gives probabilities; “calibration: sigmoid” in the experiment file makes them.",
    "这里没有系统给出概率；在实验文件里写 calibration: sigmoid 可得到概率。",
)


def calibration_words(repeats: int, bins: int, rows: int | None) -> Bilingual:
    """The text above the reliability curves. rows: how many rows the data has where these are few, else None."""
    few = "" if rows is None else f" With {rows} rows, each bin holds few of them."
    few_zh = "" if rows is None else f"这里只有 {rows} 行，每段里的行不多。"
    return Bilingual(
        f"The probability that a system states for its prediction, by a model that had not seen the row, pooled over "
        f"{several(repeats, 'repeat')} in up to {bins} bins of equal width. Predictions of one row in several repeats "
        f"are not independent.{few}",
        f"系统为自己的预测报出的概率，模型没有见过该行；{repeats} 次重复合在一起，分成至多 {bins} 个等宽的段。同一行在几次重复中的预测并不独立。{few_zh}",
    )


def calibration_caption(drawn: int, all_: int) -> Bilingual:
    """The caption of the reliability curves. drawn: how many of all systems are drawn."""
    rest = f" Drawn are the best {drawn} of {all_} systems." if all_ > drawn else ""
    rest_zh = f"只画出 {all_} 个系统中最好的 {drawn} 个。" if all_ > drawn else ""
    return Bilingual(
        f"On the dashed line, predictions are right as often as stated; below it, the system is too sure. Larger dots "
        f"hold more predictions.{rest}",
        f"在虚线上，判对的比例与所报概率相同；在虚线下方，系统过于自信。圆点越大，预测越多。{rest_zh}",
    )


def calibration_title(systems: int) -> Bilingual:
    """The title of the reliability curves, which a screen reader reads out."""
    return Bilingual(
        f"Share right against stated probability, {several(systems, 'system')}", f"{systems} 个系统判对的比例与所报概率"
    )


def bin_tip(system: str, stated: str, right: str, count: int) -> Bilingual:
    """The tooltip of a dot of a reliability curve."""
    return Bilingual(
        f"{system}: {several(count, 'prediction')} stated {stated}, {right} right",
        f"{system}：{count} 个预测报 {stated}，判对 {right}",
    )


ONE_REPEAT = Bilingual(
    "There is only one repeat, so how much scores depend on the splits cannot be seen.",
    "只有一次重复，看不出分数在多大程度上取决于划分。",
)


def stability_words(repeats: int, *, given: bool) -> Bilingual:
    """The text above the scores of all repeats. given: whether training rows were given with the data."""
    each = (
        ("trains on other rows and tests on the same", "用另一些行训练，在同样的行上测试")
        if given
        else ("splits the same rows in another way", "以另一种方式划分同样的行")
    )
    luck = ("training rows", "训练行") if given else ("splits", "划分")
    return Bilingual(
        f"Each of {several(repeats, 'repeat')} {each[0]}. The spread shows the luck of the {luck[0]} alone. It is not an "
        f"interval, which also allows for the luck of which rows were tested.",
        f"{repeats} 次重复，每次{each[1]}。这里的离散只反映{luck[1]}的运气，不是区间；区间还计入了测试行的运气。",
    )


def strips_caption() -> Bilingual:
    """The caption of the drawing of all repeats."""
    return Bilingual("Each line is one repeat; the dot is their mean.", "每条短线是一次重复，圆点是平均值。")


def strips_title(metric: str, systems: int) -> Bilingual:
    """The title of the drawing of all repeats, which a screen reader reads out."""
    return Bilingual(
        f"{metric} of every repeat, {several(systems, 'system')}", in_chinese(f"{systems} 个系统每次重复的", metric)
    )


def spread_caption(metric: str) -> Bilingual:
    """The caption of the table under the drawing of all repeats."""
    return Bilingual(f"Spread of {metric} over repeats", in_chinese("各次重复的", metric))


def strip_tip(system: str, metric: str, mean: str, low: str, high: str) -> Bilingual:
    """The tooltip of a dot in the drawing of all repeats."""
    return Bilingual(
        f"{system}: mean {metric} {mean}, from {low} to {high}",
        in_chinese(f"{system}：", metric, f"平均 {mean}，从 {low} 到 {high}"),
    )


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
