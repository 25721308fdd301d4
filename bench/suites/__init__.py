"""Several data sets together: scores, ranks and tests that take data sets as the unit, from their comparisons."""

from bench.suites.suite import across
from bench.suites.values import DataSet, Left, Pairing, Suite, System

__all__ = ["DataSet", "Left", "Pairing", "Suite", "System", "across"]
