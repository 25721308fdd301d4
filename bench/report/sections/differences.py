"""The differences of a comparison, pair by pair: which are told apart, and which are not."""

from __future__ import annotations

from bench.comparison import Comparison, Pairs
from bench.comparison.run_details import Detailed
from bench.experiment.metrics.base import metric_of
from bench.report.parts import Block, Entry, Heading, Table
from bench.report.tables import numbers

_TOLD = 0.05


def differences(key: str, detailed: Detailed) -> Block | None:
    """Every pair of systems in a matrix, and folded the table of their tests; None where no pair was tested."""
    comparison = detailed.comparison
    if not comparison.pairs:
        return None
    digits = numbers.digits(comparison)
    better = 1 if metric_of(comparison.metric).higher_is_better else -1
    pairs, family = comparison.pairs, comparison.pairs.family
    tested = {name for pair in pairs for name in (pair.first, pair.second)}
    names = [row.system for row in comparison.rows if row.system in tested]
    distinguished = int(pairs.distinguished.sum())
    rows = tuple(
        (Entry(first), *(_matrix_entry(pairs, first, second, better, digits) for second in names)) for first in names
    )
    headings = (Heading("row minus column", sortable=False), *(Heading(name, sortable=False) for name in names))
    caption = f"Difference of {numbers.heading(comparison.metric)}, row minus column"
    matrix = Table(f"{key}-matrix", caption, headings, rows, style="matrix")
    count = len(pairs)
    over = "all of them" if family == count else f"all {family:,} pairs that were tested"
    words = (
        f"{distinguished} of {count} pairs are told apart at 5 % after Holm's correction over {over}; "
        f"▲ the row's system is better, ▼ worse. ≈ cannot be told apart: the difference is printed, "
        f"but nothing may be read into its sign. Below each difference stands its corrected p."
    )
    return Block(
        f"{key}-differences", "Differences", (words,), (), (matrix,), (_pair_table(key, comparison, better, digits),)
    )


def _matrix_entry(pairs: Pairs, first: str, second: str, better: int, digits: int) -> Entry:
    if first == second:
        return Entry("", style="self")
    pair = pairs.between(first, second)
    if pair is None:
        return Entry(numbers.NONE, style="same")
    difference = pair.difference
    note = f"p {numbers.probability(pair.adjusted)}"
    if pair.adjusted >= _TOLD:
        return Entry(f"≈ {numbers.signed(difference, digits)}", style="same", note=note)
    up = difference * better > 0
    text = f"{'▲' if up else '▼'} {numbers.signed(difference, digits)}"
    return Entry(text, style="up" if up else "down", note=note)


def _pair_table(key: str, comparison: Comparison, better: int, digits: int) -> Table:
    rows = []
    for pair in comparison.pairs:
        told = pair.adjusted < _TOLD
        winner = pair.first if pair.difference * better > 0 else pair.second
        rows.append(
            (
                Entry(pair.first),
                Entry(pair.second),
                Entry(numbers.signed(pair.difference, digits), sort=pair.difference),
                Entry(f"[{numbers.signed(pair.low, digits)}, {numbers.signed(pair.high, digits)}]", style="limits"),
                Entry(numbers.probability(pair.p_value), sort=pair.p_value),
                Entry(numbers.probability(pair.adjusted), sort=pair.adjusted),
                Entry(f"{winner} is better" if told else "cannot be told apart", style="" if told else "same"),
            )
        )
    headings = (
        Heading("first"),
        Heading("second"),
        Heading("difference", numeric=True),
        Heading("95 %, not corrected", numeric=True, sortable=False),
        Heading("p", numeric=True),
        Heading("p by Holm", numeric=True),
        Heading("verdict"),
    )
    return Table(f"{key}-pairs", f"All {len(rows)} pairs with intervals", headings, tuple(rows), row_heads=2)
