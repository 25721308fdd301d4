"""From stored runs to comparisons: which runs share a table, which systems differ, and what the data cannot show."""

from bench.comparison.comparable import comparable_key, demand_comparable, is_transductive
from bench.comparison.from_runs import compare
from bench.comparison.pairs import make_pair
from bench.comparison.protocol_gap import side_by_side
from bench.comparison.sorting import by_column
from bench.comparison.tested_pairs import Pair, Pairs
from bench.comparison.values import Cell, Comparison, Resolution, Row, SideBySide

__all__ = [
    "Cell",
    "Comparison",
    "Pair",
    "Pairs",
    "Resolution",
    "Row",
    "SideBySide",
    "by_column",
    "comparable_key",
    "compare",
    "demand_comparable",
    "is_transductive",
    "make_pair",
    "side_by_side",
]
