"""The sections of a comparison: headings, and what is said above and under their tables and drawings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.report.wording.base import Bilingual, in_language

TITLES: Mapping[str, Bilingual] = {
    "scores": Bilingual("Scores", "分数"),
    "systems": Bilingual("Systems", "系统"),
    "differences": Bilingual("Differences", "差别"),
    "classes": Bilingual("Classes", "类别"),
    "mistakes": Bilingual("Mistakes", "错判"),
    "calibration": Bilingual("Calibration", "校准"),
    "stability": Bilingual("Stability", "稳定性"),
    "cost": Bilingual("Cost", "开销"),
    "across": Bilingual("Across data sets", "多个数据集"),
    "curves": Bilingual("Learning curves and other protocols", "学习曲线与其他协议"),
    "protocols": Bilingual("The same rows under other protocols", "同样的行，其他协议"),
}

COLUMNS: Mapping[str, Bilingual] = {
    "system": Bilingual("system", "系统"),
    "tier": Bilingual("tier", "档"),
    "interval": Bilingual("95 %", "95 % 区间"),
    "difference": Bilingual("difference", "差"),
    "p": Bilingual("p", "p"),
    "features": Bilingual("features", "特征"),
    "classifier": Bilingual("classifier", "分类器"),
    "tuned": Bilingual("values tried", "试过的参数"),
    "chosen": Bilingual("chosen, of all fits", "选中的参数（次数）"),
    "experiment": Bilingual("experiment", "实验"),
    "versions": Bilingual("versions", "版本"),
    "run": Bilingual("run", "运行"),
    "mistakes": Bilingual("mistakes", "错判的行"),
    "first": Bilingual("first", "甲"),
    "second": Bilingual("second", "乙"),
    "first_minus_second": Bilingual("first − second", "甲 − 乙"),
    "uncorrected": Bilingual("95 %, not corrected", "95 % 区间，未校正"),
    "p_holm": Bilingual("p, corrected (Holm)", "p，已校正（Holm）"),
    "verdict": Bilingual("verdict", "结论"),
    "row_minus_column": Bilingual("row − column", "行 − 列"),
    "label_predicted": Bilingual("label \\ predicted", "标签 \\ 预测"),
    "label": Bilingual("label", "标签"),
    "predicted": Bilingual("predicted", "预测"),
    "times": Bilingual("times", "次数"),
    "spread": Bilingual("standard deviation", "标准差"),
    "smallest": Bilingual("lowest", "最低"),
    "largest": Bilingual("highest", "最高"),
    "changes": Bilingual("rows whose prediction changes", "预测会变的行"),
    "calibration_error": Bilingual("expected calibration error", "期望校准误差"),
    "brier": Bilingual("Brier score", "Brier 分数"),
    "log_loss": Bilingual("log loss", "对数损失"),
    "predictions": Bilingual("predictions", "预测数"),
    "stated": Bilingual("mean probability", "平均概率"),
    "share_right": Bilingual("share right", "判对的比例"),
    "read": Bilingual("read a row", "读一行"),
    "fit": Bilingual("fit, a row", "拟合，每行"),
    "predict": Bilingual("predict a row", "预测一行"),
    "learn": Bilingual("read + fit", "读 + 拟合"),
    "answer": Bilingual("read + predict", "读 + 预测"),
    "columns": Bilingual("columns", "列数"),
    "class": Bilingual("class", "类别"),
    "rows": Bilingual("rows", "行数"),
    "share": Bilingual("share", "比例"),
    "characters": Bilingual("characters, median", "字数（中位数）"),
    "article": Bilingual("article", "文章"),
    "group": Bilingual("group", "组"),
    "commonest": Bilingual("commonest class", "最多的类别"),
}

ACROSS: Mapping[str, Bilingual] = {
    "system": COLUMNS["system"],
    "mean rank": Bilingual("mean rank", "平均名次"),
    "95 %": COLUMNS["interval"],
    "wins–ties–losses": Bilingual("wins–ties–losses", "胜–平–负"),
}
"""Columns of the table of several data sets, by their English heads."""

CAPTIONS: Mapping[str, Bilingual] = {
    "scores": Bilingual("Scores, best first", "分数，从高到低"),
    "systems": Bilingual("What each system is made of", "各系统的构成"),
    "classes": Bilingual("F1 of each class", "各类别的 F1"),
    "probabilities": Bilingual("How good the probabilities are; 0 is best", "概率有多准（0 最好）"),
    "bins": Bilingual("Bins of stated probability", "按所报概率分段"),
    "costs": Bilingual("What each system costs, a row", "各系统每行的开销"),
    "asked": Bilingual("What chat models took", "对话模型的用量"),
    "commonest": Bilingual("Most frequent mistakes", "最常见的错判"),
}

IN_TABLE = Bilingual("The table below has the same numbers.", "下表有同样的数。")
STATED = Bilingual("stated probability", "所报概率")
RIGHT = Bilingual("share right", "判对的比例")
TRAINING_ROWS = Bilingual("training rows, logarithmic scale", "训练行数（对数刻度）")
LEARNS = Bilingual("read and fit: to learn from a row", "读与拟合：学习一行")
ANSWERS = Bilingual("read and predict: to label a row", "读与预测：标注一行")
TIME = Bilingual("time a row on one core, logarithmic scale", "每行用时（单核，对数刻度）")
CANNOT_TELL = Bilingual("could be chance", "可能只是偶然")


METRICS = {
    "accuracy": "准确率",
    "balanced_accuracy": "平衡准确率",
    "precision_macro": "宏平均精确率",
    "recall_macro": "宏平均召回率",
}


def metric(name: str, heading: str) -> Bilingual:
    """The name of a metric in both languages. heading: its English name."""
    return Bilingual(heading, METRICS.get(name, heading))


def several(count: int, one: str, many: str = "") -> str:
    """So many things in English, the noun in the plural where there is not one.

    >>> several(1, "repeat"), several(1200, "class", "classes")
    ('1 repeat', '1,200 classes')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def alike(versions: Mapping[str, str], machine: str) -> Bilingual:
    """The versions that all systems of a table ran with. machine: the one that all ran on; empty if not known."""
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    there = (f" on {machine}", f"，在 {machine} 上运行") if machine else ("", "")
    return Bilingual(f"All ran with {named}{there[0]}.", f"全部使用 {named}{there[1]}。")


