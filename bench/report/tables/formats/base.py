"""The base of every text format of comparisons: tables for people, or full numbers for programs."""

from __future__ import annotations

from collections.abc import Sequence

from bench.comparison import Comparison, SideBySide
from bench.comparison.difference import Difference
from bench.comparison.published import Published
from bench.core.registry import Registry
from bench.report.tables import differences, suites
from bench.report.tables.comparisons import sheets
from bench.report.tables.sheet import Sheet
from bench.suites import Suite


class TableFormat:
    """A text form that `--format` names; a subclass is registered under that name.

    One for people overrides `sheets`, and the other methods call it. One for programs overrides those.
    """

    @classmethod
    def is_for_people(cls) -> bool:
        """Whether it writes tables for people, in their language."""
        return cls.sheets is not TableFormat.sheets

    def sheets(self, tables: Sequence[Sheet]) -> str:
        """Tables one under the other, each with its title, notes and advice."""
        raise NotImplementedError

    def comparisons(
        self,
        comparisons: Sequence[Comparison],
        by_protocol: Sequence[SideBySide] = (),
        published: Sequence[Published] = (),
    ) -> str:
        """Scores, the same rows under several protocols, and numbers of others."""
        return self.sheets(sheets(comparisons, by_protocol, published))

    def difference(self, found: Difference) -> str:
        """What changed between runs, and what became of their scores."""
        return self.sheets(differences.sheets(found))

    def suite(self, suite: Suite) -> str:
        """Systems over several data sets."""
        return self.sheets([suites.sheet(suite)])


FORMATS: Registry[TableFormat] = Registry("format", package="bench.report.tables.formats", group="banmian.formats")
