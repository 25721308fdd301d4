"""The leaderboard of a comparison: scores with their intervals, tiers, floors and ceilings."""

from __future__ import annotations

from bench.comparison import Comparison, Row
from bench.comparison.run_details import DetailedComparison
from bench.report import plots
from bench.report.elements import Block, Entry, Figure, Heading, Table
from bench.report.figures import score_drawing
from bench.report.links import Place
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.sections.entries import figure, score, system
from bench.report.tables import cannot_show, notes, numbers
from bench.report.wording import scores as wording
from bench.report.wording.headings import CAPTIONS, COLUMNS, TITLES


def leaderboard(place: Place, detailed: DetailedComparison) -> Block:
    """The scores of all systems, best first, the tiers parted by lines, and the floors and ceilings under them."""
    comparison = detailed.comparison
    digits = numbers.digits(comparison)
    metric, others = comparison.metric, [name for name in comparison.metrics[1:] if ":" not in name]
    tiered = any(row.tier is not None for row in comparison.rows)
    tested = bool(comparison.pairs)
    several = len(comparison.experiments) > 1
    headings = [
        Heading(COLUMNS["system"]),
        *([Heading(COLUMNS["experiment"])] if several else []),
        *([Heading(COLUMNS["tier"], numeric=True)] if tiered else []),
        Heading(numbers.heading(metric), numeric=True),
        Heading(COLUMNS["interval"], numeric=True, sortable=False),
        *([Heading(COLUMNS["difference"], numeric=True), Heading(COLUMNS["p"], numeric=True)] if tested else []),
        *(Heading(numbers.heading(name), numeric=True) for name in others),
    ]
    rows = []
    for detail in detailed.systems:
        row = detail.row
        entries = [system(place, detailed, detail)]
        entries += [Entry(detail.record.experiment)] if several else []
        entries += [Entry(numbers.NONE if row.tier is None else str(row.tier), sort=row.tier or 1e9)] if tiered else []
        entries += [score(row.cells[metric], digits), Entry(numbers.limits(row.cells[metric], digits), style="limits")]
        entries += _tested(row, digits, is_reference=row.system == comparison.reference) if tested else []
        rows.append((*entries, *(score(row.cells[name], digits) for name in others)))
    foot = []
    for name, scores in numbers.bounds(comparison):
        first, *rest = (_bound(scores.get(each), digits) for each in (metric, *others))
        blank = [Entry("")] * (1 + 2 * tested)
        foot.append((Entry(name), *([Entry("")] * (tiered + several)), first, *blank, *rest))
    table = Table(
        f"{place.key}-scores",
        CAPTIONS["scores"],
        tuple(headings),
        tuple(rows),
        tuple(foot),
        style="scores",
        starts=tier_starts(comparison),
    )
    limits = cannot_show(comparison)
    words = tuple(line for line in notes(comparison) if line not in limits and "--format" not in line)
    return Block(f"{place.key}-leaderboard", TITLES["scores"], words, (), (table,))


def _tested(row: Row, digits: int, *, is_reference: bool) -> list[Entry]:
    """The difference from the reference and its p value."""
    pair = row.against
    difference, p_value = numbers.tested(pair, is_reference=is_reference, places=digits)
    return [
        Entry(difference, sort=0.0 if pair is None else pair.difference),
        Entry(p_value, sort=2.0 if pair is None else pair.adjusted),
    ]


def tier_starts(comparison: Comparison) -> frozenset[int]:
    """The places of rows, from 1, whose tier is another than that of the row before."""
    tiers = [row.tier for row in comparison.rows]
    return frozenset(at for at in range(1, len(tiers)) if tiers[at] != tiers[at - 1])


def _bound(value: float | None, digits: int) -> Entry:
    return Entry(numbers.NONE if value is None else numbers.short(value, digits))


def whiskers(place: Place, detailed: DetailedComparison) -> Figure | None:
    """The drawing of scores and intervals; None where no system has a score."""
    comparison = detailed.comparison
    links = {row.system: place.rows_of(system=row.system, outcome="wrong") for row in comparison.rows}
    drawing = score_drawing(comparison, links)
    if drawing is None:
        return None
    caption, described = wording.caption(comparison.metric), wording.IN_TABLE
    return figure(place, "whiskers", drawing.make, drawing.title, caption, description=described, sizes=plots.BESIDE)


@BLOCKS.register("scores")
class ScoresBlock(ComparisonBlock):
    """The scores of all systems, best first."""

    order = 10

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `leaderboard`."""
        return leaderboard(place, detailed)
