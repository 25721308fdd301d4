"""Compares results: which systems are shown to differ, and how new runs differ from older ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from bench.api.results import ResultsLike, as_results

if TYPE_CHECKING:
    from bench.comparison import Comparison, SideBySide
    from bench.comparison.difference import Difference
    from bench.comparison.published import Published
    from bench.comparison.variance import ClassCounts
    from bench.report.figures import Plot
    from bench.report.frames import Frame

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Comparisons(Sequence["Comparison"]):
    """A table of scores for each group of comparable runs, best first. A notebook shows the tables.

    tables: the comparisons; by_protocol: the metric of systems that were run by several protocols on the same rows;
    published: numbers that others published; nothing here was tested against them.
    """

    tables: tuple[Comparison, ...]
    by_protocol: tuple[SideBySide, ...] = ()
    published: tuple[Published, ...] = ()

    @overload
    def __getitem__(self, at: int) -> Comparison: ...

    @overload
    def __getitem__(self, at: slice) -> Comparisons: ...

    def __getitem__(self, at: int | slice) -> Comparison | Comparisons:
        return Comparisons(self.tables[at]) if isinstance(at, slice) else self.tables[at]

    def __len__(self) -> int:
        return len(self.tables)

    def __iter__(self) -> Iterator[Comparison]:
        return iter(self.tables)

    def to_frame(self) -> Any:
        """One row for each system, best first, as a pandas frame: see `scores`."""
        return self.scores().to_frame()

    def scores(self) -> Frame:
        """One row for each system, best first.

        Its columns are `experiment`, `splits`, `system`, `control`, `tier`, the metric with `low` and `high` of its
        95 % interval, `difference` and `p` against the reference, and each other metric.
        """
        from bench.report.tables import score_frame

        return score_frame(self.tables)

    def differences(self) -> Frame:
        """One row for each tested pair of systems.

        Its columns are `experiment`, `splits`, `first`, `second`, `difference` (first minus second), `low`, `high`,
        `p`, `p_adjusted` (Holm).
        """
        from bench.report.tables import pair_frame

        return pair_frame(self.tables)

    def to_markdown(self) -> str:
        """GitHub tables, each under a line that says what its runs have in common."""
        return self.render("markdown")

    def to_latex(self) -> str:
        """LaTeX floats with tables whose rules are those of booktabs."""
        return self.render("latex")

    def to_csv(self) -> str:
        """CSV with one line for each system and metric, numbers in full."""
        return self.render("csv")

    def to_json(self) -> str:
        """JSON with everything that the comparisons hold."""
        return self.render("json")

    def to_html(self) -> str:
        """As a notebook shows them: tables with tiers and intervals, without a script, in the page's own colours."""
        from bench.report.tables import as_html

        return as_html(self.tables, self.by_protocol, self.published)

    def plot(self, table: int = 0) -> Plot:
        """A drawing of one table's scores and their 95 % intervals, one row for each system; a notebook shows it.

        Raises IndexError for no such table, and BenchError for one without scores.
        """
        from bench.report.figures import score_plot

        return score_plot(self.tables[table])

    def render(
        self,
        form: str,
        *,
        width: int | None = None,
        colour: bool = False,
        explain: bool = False,
        language: str = "en",
    ) -> str:
        """As text: `table` (for a terminal of `width` columns), `markdown`, `latex`, `csv` or `json`.

        explain: put all notes under a table, in place of the three most important ones; other forms always have all.
        language: `en` or `zh`, of the forms for people. Raises BenchError for another.
        """
        from bench.report.tables import FORMATS, as_sheets, as_terminal
        from bench.report.wording.base import demand_language

        demand_language(language)
        if form == "table":
            options: dict[str, Any] = {"width": width, "colour": colour, "explain": explain, "language": language}
            return as_terminal(self.tables, self.by_protocol, self.published, **options)
        kind = FORMATS[form]()
        if language == "en" or not kind.is_for_people():
            return kind.comparisons(self.tables, self.by_protocol, self.published)
        return kind.sheets([sheet.into(language) for sheet in as_sheets(self.tables, self.by_protocol, self.published)])

    def __str__(self) -> str:
        return self.render("table", width=120)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def compare(
    results: ResultsLike,
    *,
    metric: str = "f1_macro",
    baseline: str | None = None,
    region: float | None = None,
    published: str | Path | None = None,
    systems: str | None = None,
    sort: str | None = None,
    reach: float | None = None,
    columns: Sequence[str] = (),
    class_counts: ClassCounts = "fixed",
) -> Comparisons:
    """Scores, 95 % intervals, paired tests and tiers: a table for each group of runs on the same rows and splits.

    results: what `run` gave, folders of stored runs, or several of these. metric: what rows are sorted by and what is
    tested: `f1_macro`, `accuracy`, `f1:CLASS`. baseline: test each system against this one, in place of all pairs.
    region: show how probable it is that a difference is smaller than this. published: a file of numbers that others
    published, shown apart. systems: patterns of the names of the systems that are compared, as in `char-*,majority`.
    sort: the column that rows are sorted by. reach: the score of which learning curves say how many rows it takes to
    reach it; left out, the next twentieth above the best. columns: further columns of the table, as `["times"]`.
    class_counts: what intervals and tests assume: `fixed`, that new data would have as many rows of each class;
    `random`, that chance would decide that, too.
    Raises BenchError for folders without runs, an unknown metric, baseline, pattern or column, and for single runs,
    named one by one, that cannot be compared.
    """
    from bench.comparison import by_column, demand_comparable, side_by_side
    from bench.comparison import compare as compared
    from bench.comparison.published import read_published
    from bench.execution.results import is_run
    from bench.report.tables.columns.base import demand_columns

    demand_columns(columns)
    others = () if published is None else read_published(Path(published))
    runs = as_results(results).runs
    _LOG.info("read %d runs", len(runs))
    named = results if isinstance(results, (list, tuple)) else [results]
    if all(isinstance(each, (str, Path)) and is_run(Path(each)) for each in named):
        demand_comparable(runs)
    comparisons = compared(runs, metric, baseline=baseline, region=region, systems=systems, class_counts=class_counts)
    if sort is not None:
        comparisons = by_column(comparisons, sort)
    by_protocol = side_by_side(comparisons, runs, reach=reach)
    shown = tuple(replace(each, columns=tuple(columns)) for each in comparisons)
    return Comparisons(shown, tuple(by_protocol), tuple(others))


