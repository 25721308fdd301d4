"""Sentences of the first screen: the advice's figures, and what the data cannot show."""

from __future__ import annotations

from collections.abc import Sequence

from bench.report.wording.base import Bilingual, in_chinese, in_language

ADVISED = Bilingual("Advised", "建议")
RUNNER_UP = Bilingual("Next in order", "其次")
COST = Bilingual("Its cost", "其开销")
BOUNDS = Bilingual("To compare", "参照")


def best(metric: str) -> Bilingual:
    """The label of the best score."""
    return Bilingual(f"Best {metric}", in_chinese("最高", metric))


def listed(texts: Sequence[Bilingual]) -> Bilingual:
    """Several texts joined by semicolons."""
    return Bilingual("; ".join(texts), "；".join(each.chinese for each in texts))


def scored(system: str, score: str, limits: str) -> Bilingual:
    """A system with its score. limits: empty where there is no interval."""
    return Bilingual(f"{system} {score} {limits}".rstrip(), f"{in_language(system, 'zh')} {score} {limits}".rstrip())


def runner_up(system: str, score: str, apart: str, p: str) -> Bilingual:
    """The second best. apart: its distance from the best; p: as written, empty where no test says more than chance."""
    if not p:
        return Bilingual(
            f"{system} {score}; the difference of {apart} could be chance",
            f"{system} {score}，相差 {apart}，可能只是偶然",
        )
    return Bilingual(f"{system} {score}, {apart} behind (p {p})", f"{system} {score}，低 {apart}（p {p}）")


def times(learn: str, label: str) -> Bilingual:
    """What a system's time is. learn, label: a row, as people write times."""
    return Bilingual(f"{learn} to learn from a row, {label} to label one", f"学习一行 {learn}，标注一行 {label}")


def fits(count: int) -> Bilingual:
    """What a system needs where no time is known. count: how many combinations of values are tuned."""
    if count == 1:
        return Bilingual("nothing to tune, fitted once", "无需调参，只拟合一次")
    return Bilingual(f"{count} combinations of values to tune", f"要调 {count} 组参数")


def bound_value(name: str, value: str) -> Bilingual:
    """A ceiling or a floor: the agreement of two annotators, and scores of predictions that read no text."""
    kind, _, what = name.partition(": ")
    if kind == "ceiling":
        return Bilingual(f"two annotators {value}", f"两位标注者 {value}")
    english, chinese = {
        "majority": ("always the largest class", "总是判为最大的类别"),
        "chance": ("chance", "随机"),
        "zero-shot": ("names of classes alone", "只看类别名"),
    }.get(what, (what, what))
    return Bilingual(f"{english} {value}", f"{chinese} {value}")


def shown(shown: int, all_: int, first: int) -> Bilingual:
    """Where a page does not show all systems. first: how many are shown by score."""
    return Bilingual(
        f"This page shows {shown} of {all_:,} systems: the best {first} and all controls. Tiers and p come from tests of "
        f"all; bench compare lists all.",
        f"本页显示 {all_:,} 个系统中的 {shown} 个：分数最高的 {first} 个和全部对照。档次与 p 来自对全部系统的检验；"
        f"bench compare 列出全部。",
    )


def impossible(error: str) -> Bilingual:
    """Why a protocol cannot be carried out."""
    return Bilingual(f"Not computable: {error}.", f"无法计算：{error}。")


def first_tier(top: int, scored_: int) -> Bilingual:
    """How many systems share the first tier, of those with a score."""
    which = f"All {scored_}" if top == scored_ else f"{top} of the {scored_}"
    all_ = f"全部 {scored_} 个" if top == scored_ else f"{scored_} 个系统中有 {top} 个"
    return Bilingual(
        f"{which} systems share the first tier: no test separates them from the best, so their order may be chance.",
        f"{all_}同在第一档：检验分不出它们与最好的系统，所以它们的先后可能只是偶然。",
    )
