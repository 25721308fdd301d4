"""Results of several data sets, compared: ranks, tests that take data sets as the unit, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.api.results import ResultsLike, as_results

if TYPE_CHECKING:
    from bench.report.frames import Frame
    from bench.suites import Suite


@dataclass(frozen=True, slots=True)
class Across:
    """Systems over several data sets; a notebook shows them. suite: the whole comparison."""

    suite: Suite

    def to_frame(self) -> Any:
        """One row for each system, best mean rank first, as a pandas frame: see `scores`."""
        return self.scores().to_frame()

    def scores(self) -> Frame:
        """One row for each system: its means over data sets, the tests against the reference, and its scores.

        Columns: `system`, `rank` and `mean` with `rank_low`, `rank_high`, `low`, `high`; `wins`, `ties`, `losses`, `p`
        (Holm) and `p_nemenyi` against the reference; and the score on each data set.
        """
        from bench.report.tables.suites import score_frame

        return score_frame(self.suite)

    def differences(self) -> Frame:
        """One row for each pair: `first`, `second`, `wins`, `ties`, `losses`, `p`, `p_adjusted` (Holm), `p_nemenyi`,
        and of the Bayesian model `difference`, `low`, `high`, `better`, `equivalent`, `worse`.
        """
        from bench.report.tables.suites import pair_frame

        return pair_frame(self.suite)

    def to_markdown(self) -> str:
        """A GitHub table."""
        return self.render("markdown")

    def to_latex(self) -> str:
        """A float with a table ruled by booktabs."""
        return self.render("latex")

    def diagram(self) -> str:
        """The critical-difference diagram (Demšar 2006) as an SVG document."""
        from bench.report.suite_diagram import as_svg

        return as_svg(self.suite)

    def render(self, form: str, *, width: int | None = None, colour: bool = False) -> str:
        """As text: `table` (for a terminal of `width` columns), `markdown`, `latex`, `csv` or `json`."""
        from bench.report.tables import FORMATS, suite_as_terminal

        if form == "table":
            return suite_as_terminal(self.suite, width=width, colour=colour)
        return FORMATS[form]().suite(self.suite)

    def __str__(self) -> str:
        return self.render("table", width=120)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from bench.report.tables import suite_as_html

        return suite_as_html(self.suite)


def compare_across(
    results: ResultsLike,
    *,
    metric: str = "f1_macro",
    baseline: str | None = None,
    region: float | None = None,
    systems: str | None = None,
) -> Across:
    """Compare systems over several data sets, each data set counting once.

    results: what `run` gave, folders of stored runs, or several of these; runs on the same rows count as one data set.
    metric: what is compared. baseline: what the others are compared with; left out, the best mean rank. region: how
    large a difference counts as none, 0.01 if left out. systems: patterns of those that are compared.
    Raises BenchError for results of one data set, and as `compare` does.
    """
    from bench.comparison import compare
    from bench.suites import REGION, suite_of

    runs = as_results(results).runs
    comparisons = compare(runs, metric, systems=systems)
    within = REGION if region is None else region
    return Across(suite_of(comparisons, runs, baseline=baseline, region=within))


def write_diagram(found: Across, out: Path, *, force: bool = False) -> None:
    """Put the diagram into a file, as its ending says: .svg, .png or .pdf.

    Raises BenchError for another ending, and for a file that is there already, unless `force`.
    """
    from bench.core.errors import BenchError
    from bench.core.files import write_together
    from bench.core.outputs import FileIsThereError
    from bench.report.figures import drawn

    try:
        write_together({out: drawn(found.diagram(), out)}, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None
