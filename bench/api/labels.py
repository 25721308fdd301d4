"""Labels, to a labelling tool and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, suggest

if TYPE_CHECKING:
    from bench.corpus.exchange.merge import Merged
    from bench.corpus.label_files import Pass


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a labelling tool. labelled: rows that carry a label already."""

    files: tuple[Path, ...]
    rows: int
    labelled: int


def export_labels(
    page: str, seeds: Path, tool: str, out: Path, *, pass_: Pass, with_proposals: bool, force: bool
) -> Exported:
    """Write one pass of a page's labels for a labelling tool. page: its key or its file.

    Raises BenchError for files that are there already, unless `force`.
    """
    from bench.core.files import write_together
    from bench.core.targets import FileIsThereError
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_files, read_page
    from bench.corpus.exchange.formats import TOOLS
    from bench.corpus.exchange.merge import tasks
    from bench.corpus.label_files import read_sheet
    from bench.corpus.proposals import proposals_path, read_proposals

    files = page_files(seeds)
    named = {**{str(file): file for file in files.values()}, **files}
    if page not in named:
        raise BenchError(f"no page has the key {page!r}{suggest(page, files)}", place=seeds)
    file = named[page]
    if with_proposals and not TOOLS[tool].takes_proposals:
        raise BenchError(f"--with-proposals: {tool} would take a proposal for a label; leave it out")
    repaired = read_page(file)
    sheet = read_sheet(labels_path(file), repaired)
    proposals = read_proposals(proposals_path(file)) if with_proposals else {}
    made = tasks(sheet, repaired, pass_, proposals)
    written = TOOLS[tool].export(made, out)
    try:
        write_together(written, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None
    return Exported(tuple(written), len(made), sum(task.label is not None for task in made))


def import_labels(
    path: Path, seeds: Path, tool: str, *, pass_: Pass, annotator: str | None, force: bool
) -> dict[Path, Merged]:
    """Take one pass of labels from what a labelling tool exported; label file to what became of it.

    All of them or none: whatever is wrong in the file, in a page or in a label file, nothing is written.
    """
    from bench.core.files import write_together
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_files, read_page
    from bench.corpus.exchange.formats import TOOLS
    from bench.corpus.exchange.merge import by_page, merge, of_annotator
    from bench.corpus.label_files import read_sheet
    from bench.tables import read_table

    files = page_files(seeds)
    answers = TOOLS[tool].answers(read_table(path))
    try:
        answers = of_annotator(answers, annotator)
    except BenchError as error:
        raise BenchError(error.message, place=path) from None
    merged = {}
    for key, of_page in by_page(answers, files).items():
        page, target = read_page(files[key]), labels_path(files[key])
        merged[target] = merge(read_sheet(target, page), page, of_page, pass_, force=force)
    changed = {target: done.sheet.to_bytes() for target, done in merged.items() if done.set_ or done.replaced}
    write_together(changed, over=True)
    return merged
