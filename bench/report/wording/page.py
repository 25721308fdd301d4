"""Sentences around the findings: title, contents, controls, foot, and those that the page's script shows."""

from __future__ import annotations

from collections.abc import Mapping

from bench.report.wording.base import Bilingual

PAGE: Mapping[str, Bilingual] = {
    "kind": Bilingual("Comparison of text classifiers", "文本分类系统比较"),
    "skip": Bilingual("Skip to the result", "跳到结果"),
    "contents": Bilingual("Contents", "目录"),
    "colours": Bilingual("Colours", "配色"),
    "as_system": Bilingual("as on this device", "随设备设置"),
    "light": Bilingual("light", "浅色"),
    "dark": Bilingual("dark", "深色"),
    "result": Bilingual("Result", "结果"),
    "more_results": Bilingual("Other experiments on this page", "本页其他实验"),
    "limits": Bilingual("What this data cannot show", "这些数据说明不了什么"),
    "how_to_read": Bilingual("How to read this", "怎样读"),
    "every_row": Bilingual("Every row", "逐行查看"),
    "every_row_of": Bilingual("Every row:", "逐行查看："),
    "show": Bilingual("Show", "展开"),
    "made_by": Bilingual("Made by", "制作："),
    "alone": Bilingual("This file needs no network and sends nothing.", "本文件不联网，也不发送任何内容。"),
    "more": Bilingual("The others", "其余"),
}
"""Texts of the page, by the name that the templates use."""

ROWS: Mapping[str, Bilingual] = {
    "caption": Bilingual(
        "Rows with their labels and how many systems got them wrong", "各行的标签，以及有多少个系统判错"
    ),
    "rule": Bilingual(
        "A system counts as wrong on a row if it is wrong in more than half of the repeats. Each prediction comes from a "
        "model that had not seen the row. Controls, marked *, are not counted.",
        "一个系统在一半以上的重复中判错某一行，就算它判错这一行。每次预测所用的模型都没有见过这一行。带 * 的对照不计入。",
    ),
    "no_script": Bilingual(
        "Filters and the predictions of each system need JavaScript; the table does not.",
        "筛选和各系统的预测需要 JavaScript，表格不需要。",
    ),
    "experiment": Bilingual("Experiment", "实验"),
    "label": Bilingual("Label", "标签"),
    "predicted": Bilingual("Predicted at least once", "曾被判为"),
    "group": Bilingual("Article or group", "文章或组"),
    "system": Bilingual("System", "系统"),
    "outcome": Bilingual("Result", "结果"),
    "text": Bilingual("Text contains", "文字包含"),
    "order": Bilingual("Order", "次序"),
    "any": Bilingual("any", "不限"),
    "all_systems": Bilingual("all but controls", "除对照外的全部"),
    "every": Bilingual("every row", "所有行"),
    "wrong": Bilingual("wrong", "判错"),
    "all_wrong": Bilingual("wrong by every system", "全部系统判错"),
    "unsure": Bilingual("prediction changes between repeats", "各次重复的预测不一致"),
    "disputed": Bilingual("annotators disagree", "标注者意见不一"),
    "right": Bilingual("right", "判对"),
    "reset": Bilingual("Clear", "清除"),
    "row": Bilingual("row", "行"),
    "text_column": Bilingual("text", "文字"),
    "group_column": Bilingual("article or group", "文章或组"),
    "label_column": Bilingual("label", "标签"),
    "wrong_column": Bilingual("systems wrong", "判错的系统"),
    "taken_column": Bilingual("mistaken for", "误判为"),
    "not_at_hand": Bilingual("not available", "无"),
    "earlier": Bilingual("Previous rows", "上一页"),
    "of": Bilingual("{0} of {1}", "{0}/{1}"),
    "later": Bilingual("Next rows", "下一页"),
    "pages": Bilingual("Pages of rows", "分页"),
}
"""Texts of the table of rows, by the name that its template uses."""

SCRIPT: Mapping[str, Bilingual] = {
    "copy": Bilingual("Copy", "复制"),
    "copied": Bilingual("Copied", "已复制"),
    "csv": Bilingual("Save CSV", "存为 CSV"),
    "page": Bilingual("page {0} of {1}", "第 {0} 页，共 {1} 页"),
    "of": Bilingual("{0} of {1}", "{0}/{1}"),
    "rows": Bilingual("{0} of {1} rows", "{1} 行中的 {0} 行"),
    "not_tested": Bilingual("not tested", "未测试"),
    "none": Bilingual("No row meets all of these conditions.", "没有一行符合全部条件。"),
    "drop": Bilingual("Drop “{0}”: {1} rows", "去掉“{0}”：{1} 行"),
    "drop_all": Bilingual("Drop all conditions: {0} rows", "去掉全部条件：{0} 行"),
    "all_systems": Bilingual("all but controls", "除对照外的全部"),
    "said": Bilingual("What each system predicted", "各系统的预测"),
    "system": Bilingual("system", "系统"),
    "predictions": Bilingual("predicted over the repeats", "各次重复的预测"),
    "probability": Bilingual("mean probability", "平均概率"),
    "times_right": Bilingual("right", "判对"),
    "repaired": Bilingual("As printed, and as repaired", "版面原文与修复后"),
    "raw": Bilingual("In the page's file (⏎ ends a block)", "版面文件中（⏎ 为文块结尾）"),
    "fixed": Bilingual("Repaired", "修复后"),
    "article": Bilingual("In its article", "所在文章"),
    "group": Bilingual("Its group", "所在的组"),
    "around": Bilingual("The rows around it", "前后各行"),
    "lost": Bilingual("[text was lost]", "[有缺文]"),
    "elsewhere": Bilingual("{0} more rows of this group are not on this page.", "这一组另有 {0} 行不在本页。"),
    "shares": Bilingual("Which n-grams decided: {0}", "哪些 n 元组起了作用：{0}"),
    "shares_how": Bilingual(
        "From the first repeat, by a model that had not seen the row: what each n-gram adds to the score of the class, "
        "less what it adds to all classes on average.",
        "取自第一次重复，模型没有见过这一行：每个 n 元组给该类别加的分，减去它给各类别加分的平均值。",
    ),
    "predicted_class": Bilingual("predicted", "预测"),
    "label_class": Bilingual("the label", "标签"),
    "both": Bilingual("predicted, and the label", "预测，即标签"),
    "for": Bilingual("for it", "支持"),
    "against": Bilingual("against it", "反对"),
}
"""Texts of the page's script. {0}, {1}: numbers or names that it fills in."""
