"""The answer of a comparison in one line: which system is best, and how many others may be as good."""

from __future__ import annotations

from bench.comparison import Comparison, Row
from bench.core.languages import Bilingual
from bench.report.tables.numbers import digits, limits, shown


def answer(comparison: Comparison) -> str:
    """Empty where the advice says it all: nothing was scored, or all is compared with a baseline."""
    best = _best(comparison)
    if best is None:
        return ""
    cell, places = best.cells[comparison.metric], digits(comparison)
    interval = "" if cell.low is None else f" {limits(cell, places)}"
    head = Bilingual(
        f"Best: {best.system} {shown(cell, places)}{interval}", f"最好：{best.system} {shown(cell, places)}{interval}"
    )
    said = _others(comparison, best)
    return Bilingual(f"{head}; {said}.", f"{head.chinese}；{said.chinese}。")


def _best(comparison: Comparison) -> Row | None:
    scored = {row.system: row for row in comparison.rows if row.cells[comparison.metric].mean is not None}
    tiered = any(row.tier is not None for row in comparison.rows)
    if comparison.pairs and not tiered:  # the advice speaks about a baseline
        return None
    return scored.get(comparison.reference or "")


def _others(comparison: Comparison, best: Row) -> Bilingual:
    """What is known of the other systems."""
    others = sum(row.cells[comparison.metric].mean is not None for row in comparison.rows) - 1
    if not others and comparison.transductive:
        return Bilingual("no other transductive system was run", "没有别的直推式系统可比")
    if not others:
        return Bilingual("no other system was run", "没有别的系统可比")
    if not comparison.pairs:
        return Bilingual("whether the others are worse was not tested", "其他系统是否更差，没有检验")
    alike = sum(row.tier == 1 for row in comparison.rows) - 1
    if not alike:
        worse = {1: "the other one is", 2: "both others are"}.get(others, f"all {others} others are")
        return Bilingual(f"{worse} shown to be worse", f"检验表明其他 {others} 个系统都更差")
    many = "1 other" if alike == 1 else f"{alike} others"
    return Bilingual(f"{many} may be as good, this data cannot tell", f"另有 {alike} 个可能一样好，这些数据分不出来")
