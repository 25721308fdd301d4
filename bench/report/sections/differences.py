"""The differences of a comparison, pair by pair: which are shown by a test, and which are not."""

from __future__ import annotations

from bench.comparison import Comparison, Pairs
from bench.comparison.run_details import DetailedComparison
from bench.experiment.metrics.base import metric_of
from bench.report.elements import Block, Entry, Heading, Table
from bench.report.links import Place
from bench.report.sections.base import BLOCKS, ComparisonBlock
from bench.report.sections.entries import named
from bench.report.sections.scores import tier_starts
from bench.report.tables import numbers
from bench.report.wording import differences as wording
from bench.report.wording.headings import COLUMNS, TITLES

_TOLD = 0.05
MOST_IN_MATRIX = 30
"""With more systems than that, just the differences from the best are shown."""


def differences(place: Place, detailed: DetailedComparison) -> Block | None:
    """Each pair of systems once, and folded the table of their tests; None where no pair was tested."""
    comparison = detailed.comparison
    if not comparison.pairs:
        return None
    pairs = comparison.pairs
    tested = {name for pair in pairs for name in (pair.first, pair.second)}
    names = [row.system for row in comparison.rows if row.system in tested]
    words = [wording.shown_to_differ(int(pairs.distinguished.sum()), len(pairs), pairs.family)]
    if len(names) <= MOST_IN_MATRIX:
        table = _triangle(place, comparison, names)
        words += [wording.TIER_LINES] if table.starts else []
    else:
        table = _from_best(place, detailed, names)
        words.append(wording.against_best(names[0], MOST_IN_MATRIX))
    folded = (_pair_table(place, comparison),) if len(names) > 2 else ()
    return Block(f"{place.key}-differences", TITLES["differences"], tuple(words), (), (table,), folded)


def _triangle(place: Place, comparison: Comparison, names: list[str]) -> Table:
    """Every system against all systems above it."""
    digits = numbers.digits(comparison)
    rows = tuple(
        (
            Entry(first),
            *(_difference(comparison, first, second, digits) for second in names[:at]),
            *([Entry("", style="self")] if at < len(names) - 1 else []),
            *([Entry("", style="empty")] * (len(names) - at - 2)),
        )
        for at, first in enumerate(names)
    )
    headings = (
        Heading(COLUMNS["row_minus_column"], sortable=False),
        *(Heading(name, sortable=False) for name in names[:-1]),
    )
    caption = wording.matrix_caption(numbers.heading(comparison.metric))
    starts = tier_starts(comparison)
    return Table(f"{place.key}-matrix", caption, headings, rows, style="matrix", starts=starts)


def _from_best(place: Place, detailed: DetailedComparison, names: list[str]) -> Table:
    comparison = detailed.comparison
    best, *others = names
    digits = numbers.digits(comparison)
    rows = tuple((named(place, detailed, name), _difference(comparison, name, best, digits)) for name in others)
    headings = (Heading(COLUMNS["system"]), Heading(COLUMNS["difference"], numeric=True))
    caption = wording.best_caption(numbers.heading(comparison.metric), best)
    return Table(f"{place.key}-matrix", caption, headings, rows, style="matrix")


def _difference(comparison: Comparison, first: str, second: str, digits: int) -> Entry:
    pairs: Pairs = comparison.pairs
    pair = pairs.between(first, second)
    if pair is None:
        return Entry(numbers.NONE, style="same")
    difference = pair.difference
    if pair.adjusted >= _TOLD:
        return Entry(numbers.signed(difference, digits), sort=difference, style="same")
    up = difference * _better(comparison) > 0
    text = f"{'▲' if up else '▼'} {numbers.signed(difference, digits)}"
    note = f"p {numbers.probability(pair.adjusted)}"
    return Entry(text, sort=difference, style="up" if up else "down", note=note)


def _better(comparison: Comparison) -> int:
    return 1 if metric_of(comparison.metric).higher_is_better else -1


def _pair_table(place: Place, comparison: Comparison) -> Table:
    digits = numbers.digits(comparison)
    rows = []
    for pair in comparison.pairs:
        told = pair.adjusted < _TOLD
        winner = pair.first if pair.difference * _better(comparison) > 0 else pair.second
        rows.append(
            (
                Entry(pair.first),
                Entry(pair.second),
                Entry(numbers.signed(pair.difference, digits), sort=pair.difference),
                Entry(f"[{numbers.signed(pair.low, digits)}, {numbers.signed(pair.high, digits)}]", style="limits"),
                Entry(numbers.probability(pair.adjusted), sort=pair.adjusted),
                Entry(wording.better(winner) if told else wording.CANNOT_TELL, style="" if told else "same"),
            )
        )
    headings = (
        Heading(COLUMNS["first"]),
        Heading(COLUMNS["second"]),
        Heading(COLUMNS["first_minus_second"], numeric=True),
        Heading(COLUMNS["uncorrected"], numeric=True, sortable=False),
        Heading(COLUMNS["p_holm"], numeric=True),
        Heading(COLUMNS["verdict"]),
    )
    return Table(f"{place.key}-pairs", wording.all_pairs(len(rows)), headings, tuple(rows), row_heads=2)


@BLOCKS.register("differences")
class DifferencesBlock(ComparisonBlock):
    """The tests of all pairs of systems."""

    order = 30

    def block(self, place: Place, detailed: DetailedComparison) -> Block | None:
        """As `differences`."""
        return differences(place, detailed)
