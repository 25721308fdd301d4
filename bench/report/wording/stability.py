"""Sentences on how much scores vary over repeats."""

from __future__ import annotations

from bench.report.wording.base import Bilingual, in_chinese, several

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
