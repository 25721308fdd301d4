"""A suite as a table for people, as CSV and JSON, and as frames."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

from bench.comparison import Cell
from bench.core.languages import Bilingual, in_chinese
from bench.report.frames import Frame
from bench.report.tables.numbers import CONTROL_MARK, NONE, heading, probability, short
from bench.report.tables.sheet import Column, Line, Sheet
from bench.report.tables.suite_notes import suite_advice, suite_notes
from bench.suites import Pairing, Suite, System

_AXIS = 40


def sheet(suite: Suite) -> Sheet:
    """The table of systems, best mean rank first, with what a reader must know under it."""
    return Sheet(
        _title(suite),
        tuple(_columns(suite)),
        tuple(Line(tuple(_cells(suite, each)), quiet=each.control) for each in suite.systems),
        notes=tuple(suite_notes(suite)),
        advice=suite_advice(suite),
        left_out={
            1: Bilingual("limits, and how probable a better score is", "各项界限与更好的概率"),
            2: Bilingual("scores on each data set", "各数据集上的分数"),
        },
    )


def _title(suite: Suite) -> Bilingual:
    sets = f"{suite.units} data sets"
    tables = "" if len(suite.data_sets) == suite.units else f" in {len(suite.data_sets)} tables"
    tables_zh = "" if not tables else f"（{len(suite.data_sets)} 张表）"
    return Bilingual(
        f"{heading(suite.metric)} across {sets}{tables}; {len(suite.ranked)} systems that ran on all of them",
        in_chinese(
            f"{suite.units} 个数据集{tables_zh}上的",
            heading(suite.metric),
            f"；{len(suite.ranked)} 个系统在全部数据集上运行过",
        ),
    )


def _columns(suite: Suite) -> Iterator[Column]:
    metric, limits = heading(suite.metric), Bilingual("95 %", "95 % 区间")
    yield Column(Bilingual("system", "系统"), "name")
    yield Column(Bilingual("mean rank", "平均名次"))
    yield Column(limits, optional=1)
    yield Column(Bilingual(f"mean {metric}", in_chinese("平均", metric)))
    yield Column(limits, optional=1)
    yield Column(Bilingual("wins–ties–losses", "胜–平–负"))
    yield Column("p")
    yield Column(Bilingual("better", "更好的概率"), optional=1)
    for each in suite.data_sets:
        yield Column(each.name, optional=2)


def _cells(suite: Suite, system: System) -> Iterator[str]:
    yield f"{system.name} {CONTROL_MARK}" if system.control else system.name
    yield NONE if system.rank is None else f"{system.rank:.2f}"
    yield _limits(system.rank_limits, 1, plain=True)
    yield NONE if system.mean is None else short(system.mean, 3)
    yield _limits(system.mean_limits, 2)
    pair = None if suite.reference is None else suite.between(system.name, suite.reference)
    yield from _against(pair, system, suite)
    yield from (_score(cell) for cell in system.cells)


def _against(pair: Pairing | None, system: System, suite: Suite) -> Iterator[str]:
    """Wins, ties and losses, p, and how probable a better score on a further data set is, against the reference."""
    if pair is None:
        blank = "" if system.name == suite.reference else NONE
        yield from (blank, blank, blank)
        return
    wins, losses = (pair.wins, pair.losses) if pair.first == system.name else (pair.losses, pair.wins)
    yield f"{wins}–{pair.ties}–{losses}"
    yield probability(pair.holm)
    if pair.likely is None:
        yield NONE
    else:
        yield short(pair.likely.better if pair.first == system.name else pair.likely.worse, 2)


def _limits(limits: tuple[float, float] | None, places: int, *, plain: bool = False) -> str:
    if limits is None:
        return NONE
    low, high = (f"{each:.{places}f}" if plain else short(each, places) for each in limits)
    return f"[{low}, {high}]"


def _score(cell: Cell | None) -> str:
    return NONE if cell is None or cell.mean is None else short(cell.mean, 3)


def axis(suite: Suite) -> list[str]:
    """The critical-difference diagram in characters: each mean rank, and how far no system differs from it."""
    stand = suite.ranked
    if len(stand) < 2 or suite.p_friedman is None:
        return []
    widest = max(len(each.name) for each in stand)
    scale = (_AXIS - 1) / (len(stand) - 1)
    reach = math.inf if suite.critical is None else suite.critical
    lines = []
    for each in stand:
        at = round(((each.rank or 1) - 1) * scale)
        last = max(
            (other.rank or 1 for other in stand if (other.rank or 1) - (each.rank or 1) < reach - 1e-9), default=1.0
        )
        end = round((last - 1) * scale)
        line = " " * at + "●" + "━" * max(0, end - at)
        lines.append(f" {each.name:<{widest}}  {line:<{_AXIS}}  {each.rank:.2f}")
    numbers = f"{'1':<{_AXIS - len(str(len(stand)))}}{len(stand)}"
    head = f" {'mean rank':<{widest}}  {numbers}"
    return [head, *lines, " ━: from a system to the last one that Nemenyi's test does not tell from it."]


def suite_csv_lines(suite: Suite) -> list[list[object]]:
    """A line a system, numbers in full, a column a data set."""
    frame = score_frame(suite)
    return [list(frame.columns), *([row[name] for name in frame.columns] for row in frame)]


def suite_object(suite: Suite) -> dict[str, Any]:
    """Everything that a suite holds."""
    return dataclasses.asdict(suite)


def score_frame(suite: Suite) -> Frame:
    """A row a system, best mean rank first; `score:NAME` on each data set."""
    rows = [_scores(suite, each) for each in suite.systems]
    return Frame({name: [row[name] for row in rows] for name in rows[0]} if rows else {})


def _scores(suite: Suite, system: System) -> dict[str, Any]:
    pair = None if suite.reference is None else suite.between(system.name, suite.reference)
    turned = pair is not None and pair.first != system.name
    low, high = system.mean_limits or (None, None)
    rank_low, rank_high = system.rank_limits or (None, None)
    return {
        "system": system.name,
        "control": system.control,
        "rank": system.rank,
        "rank_low": rank_low,
        "rank_high": rank_high,
        "mean": system.mean,
        "low": low,
        "high": high,
        "wins": None if pair is None else pair.losses if turned else pair.wins,
        "ties": None if pair is None else pair.ties,
        "losses": None if pair is None else pair.wins if turned else pair.losses,
        "p": None if pair is None else pair.holm,
        "p_nemenyi": None if pair is None else pair.nemenyi,
        **{
            f"score:{each.name}": None if cell is None else cell.mean
            for each, cell in zip(suite.data_sets, system.cells, strict=True)
        },
    }


def pair_frame(suite: Suite) -> Frame:
    """A row a pair of systems, the one of the better mean rank first."""
    return Frame(_turned([_pair(each) for each in suite.pairs]), index=2)


def _pair(pair: Pairing) -> dict[str, Any]:
    likely = pair.likely
    return {
        "first": pair.first,
        "second": pair.second,
        "wins": pair.wins,
        "ties": pair.ties,
        "losses": pair.losses,
        "shown_wins": pair.shown_wins,
        "shown_losses": pair.shown_losses,
        "p": pair.signed_rank,
        "p_adjusted": pair.holm,
        "p_nemenyi": pair.nemenyi,
        "difference": None if likely is None else likely.mean,
        "low": None if likely is None else likely.low,
        "high": None if likely is None else likely.high,
        "better": None if likely is None else likely.better,
        "equivalent": None if likely is None else likely.equivalent,
        "worse": None if likely is None else likely.worse,
    }


def _turned(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