ONE_VALUE = Bilingual("nothing to tune", "无需调参")
MISTAKES_OF = Bilingual("show", "查看")


def values_chosen(name: str, values: Sequence[tuple[str, int]], more: int) -> Bilingual:
    """The values that tuning chose, each with how often it was chosen.

    name: the field that the values belong to, empty where they name it themselves. more: how many others were chosen.
    """
    named = (f"{name}: " if name else "") + ", ".join(f"{value} ({times}×)" for value, times in values)
    rest = (f", {several(more, 'other')}", f"，另有 {more} 种") if more else ("", "")
    return Bilingual(named + rest[0], named + rest[1])


def told(shown: int, pairs: int, family: int) -> Bilingual:
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


BLOCKS = Bilingual("Lines part the tiers.", "横线隔开各档。")


def against_best(best: str, most: int) -> Bilingual:
    """Says that only differences from the best system are shown, as there are more than `most` systems."""
    return Bilingual(
        f"With more than {most} systems, only differences from the best, {best}, are shown; the folded table has all "
        f"pairs.",
        f"系统超过 {most} 个，这里只列与最好的 {best} 的差；全部各对在折叠的表里。",
    )


def matrix_caption(metric: str) -> Bilingual:
    """The caption of the matrix of differences."""
    return Bilingual(f"Difference of {metric}, row − column", f"{metric} 之差（行 − 列）")


def best_caption(metric: str, best: str) -> Bilingual:
    """The caption of the table of differences from the best system."""
    return Bilingual(f"Difference of {metric} from {best}", f"与 {best} 的 {metric} 之差")


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
    return Bilingual(f"{metric} of every repeat, {several(systems, 'system')}", f"{systems} 个系统每次重复的 {metric}")


def spread_caption(metric: str) -> Bilingual:
    """The caption of the table under the drawing of all repeats."""
    return Bilingual(f"Spread of {metric} over repeats", f"各次重复的 {metric}")


def strip_tip(system: str, metric: str, mean: str, low: str, high: str) -> Bilingual:
    """The tooltip of a dot in the drawing of all repeats."""
    return Bilingual(
        f"{system}: mean {metric} {mean}, from {low} to {high}", f"{system}：{metric} 平均 {mean}，从 {low} 到 {high}"
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
    return Bilingual(f"{metric} of the same rows", f"同样的行的 {metric}")


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
    return Bilingual(f"Learning curves: {metric} against training rows", f"学习曲线：{metric} 与训练行数")


def curve_tip(system: str, size: int, score: str, limits: str) -> Bilingual:
    """The tooltip of a dot of a learning curve."""
    return Bilingual(
        f"{system}, {size:,} training rows: {score} {limits}", f"{system}，训练 {size:,} 行：{score} {limits}"
    )
