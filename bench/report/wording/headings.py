"""Headings of sections, columns and tables, and the names of metrics."""

from __future__ import annotations

from collections.abc import Mapping

from bench.report.wording.base import Bilingual

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
METRICS = {
    "accuracy": "准确率",
    "balanced_accuracy": "平衡准确率",
    "precision_macro": "宏平均精确率",
    "recall_macro": "宏平均召回率",
}


def metric_name(name: str, heading: str) -> Bilingual:
    """The name of a metric in both languages. heading: its English name."""
    return Bilingual(heading, METRICS.get(name, heading))
