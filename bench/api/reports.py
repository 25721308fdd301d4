"""Results as a web page, written to a file or shown in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bench.api.results import ResultsLike, as_results
from bench.core.errors import BenchError
from bench.core.files import check_writable, write_whole
from bench.core.inputs import open_regular
from bench.core.outputs import check_target, is_stream
from bench.report.progress import progress as shown_progress

if TYPE_CHECKING:
    from bench.core.labelled_texts import LabelledTexts
    from bench.execution.results import StoredRun

PAGE = "report.html"
"""The default name of a report."""

_HEAD = 4096
_MOST_EXPLAINED = 3
"""In how many comparisons on the same rows the best linear system is fitted again: those with most systems."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A page. In a notebook it shows itself. html: all of it; path: where it was written, None where nowhere.

    notes: what it could not show, a line each.
    """

    html: str = field(repr=False)
    path: Path | None
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.html.encode())

    def _repr_html_(self) -> str:
        """The page in a frame of its own, which keeps its style and its script away from the notebook."""
        style = "width: 100%; height: 80vh; min-height: 480px; border: 1px solid #8888; border-radius: 4px"
        page = escape(self.html)
        return f'<iframe title="report" sandbox="allow-scripts" style="{style}" srcdoc="{page}"></iframe>'


def report(
    results: ResultsLike,
    out: str | Path | None = None,
    *,
    metric: str = "f1_macro",
    folder: str | Path | None = None,
    across: bool = False,
    language: str = "en",
    force: bool = False,
    progress: bool = True,
) -> Reported:
    """All results as one web page that works without a network: scores, differences, every row with its predictions.

    out: a file to write it to; left out, it is shown in a notebook, or asked for its `html`. An earlier report is
    written over.
    folder: where paths of own data start, that of the experiment files; left out, where it lay, configs/ or here.
    across: also what several data sets show together, each counting once, as `compare_across` does.
    language: of the page, `en` or `zh`.
    Rows are shown with their texts where their data can be read, or was given to `run` in this session.
    Raises BenchError where `out` is another file, unless `force`; for damaged results; and for a metric that no run
    holds.
    """
    from bench.report.wording.base import demand_language

    demand_language(language)
    target = None if out is None else Path(out)
    if target is not None:
        _check_place(target, force=force)
    found = as_results(results)
    with shown_progress(None, shown=progress) as advance:
        page, notes = _page(
            found.runs,
            found.data,
            metric,
            None if folder is None else Path(folder),
            advance,
            across=across,
            language=language,
        )
    if target is not None:
        write_whole(target, page.encode())
    return Reported(page, target, notes)


def _page(
    runs: Sequence[StoredRun],
    known: dict[str, LabelledTexts],
    metric: str,
    folder: Path | None,
    advance: Callable[[str], None],
    *,
    across: bool,
    language: str,
) -> tuple[str, tuple[str, ...]]:
    """The page, and notes. advance: called after each fold that is fitted again to find what its n-grams did."""
    from bench.comparison import compare, side_by_side
    from bench.comparison.run_details import detailed
    from bench.deployment.attributions import Attributions, best_linear
    from bench.execution.verify import data_folder
    from bench.report.html import make_report, render, rows_of
    from bench.report.row_texts import read_texts
    from bench.suites import suite_of

    comparisons = compare(runs, metric)
    suite = suite_of(comparisons, runs) if across else None
    found = detailed(comparisons, runs)
    digests = dict.fromkeys(run.record.data_summary.sha256 for run in runs)
    folders = {run.record.data_summary.sha256: data_folder(run, folder) for run in reversed(runs)}
    texts = {
        digest: read_texts(
            [run.record for run in runs if run.record.data_summary.sha256 == digest], folders[digest], known
        )
        for digest in digests
    }
    rows = rows_of(found, texts)
    attributions: dict[tuple[str, int], Attributions] = {}
    for each in rows:
        data = each.texts.data
        if data is None:
            continue
        for at, comparison in enumerate(each.comparisons[:_MOST_EXPLAINED]):
            records = [detail.record for detail in comparison.readers]
            lay = folders[comparison.comparison.data_summary.sha256]
            explained = best_linear(records, data, lay, rows=set(each.shown), advance=advance)
            if explained is not None:
                attributions[each.key, at] = explained
    by_protocol = side_by_side([each.comparison for each in found], runs)
    page = render(make_report(found, by_protocol, rows, attributions, suite, language=language))
    reasons = {each.texts.reason for each in rows if each.texts.reason is not None}
    return page, tuple(f"rows stand without texts: {reason}" for reason in sorted(reasons))


def _check_place(out: Path, *, force: bool) -> None:
    """Raises BenchError where no file can be put, and for a file that is no report of ours and would be lost."""
    from bench.report.html import is_ours

    if is_stream(out):
        return
    check_writable(out.parent)
    if out.is_dir():
        raise BenchError(f"is a folder; give a file's name, as in --out {out / PAGE}", place=out)
    check_target(out)
    if not out.exists():
        return
    with open_regular(out) as file:
        if not force and not is_ours(file.read(_HEAD)):
            text = "is there already, is no report of bench, and would be lost; --force replaces it"
            raise BenchError(text, place=out)
