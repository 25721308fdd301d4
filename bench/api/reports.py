"""Stored results as a web page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.core.errors import BenchError
from bench.core.files import check_writable, write_whole
from bench.core.inputs import open_regular
from bench.core.targets import check_target, is_stream

PAGE = "report.html"
"""What a report is called where no name is given."""

_HEAD = 4096
_MOST_EXPLAINED = 3
"""Of so many comparisons on the same rows the best linear system is fitted again, those with most systems."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A page that was written. size: in bytes; notes: what it could not show, a line each."""

    path: Path
    size: int
    notes: tuple[str, ...]


def report(
    paths: Sequence[Path],
    out: Path,
    *,
    metric: str,
    folder: Path | None,
    force: bool = False,
    advance: Callable[[str], None] = lambda _: None,
) -> Reported:
    """Write all runs under `paths` as one web page.

    folder: where paths of own data start, that of the experiment files; None: where it lay, configs/ or here.
    advance: called with a system's name
    whenever a fold of it was fitted again to tell what its n-grams did.
    An earlier report is written over. Raises BenchError where another file stands at `out`, unless `force`; for damaged
    results; and for a metric that no run holds.
    """
    from bench.comparison import compare, side_by_side
    from bench.comparison.run_details import detailed
    from bench.deployment.attributions import Pulls, best_linear
    from bench.execution.results import find_runs
    from bench.execution.verify import data_folder
    from bench.report.html import make_report, render, rows_of
    from bench.report.row_texts import read_texts

    _check_place(out, force=force)
    runs = find_runs(paths)
    comparisons = compare(runs, metric)
    found = detailed(comparisons, runs)
    digests = dict.fromkeys(run.record.facts.sha256 for run in runs)
    folders = {run.record.facts.sha256: data_folder(run, folder) for run in reversed(runs)}
    texts = {
        digest: read_texts([run.record for run in runs if run.record.facts.sha256 == digest], folders[digest])
        for digest in digests
    }
    rows = rows_of(found, texts)
    pulls: dict[tuple[str, int], Pulls] = {}
    for each in rows:
        data = each.texts.data
        if data is None:
            continue
        for at, comparison in enumerate(each.comparisons[:_MOST_EXPLAINED]):
            records = [detail.record for detail in comparison.readers]
            lay = folders[comparison.comparison.facts.sha256]
            explained = best_linear(records, data, lay, rows=set(each.shown), advance=advance)
            if explained is not None:
                pulls[each.key, at] = explained
    page = render(make_report(found, side_by_side([each.comparison for each in found]), rows, pulls)).encode()
    write_whole(out, page)
    reasons = {each.texts.reason for each in rows if each.texts.reason is not None}
    return Reported(out, len(page), tuple(f"rows stand without texts: {reason}" for reason in sorted(reasons)))


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
