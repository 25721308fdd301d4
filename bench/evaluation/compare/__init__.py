"""Stored runs to comparisons: which stand in one table, which the data can tell apart, and what it cannot show."""

from bench.evaluation.compare.beside import side_by_side
from bench.evaluation.compare.comparable import comparable_key, demand_comparable
from bench.evaluation.compare.order import by_column
from bench.evaluation.compare.pairs import make_pair
from bench.evaluation.compare.tables import compare
from bench.evaluation.compare.tested import Pair, Pairs
from bench.evaluation.compare.values import Cell, Comparison, Resolution, Row, SideBySide

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
    "make_pair",
    "side_by_side",
]
