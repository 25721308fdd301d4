"""The leaderboard of a comparison: scores with their intervals, tiers, floors and ceilings."""

from __future__ import annotations

from bench.comparison import Comparison
from bench.comparison.run_details import Detailed
from bench.report import plots
from bench.report.figures import score_drawing
from bench.report.parts import Block, Entry, Figure, Heading, Table
from bench.report.sections.entries import score, system
from bench.report.tables import cannot_show, notes, numbers


def leaderboard(key: str, detailed: Detailed) -> Block:
    """The scores of all systems, best first, with their intervals drawn, and the floors and ceilings under them."""
    comparison = detailed.comparison
    digits = numbers.digits(comparison)
    metric, others = comparison.metric, [name for name in comparison.metrics[1:] if ":" not in name]
    tiered = any(row.tier is not None for row in comparison.rows)
    tested = bool(comparison.pairs)
    headings = [
        Heading("system"),
        *([Heading("tier", numeric=True)] if tiered else []),
        Heading(numbers.heading(metric), numeric=True),
        Heading("95 %", numeric=True, sortable=False),
        *([Heading("difference", numeric=True), Heading("p", numeric=True)] if tested else []),
        *(Heading(numbers.heading(name), numeric=True) for name in others),
    ]
    rows = []
    for detail in detailed.systems:
        row = detail.row
        cell = row.cells[metric]
        pair = row.against
        is_reference = row.system == comparison.reference
        difference, p_value = numbers.tested(pair, is_reference=is_reference, places=digits)
        entries = [system(detail)]
        entries += [Entry(numbers.NONE if row.tier is None else str(row.tier), sort=row.tier or 1e9)] if tiered else []
        entries += [score(cell, digits), Entry(numbers.limits(cell, digits), style="limits")]
        if tested:
            entries += [
                Entry(difference, sort=0.0 if pair is None else pair.difference),
                Entry(p_value, sort=2.0 if pair is None else pair.adjusted),
            ]
        rows.append((*entries, *(score(row.cells[name], digits) for name in others)))
    foot = []
    for name, scores in numbers.bounds(comparison):
        first, *rest = (_bound(scores.get(each), digits) for each in (metric, *others))
        blank = [Entry("")] * (1 + 2 * tested)
        foot.append((Entry(name), *([Entry("")] * tiered), first, *blank, *rest))
    table = Table(f"{key}-scores", "Scores, best first", tuple(headings), tuple(rows), tuple(foot), style="scores")
    limits = cannot_show(comparison)
    words = tuple(line for line in notes(comparison) if line not in limits and "--format" not in line)
    return Block(f"{key}-leaderboard", "Scores", words, _whiskers(key, comparison), (table,))


def _bound(value: float | None, digits: int) -> Entry:
    return Entry(numbers.NONE if value is None else numbers.short(value, digits))


def _whiskers(key: str, comparison: Comparison) -> tuple[Figure, ...]:
    metric, drawing = comparison.metric, score_drawing(comparison)
    if drawing is None:
        return ()
    caption = (
        f"{numbers.heading(metric)} with 95 % intervals. Round and blue: first tier; diamond: told apart from the "
        f"best; grey square: control. Dashed lines: ceiling (annotators) and floors (guesses that read nothing). "
        f"Intervals that overlap do not show that two systems are equal, nor the reverse: the differences "
        f"below are tested."
    )
    name = f"{key}-whiskers"
    drawn = plots.draw(
        drawing.make,
        key=name,
        title=drawing.title,
        description="The same numbers stand in the table of scores under this drawing.",
    )
    return (Figure(name, drawn, caption),)
