"""Assembles the section of a comparison: its findings, and its blocks in order."""

from __future__ import annotations

from bench.comparison.run_details import DetailedComparison
from bench.comparison.scored_runs import train_size
from bench.report.elements import Section
from bench.report.links import Place
from bench.report.sections.base import blocks_of
from bench.report.sections.first_screen import facts, limits
from bench.report.sections.scores import whiskers
from bench.report.tables import title
from bench.report.tables.numbers import TRANSDUCTIVE_MARK


def section(place: Place, detailed: DetailedComparison) -> Section:
    """Everything that a page says of one comparison."""
    comparison = detailed.comparison
    size = train_size(comparison.protocol)
    name = ", ".join(comparison.experiments) + ("" if size is None else f" @{size}")
    name += f" {TRANSDUCTIVE_MARK}" if comparison.transductive else ""
    return Section(
        place.key,
        name,
        title(comparison),
        comparison.advice,
        tuple(facts(place, detailed)),
        tuple(limits(detailed)),
        whiskers(place, detailed),
        blocks_of(place, detailed),
    )
