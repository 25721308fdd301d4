"""The base of every column of the comparison table: its headings, its texts, and its numbers for programs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from bench.comparison import Comparison, Row
from bench.core.registry import Registry
from bench.report.tables.sheet import Column


class TableColumns(ABC):
    """One column of the comparison table, or several that belong together; a subclass is registered under its name."""

    order: ClassVar[int]
    """The position: the smaller, the farther left. The built-in columns take 10, 20, … 70."""

    on_request: ClassVar[bool] = False
    """True for a column that is shown only where `compare --columns` names it."""

    @abstractmethod
    def columns(self, comparison: Comparison) -> Sequence[Column]:
        """Their headings, from left to right; none where this comparison has nothing to show in them."""

    @abstractmethod
    def cells(self, comparison: Comparison, row: Row) -> Sequence[str]:
        """The texts under the headings for a system, one for each column."""

    def bound(self, comparison: Comparison, name: str, scores: Mapping[str, float]) -> Sequence[str]:
        """The texts in the line of a floor or a ceiling; by default blanks, because most columns concern systems alone.

        name: the line's; scores: metric to its value.
        """
        del name, scores
        return [""] * len(self.columns(comparison))

    def numbers(self, row: Row) -> Mapping[str, float | None]:
        """The same as numbers in full, by name: for CSV, JSON and frames. None where they have them already."""
        del row
        return {}

    def left_out(self, comparison: Comparison) -> Mapping[int, str]:
        """What its optional columns are, by their `optional`: said where a narrow terminal goes without them."""
        del comparison
        return {}

    def notes(self, comparison: Comparison) -> Iterator[str]:
        """What a reader of these columns must know, a line each."""
        del comparison
        return iter(())


COLUMNS: Registry[TableColumns] = Registry("column", package="bench.report.tables.columns", group="banmian.columns")


def shown_columns(comparison: Comparison) -> list[TableColumns]:
    """The columns of a comparison's table, from left to right: all but those that wait to be asked for."""
    kinds = [cls for name, cls in COLUMNS.classes().items() if not cls.on_request or name in comparison.columns]
    found = [cls() for cls in sorted(kinds, key=lambda cls: cls.order)]
    return [each for each in found if each.columns(comparison)]


def demand_columns(names: Sequence[str]) -> None:
    """Raises BenchError for a name of no column, with the nearest one."""
    for name in names:
        COLUMNS[name]
