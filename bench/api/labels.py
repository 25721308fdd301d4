"""Exports texts to a labelling tool and imports their labels: of our pages and of any table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, suggest

if TYPE_CHECKING:
    from bench.corpus.exchange.base import Answer
    from bench.corpus.exchange.merge import Merged
    from bench.corpus.label_files import Pass
    from bench.data.own_labels import ImportedLabels, LabelTable


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for a labelling tool. labelled: rows that carry a label already; blank: rows without a text."""

    files: tuple[Path, ...]
    rows: int
    labelled: int
    blank: int = 0


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts that are labelled. text, label, row_id: names of columns.

    row_id: None for ids made from the texts, so that no label changes them. labels, labels_from: what annotators
    choose from, as a list parted by commas or a file with a label a line and its meaning behind a tabulator; left
    out, the labels that rows have. multiline: quoted fields of a CSV file that span lines are meant.
    """

    path: Path
    text: str = "text"
    label: str = "label"
    row_id: str | None = None
    labels: str | None = None
    labels_from: Path | None = None
    multiline: bool = False

    def read(self) -> LabelTable:
        """The table. Raises BenchError with file and line or row for what cannot be read."""
        from bench.data.own_labels import read_label_table

        return read_label_table(
            self.path, text=self.text, label=self.label, row_id=self.row_id, multiline=self.multiline
        )

    def named(self) -> Mapping[str, str | None] | None:
        """The labels that are named, with their meanings; None where none are."""
        from bench.data.own_labels import named_labels

        return named_labels(self.labels, self.labels_from)


def export_labels(
    page: str, seeds: Path, tool: str, out: Path, *, pass_: Pass, with_proposals: bool, force: bool
) -> Exported:
    """Write one pass of a page's labels for a labelling tool. page: its key or its file.

    Raises BenchError for files that are there already, unless `force`.
    """
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_files, read_page
    from bench.corpus.exchange.base import TOOLS
    from bench.corpus.exchange.merge import TOPIC_CHOICES, tasks
    from bench.corpus.label_files import read_label_file
    from bench.corpus.proposals import proposals_path, read_proposals

    files = page_files(seeds)
    named = {**{str(file): file for file in files.values()}, **files}
    if page not in named:
        raise BenchError(f"no page has the key {page!r}{suggest(page, files)}", place=seeds)
    file = named[page]
    if with_proposals and not TOOLS[tool]().takes_suggestions:
        raise BenchError(f"--with-proposals: {tool} would take a proposal for a label; leave it out")
    repaired = read_page(file)
    label_file = read_label_file(labels_path(file), repaired)
    proposals = read_proposals(proposals_path(file)) if with_proposals else {}
    made = tasks(label_file, repaired, pass_, proposals)
    written = TOOLS[tool]().export(made, TOPIC_CHOICES, out)
    _write(written, force=force)
    return Exported(tuple(written), len(made), sum(task.label is not None for task in made))


def export_table_labels(table: TextTable, tool: str, out: Path, *, force: bool = False) -> Exported:
    """Write the texts of a table for a labelling tool, with the labels that they have already.

    Raises BenchError for what in the table cannot be read, for labels that are not among the named ones, and for files
    that are there already, unless `force`.
    """
    from bench.corpus.exchange.base import TOOLS

    read = table.read()
    made = read.tasks()
    written = TOOLS[tool]().export(made, read.choices(table.named()), out)
    _write(written, force=force)
    return Exported(tuple(written), len(made), sum(task.label is not None for task in made), read.without_text)


def _write(files: Mapping[Path, bytes], *, force: bool) -> None:
    from bench.core.files import write_together
    from bench.core.outputs import FileIsThereError

    try:
        write_together(files, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None


def import_labels(
    path: Path, seeds: Path, tool: str, *, pass_: Pass, annotator: str | None, force: bool, users: Path | None = None
) -> dict[Path, Merged]:
    """Import one pass of labels from a labelling tool's export; for each label file, what changed.

    annotator, users: as for `import_table_labels`.
    All of them or none: whatever is wrong in the file, in a page or in a label file, nothing is written.
    """
    from bench.core.files import write_together
    from bench.corpus.annotations import labels_path
    from bench.corpus.build import page_files, read_page
    from bench.corpus.exchange.merge import TOPIC_CHOICES, by_page, merge
    from bench.corpus.label_files import read_label_file

    files = page_files(seeds)
    answers = _answers(path, tool, TOPIC_CHOICES.control, annotator, users)
    merged = {}
    for key, of_page in by_page(answers, files).items():
        page, target = read_page(files[key]), labels_path(files[key])
        merged[target] = merge(read_label_file(target, page), page, of_page, pass_, force=force)
    changed = {
        target: done.label_file.to_bytes()
        for target, done in merged.items()
        if done.counts.set_ or done.counts.replaced
    }
    write_together(changed, over=True)
    return merged


def import_table_labels(
    path: Path,
    table: TextTable,
    tool: str,
    out: Path,
    *,
    annotator: str | None = None,
    users: Path | None = None,
    force: bool = False,
) -> ImportedLabels:
    """Import labels from a labelling tool's export, and write the table with them to `out`, by its ending.

    annotator: whose answers are taken, by e-mail, name or number; None for all, who then must agree on each row.
    users: a table with the columns `id` and `email`, where the export names annotators by number alone.
    force: replace labels that are there and differ, and a file that is there.
    Raises BenchError, and writes nothing, for whatever does not fit.
    """
    from bench.data.own_labels import CONTROL, take
    from bench.tables import table_bytes

    read = table.read()
    taken = take(read, _answers(path, tool, CONTROL, annotator, users), table.named(), force=force)
    _write({out: table_bytes(taken.columns, out)}, force=force)
    return taken


def _answers(path: Path, tool: str, control: str, annotator: str | None, users: Path | None) -> Sequence[Answer]:
    from bench.corpus.exchange.answers import by_email, of_annotator
    from bench.corpus.exchange.exported_files import read_answers

    answers = read_answers(path, tool, control)
    try:
        return of_annotator(by_email(answers, {} if users is None else _emails(users)), annotator)
    except BenchError as error:
        raise BenchError(error.message, place=error.place or path) from None


def _emails(path: Path) -> dict[str, str]:
    """Number to e-mail, as Label Studio lists its users (`/api/users`)."""
    from bench.tables import read_table

    table = read_table(path, keep=["id", "email"])
    pairs = zip(table.column("id"), table.column("email"), strict=True)
    return {str(number): str(email) for number, email in pairs if email}
