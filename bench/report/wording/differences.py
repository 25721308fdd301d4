"""Sentences on the differences of systems."""

from __future__ import annotations

from bench.report.wording.base import Bilingual, in_chinese

CANNOT_TELL = Bilingual("could be chance", "可能只是偶然")


def shown_to_differ(shown: int, pairs: int, family: int) -> Bilingual:
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


TIER_LINES = Bilingual("Lines separate the tiers.", "横线隔开各档。")


def against_best(best: str, most: int) -> Bilingual:
    """Says that only differences from the best system are shown, as there are more than `most` systems."""
    return Bilingual(
        f"With more than {most} systems, only differences from the best, {best}, are shown; the folded table has all "
        f"pairs.",
        f"系统超过 {most} 个，这里只列与最好的 {best} 的差；全部各对在折叠的表里。",
    )


def matrix_caption(metric: str) -> Bilingual:
    """The caption of the matrix of differences."""
    return Bilingual(f"Difference of {metric}, row − column", in_chinese(metric, "之差（行 − 列）"))


def best_caption(metric: str, best: str) -> Bilingual:
    """The caption of the table of differences from the best system."""
    return Bilingual(f"Difference of {metric} from {best}", in_chinese(f"与 {best} 的", metric, "之差"))


def all_pairs(count: int) -> Bilingual:
    """The heading of the folded table of all pairs."""
    return Bilingual(f"All {count:,} pairs with intervals", f"全部 {count:,} 对及其区间")


def better(system: str) -> Bilingual:
    """The verdict on a pair."""
    return Bilingual(f"{system} is better", f"{system} 更好")
