"""Packs results into an archive, and merges the results of several people into one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.execution.result_archives import Merged


def pack_results(paths: Sequence[Path], out: Path, *, force: bool = False) -> dict[str, int]:
    """Write all runs under `paths` as one archive (.zip); return the number of runs of each experiment.

    Raises BenchError for damaged runs, another ending, and a file that is there already, unless `force`.
    """
    from bench.core.files import write_together
    from bench.core.outputs import FileIsThereError, check_target
    from bench.execution.result_archives import pack
    from bench.execution.results import find_runs

    if out.suffix.lower() != ".zip":
        raise BenchError(f"ends in {out.suffix!r}; give a name that ends in .zip", place=out)
    try:
        check_target(out, over=force)
        data, counts = pack(find_runs(paths))
        write_together({out: data}, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None
    return counts


def merge_results(sources: Sequence[Path], results: Path) -> list[Merged]:
    """Add the runs of archives and of other results folders to `results`: all of them, or none.

    Raises BenchError for what is hostile or damaged in a source, and for a run that differs from one that is there.
    """
    from bench.core.files import check_writable
    from bench.execution.result_archives import merge

    check_writable(results)
    return merge(sources, results)
