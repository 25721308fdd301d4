"""A comparison to the section of a page: its findings, and its blocks in order."""

from __future__ import annotations

from collections.abc import Callable

from bench.comparison.run_details import Detailed
from bench.comparison.scored_runs import train_size
from bench.report.links import Place
from bench.report.parts import Block, Section
from bench.report.sections.calibration import calibration
from bench.report.sections.classes import classes, mistakes
from bench.report.sections.cost import cost
from bench.report.sections.differences import differences
from bench.report.sections.first_screen import facts, limits
from bench.report.sections.scores import leaderboard, whiskers
from bench.report.sections.stability import stability
from bench.report.sections.systems import systems
from bench.report.tables import title


def section(place: Place, detailed: Detailed) -> Section:
    """Everything that a page says of one comparison."""
    comparison = detailed.comparison
    makers: tuple[Callable[[Place, Detailed], Block | None], ...] = (
        leaderboard,
        systems,
        differences,
        classes,
        mistakes,
        calibration,
        stability,
        cost,
    )
    blocks = tuple(block for make in makers if (block := make(place, detailed)) is not None)
    size = train_size(comparison.protocol)
    name = ", ".join(comparison.experiments) + ("" if size is None else f" @{size}")
    return Section(
        place.key,
        name,
        title(comparison),
        comparison.advice,
        tuple(facts(place, detailed)),
        tuple(limits(detailed)),
        whiskers(place, detailed),
        blocks,
    )
