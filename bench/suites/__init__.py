"""Compares systems over several data sets: scores, ranks and tests that take data sets as the unit."""

from bench.suites.runs import suite_of
from bench.suites.suite import REGION, across
from bench.suites.values import DataSet, IncompleteSystem, Pairing, Suite, System

__all__ = ["REGION", "DataSet", "IncompleteSystem", "Pairing", "Suite", "System", "across", "suite_of"]
