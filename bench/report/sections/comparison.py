"""A comparison to the section of a page: its advice, what its data cannot show, and its blocks in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.comparison.run_details import MOST_SYSTEMS, Detailed
from bench.comparison.scored_runs import train_size
from bench.report.parts import Block, Section
from bench.report.sections.calibration import calibration
from bench.report.sections.cost import cost
from bench.report.sections.differences import differences
from bench.report.sections.scores import leaderboard
from bench.report.sections.stability import stability
from bench.report.sections.topics import confusions, topics
from bench.report.tables import cannot_show, title


def section(key: str, detailed: Detailed) -> Section:
    """Everything that a page says of one comparison. key: unique on the page, begins all ids."""
    comparison = detailed.comparison
    makers: tuple[Callable[[str, Detailed], Block | None], ...] = (
        leaderboard,
        differences,
        topics,
        confusions,
        calibration,
        stability,
        cost,
    )
    blocks = tuple(block for make in makers if (block := make(key, detailed)) is not None)
    size = train_size(comparison.protocol)
    name = ", ".join(comparison.experiments) + ("" if size is None else f" @{size}")
    return Section(key, name, title(comparison), comparison.advice, tuple(_limits(detailed)), blocks)


def _limits(detailed: Detailed) -> Iterator[str]:
    """What is left out, then what the data cannot show, the tiers first."""
    comparison, shown = detailed.whole, len(detailed.comparison.rows)
    if shown < len(comparison.rows):
        yield (
            f"This page shows {shown} of {len(comparison.rows):,} systems: the first {MOST_SYSTEMS} by score, and all "
            f"controls. All were tested: tiers and p are those among all of them, and `bench compare` shows them all."
        )
    scored = [row for row in comparison.rows if row.cells[comparison.metric].mean is not None]
    impossible = list(dict.fromkeys(row.error for row in comparison.rows if row.impossible and row.error))
    yield from (f"Not computable: {error}." for error in impossible)
    top = sum(row.tier == 1 for row in scored)
    if top > 1:
        which = "All" if top == len(scored) else f"{top} of the"
        yield (
            f"{which} {len(scored)} systems share the first tier: no test tells them from the best, "
            f"so their order in the table says nothing."
        )
    if scored:
        yield from cannot_show(comparison)
