"""Sentences on whether stated probabilities come true."""

from __future__ import annotations

from bench.report.wording.base import Bilingual, several

STATED = Bilingual("stated probability", "所报概率")
RIGHT = Bilingual("share right", "判对的比例")
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
