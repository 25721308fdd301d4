"""Packs results into an archive, and merges results from archives and folders of several people.

Every record is checked by its own digest, and predictions by the record's, before anything is written; what is there
already and differs is never replaced. Whoever sends results vouches for them: `bench verify` runs them again.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bench.core.archives import Archive, open_archive, write_archive
from bench.core.confusables import skeleton
from bench.core.errors import BenchError, quoted
from bench.core.files import alone_in
from bench.core.folders import check_folder, new_folder
from bench.execution.results import StoredRun, find_runs, read_run
from bench.execution.run_folder import PREDICTIONS, RECORD, RUN, TIMINGS
from bench.experiment.config import is_name

_FILES = (RECORD, PREDICTIONS, TIMINGS)


@dataclass(frozen=True, slots=True)
class Merged:
    """The runs of a source after a merge. new, there: places (`experiment/system`) added, or there already."""

    source: Path
    new: tuple[str, ...]
    there: tuple[str, ...]


def pack(runs: Sequence[StoredRun]) -> tuple[bytes, dict[str, int]]:
    """Runs as an archive, with equal bytes for equal files; and the number of runs of each experiment.

    Raises BenchError for a run whose predictions are not those that it recorded, and for two runs of one place.
    """
    files: dict[str, Path | bytes] = {}
    counts: dict[str, int] = {}
    for run in runs:
        place = _place(run)
        if f"{place}/{RECORD}" in files:
            raise BenchError(f"{place} is in two of the folders; name one of them", place=run.folder)
        _check_whole(run)
        found = {name: run.folder / name for name in _FILES if (run.folder / name).is_file()}
        files |= {f"{place}/{name}": path for name, path in found.items()}
        counts[run.record.experiment] = counts.get(run.record.experiment, 0) + 1
    target = io.BytesIO()
    write_archive(target, files)
    return target.getvalue(), counts


def merge(sources: Sequence[Path], results: Path) -> list[Merged]:
    """Add the runs of archives and results folders to `results`; all of them, or none where anything is wrong.

    Raises BenchError for an archive that holds anything but whole runs, for a run that is damaged or lies in another
    place than its record names, and for one that differs from what is there, or from another source's.
    """
    with ExitStack() as stack:
        given = [(source, stack.enter_context(_opened(source))) for source in sources]
        planned: dict[str, StoredRun] = {}
        found = []
        for source, runs in given:
            new, there = [], []
            for run in runs:
                place = _checked_place(run, source)
                _check_whole(run)
                if place in planned:
                    _demand_same(planned[place], run, source)
                    there.append(place)
                elif (results / place / RECORD).exists():
                    _demand_same(read_run(results / place), run, source)
                    there.append(place)
                else:
                    check_folder(results / place, RUN, over=True)
                    planned[place] = run
                    new.append(place)
            found.append(Merged(source, tuple(new), tuple(there)))
        for experiment in dict.fromkeys(run.record.experiment for run in planned.values()):
            stack.enter_context(alone_in(results / experiment))
        for place, run in planned.items():
            with new_folder(results / place, RUN, over=True) as folder:
                for name in _FILES:
                    if (run.folder / name).is_file():
                        shutil.copyfile(run.folder / name, folder / name)
    return found


def _place(run: StoredRun) -> str:
    """The place of a run in results: its experiment, and the folder's own name, which may include a training size."""
    return f"{run.record.experiment}/{run.folder.name}"


def _checked_place(run: StoredRun, source: Path) -> str:
    name = run.folder.name
    fits = name == run.record.system or name.startswith(f"{run.record.system}@")
    if not (is_name(run.record.experiment) and fits):
        text = (
            f"holds the run of {quoted(run.record.system)} in a folder {quoted(name)}; folders are named by their runs"
        )
        raise BenchError(text, place=source)
    return _place(run)


def _check_whole(run: StoredRun) -> None:
    if run.record.status == "complete":
        run.predictions()


def _demand_same(there: StoredRun, run: StoredRun, source: Path) -> None:
    mine, theirs = there.record, run.record
    if mine.record_sha256 == theirs.record_sha256:
        return
    parts = ("config", "data", "protocol", "environment", "kernels", "predictions_sha256", "scores")
    differing = [part for part in parts if getattr(mine, part) != getattr(theirs, part)]
    text = f"{_place(run)} differs from what is in {there.folder} ({', '.join(differing) or 'record'})"
    raise BenchError(f"{text}; nothing was merged: rename one experiment, or leave it out", place=source)


@contextmanager
def _opened(source: Path) -> Iterator[list[StoredRun]]:
    """The runs of a source; an archive is unpacked into a temporary folder."""
    if source.is_dir():
        yield find_runs([source])
        return
    with open_archive(source) as archive, tempfile.TemporaryDirectory(prefix="banmian-") as folder:
        places = _places(archive, source)
        runs = []
        for place, names in places.items():
            target = Path(folder, place)
            target.mkdir(parents=True)
            for name in names:
                (target / name).write_bytes(archive.read(f"{place}/{name}"))
            try:
                runs.append(read_run(target))
            except BenchError as error:
                raise BenchError(f"{place}/{RECORD}: {error.message}", place=source) from None
        yield runs


def _places(archive: Archive, source: Path) -> dict[str, list[str]]:
    """Run folders to their files. Raises BenchError for anything else in the archive."""
    places: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    for name in archive.names:
        parts = PurePosixPath(name).parts
        if len(parts) != 3 or parts[2] not in _FILES or not (is_name(parts[0]) and _is_folder(parts[1])):
            raise BenchError(
                f"holds {quoted(name)}, which is no file of a run (EXPERIMENT/SYSTEM/{RECORD})", place=source
            )
        place = f"{parts[0]}/{parts[1]}"
        other = seen.setdefault(skeleton(place).casefold(), place)
        if other != place:
            raise BenchError(f"holds {quoted(place)} beside {quoted(other)}: one name twice", place=source)
        places.setdefault(place, []).append(parts[2])
    alone = next((place for place, names in places.items() if RECORD not in names), None)
    if not places or alone is not None:
        what = "no run" if alone is None else f"{quoted(alone)} without its {RECORD}"
        raise BenchError(f"holds {what}; make it with 'bench results pack'", place=source)
    return places


def _is_folder(name: str) -> bool:
    system, _, size = name.partition("@")
    return is_name(system) and (not size or size.isalnum())
