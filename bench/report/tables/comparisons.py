"""Comparisons, scores under several protocols, and published numbers, as tables for people."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.published import Published
from bench.core.languages import Bilingual, in_language
from bench.report.tables.answers import answer
from bench.report.tables.columns.base import shown_columns
from bench.report.tables.notes import chosen_notes, title
from bench.report.tables.numbers import NONE, bounds, heading, short, signed
from bench.report.tables.outlook import gains_sheet, growth_lines
from bench.report.tables.sheet import Column, Line, Sheet

PUBLISHED_TITLE = Bilingual(
    "Published by others: other runs, maybe other rows; not compared with the above",
    "他人发表的结果：运行不同，行也可能不同，不与上面的比较",
)
DIFFERENCE_TO_PUBLISHED = Bilingual(
    "A difference to these may rest on other training sets and test rows, on what an encoder was pre-trained on, and "
    "on settings tuned for each task, as well as on the system; nothing here tests it.",
    "与它们的差别除系统本身外，还可能来自不同的训练集和测试行、编码器的预训练数据，以及按任务调过的设置；这里不做检验。",
)


def sheets(
    comparisons: Sequence[Comparison], by_protocol: Sequence[SideBySide] = (), published: Sequence[Published] = ()
) -> list[Sheet]:
    """All tables, in the order in which they are shown."""
    others = [_published(published)] if published else []
    replayed = [gains_sheet(each) for each in by_protocol if each.gains]
    return [*map(_comparison, comparisons), *map(_beside, by_protocol), *replayed, *others]


def _comparison(comparison: Comparison) -> Sheet:
    kinds = shown_columns(comparison)
    shown, further = chosen_notes(comparison)
    said = answer(comparison)
    left_out = {number: what for kind in kinds for number, what in kind.left_out(comparison).items()}
    return Sheet(
        title(comparison),
        tuple(column for kind in kinds for column in kind.columns(comparison)),
        tuple(
            Line(tuple(text for kind in kinds for text in kind.cells(comparison, row)), quiet=row.control)
            for row in comparison.rows
        ),
        tuple(
            Line(tuple(text for kind in kinds for text in kind.bound(comparison, name, scores)), quiet=True)
            for name, scores in bounds(comparison)
        ),
        tuple(shown),
        comparison.advice if said else "",
        left_out,
        said or comparison.advice,
        tuple(further),
    )


def _beside(each: SideBySide) -> Sheet:
    under, columns = _protocols(each)
    return Sheet(
        Bilingual(
            f"{heading(each.metric)} of the same rows under {under}",
            f"同样的行，{in_language(heading(each.metric), 'zh')}：{in_language(under, 'zh')}",
        ),
        (Column(Bilingual("system", "系统"), "name"), *(Column(protocol, wrap=16) for protocol in columns)),
        tuple(
            Line((system, *(_with_gap(value, each.gaps.get(system, {}).get(at)) for at, value in enumerate(row))))
            for system, row in each.values.items()
        ),
        notes=tuple(growth_lines(each)),
    )


def _protocols(each: SideBySide) -> tuple[str, tuple[str, ...]]:
    """What the columns have in common, and what differs between them: of training sizes the number of rows alone."""
    if len(each.protocols) > 1:
        for mark in (" trained on ", ", "):
            split = [_split(protocol, mark) for protocol in each.protocols]
            whole = sum(not last for _, last in split)
            if len({before for before, _ in split}) == 1 and whole <= (mark != ", "):
                return split[0][0], tuple(last or Bilingual("all rows", "全部行") for _, last in split)
    return Bilingual("each protocol", "各种协议"), each.protocols


def _split(protocol: str, mark: str) -> tuple[str, str]:
    """A protocol's words before the last `mark` and after it; all of them, and nothing, where there is none."""
    before, found, last = protocol.rpartition(mark)
    if not found:
        return protocol, ""
    chinese = in_language(protocol, "zh").rpartition("，")
    return Bilingual(before, chinese[0]), Bilingual(last, chinese[2])


def _with_gap(value: float | None, gap: float | None) -> str:
    if value is None:
        return NONE
    return short(value, 3) if gap is None else f"{short(value, 3)} ({signed(gap, 3)})"


def _published(published: Sequence[Published]) -> Sheet:
    metrics = list(dict.fromkeys(metric for entry in published for metric in entry.scores))
    columns = (Column(Bilingual("system", "系统"), "text"), *(Column(heading(metric)) for metric in metrics))
    return Sheet(
        PUBLISHED_TITLE,
        (*columns, Column(Bilingual("protocol", "协议"), "text"), Column(Bilingual("source", "出处"), "text")),
        tuple(
            Line(
                (
                    entry.system,
                    *(short(entry.scores[metric], 3) if metric in entry.scores else NONE for metric in metrics),
                    entry.protocol,
                    entry.source,
                )
            )
            for entry in published
        ),
        notes=(DIFFERENCE_TO_PUBLISHED,),
    )