@dataclass(frozen=True, slots=True)
class Differences:
    """New runs of systems compared with older ones. A notebook shows it as a table. found: the whole comparison."""

    found: Difference

    @property
    def worse(self) -> tuple[str, ...]:
        """The systems that became worse."""
        return self.found.worse

    @property
    def gone(self) -> tuple[str, ...]:
        """The systems that the older runs have and the new ones lack."""
        return self.found.only_old

    def to_frame(self) -> Any:
        """One row for each system, as a pandas frame.

        Its columns are `system`, `old`, `new`, `difference`, `low`, `high`, `p`, `verdict`.
        """
        return self.scores().to_frame()

    def scores(self) -> Frame:
        """The table that `to_frame` gives, for other libraries than pandas."""
        from bench.report.tables import difference_frame

        return difference_frame(self.found)

    def to_markdown(self) -> str:
        """GitHub tables: what changed, and the old and new scores."""
        return self.render("markdown")

    def to_latex(self) -> str:
        """The tables of `to_markdown` as LaTeX, with the rules of booktabs."""
        return self.render("latex")

    def render(self, form: str, *, width: int | None = None, colour: bool = False) -> str:
        """As text: `table` (for a terminal of `width` columns), `markdown`, `latex`, `csv` or `json`."""
        from bench.report.tables import FORMATS, difference_as_terminal

        if form == "table":
            return difference_as_terminal(self.found, width=width, colour=colour)
        return FORMATS[form]().difference(self.found)

    def __str__(self) -> str:
        return self.render("table", width=120)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from bench.report.tables import difference_as_html

        return difference_as_html(self.found)


def difference(
    results: ResultsLike,
    against: ResultsLike,
    *,
    metric: str = "f1_macro",
    systems: str | None = None,
    sort: str | None = None,
    decide: bool = False,
) -> Differences:
    """Compare runs with older ones of the same systems: what changed, and what a paired test shows.

    results, against: the new runs and the older ones, as for `compare`. metric: what is tested. systems: patterns of
    the names of the systems that are compared. sort: `new` (left out), `old`, `difference` or `name`. decide: refuse
    runs that cannot be compared because they saw other rows or splits.
    Raises BenchError where no system is in both, and for an unknown metric, pattern or order.
    """
    from bench.comparison.difference import difference as tested

    old, new = as_results(against).runs, as_results(results).runs
    return Differences(tested(new, old, metric, systems=systems, sort=sort or "new", decide=decide))
