"""A suite on the page, with its critical-difference diagram (Demšar 2006): bars join systems that do not differ."""

from __future__ import annotations

from collections.abc import Callable

from bench.report.elements import Block, Entry, Figure, Heading, Table
from bench.report.plots import PALETTE, Size, Spec, draw, draw_standing
from bench.report.tables import suites
from bench.report.wording.base import Bilingual
from bench.report.wording.headings import TITLES
from bench.suites import Suite

_ROW = 22


def groups(suite: Suite) -> list[tuple[float, float]]:
    """First and last mean rank of each group in which Nemenyi's test separates no pair; no group within another."""
    ranks = [each.rank for each in suite.ranked if each.rank is not None]
    if suite.critical is None:
        return [(ranks[0], ranks[-1])] if len(ranks) > 1 else []
    found: list[tuple[float, float]] = []
    for first in ranks:
        last = max(each for each in ranks if each - first < suite.critical - 1e-9)
        if last > first and not any(low <= first and last <= high for low, high in found):
            found.append((first, last))
    return found


def as_svg(suite: Suite) -> str:
    """A document of its own, for a paper or a page."""
    return draw_standing(_spec(suite), key="ranks", title=_TITLE, description=_words(suite))


def block(suite: Suite, language: str = "en") -> Block:
    """The suite as a block of the report. language: of the page."""
    shown = suites.sheet(suite)
    headings = tuple(Heading(column.heading, numeric=column.kind == "number") for column in shown.columns)
    rows = tuple(tuple(Entry(cell) for cell in line.cells) for line in shown.lines)
    notes = tuple(note for note in shown.notes if "--format" not in note)
    drawn = draw(_spec(suite), key="across-ranks", title=_TITLE, description=_words(suite), language=language)
    figures = (Figure("across-ranks", drawn, _TITLE, _words(suite)),) if len(suite.ranked) > 1 else ()
    table = Table("across-table", shown.title, headings, rows, style="scores wrapped")
    return Block("across", TITLES["across"], (shown.advice, *notes), figures, (table,))


_TITLE = Bilingual("Mean ranks over data sets", "各数据集上的平均名次")


def _words(suite: Suite) -> Bilingual:
    told = ", ".join(f"{each.name} {each.rank:.2f}" for each in suite.ranked)
    return Bilingual(
        f"Mean ranks, best first: {told}. Bars join systems that Nemenyi's test does not separate.",
        f"平均名次，最好的在前：{told}。横条连着 Nemenyi 检验分不开的系统。",
    )


def _spec(suite: Suite) -> Callable[[Size], Spec]:
    def make(size: Size) -> Spec:
        names = [each.name for each in suite.ranked]
        scale = {"domain": [1, max(len(names), 2)], "nice": False}
        axis = {"title": Bilingual("mean rank (1 is best)", "平均名次（1 最好）"), "tickMinStep": 1, "grid": True}
        x = {"field": "rank", "type": "quantitative", "scale": scale, "axis": axis}
        y = {
            "field": "system",
            "type": "nominal",
            "sort": names,
            "title": None,
            "axis": {"ticks": False, "domain": False},
        }
        points = [{"system": each.name, "rank": each.rank} for each in suite.ranked]
        joined = [
            {"system": each.name, "rank": low, "end": high, "group": number}
            for number, (low, high) in enumerate(groups(suite))
            for each in suite.ranked
            if each.rank == low
        ]
        bars = {
            "data": {"values": joined},
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.45, "stroke": PALETTE[0]},
            "encoding": {"x": x, "x2": {"field": "end"}, "y": y},
        }
        dots = {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": 70, "color": PALETTE[1], "opacity": 1},
            "encoding": {"x": x, "y": y},
        }
        fitted = {"type": "fit-x", "contains": "padding"}
        return {"width": size.width, "height": _ROW * len(names), "autosize": fitted, "layer": [bars, dots]}

    return make
