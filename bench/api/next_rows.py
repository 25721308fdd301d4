"""Chooses which unlabelled texts should be labelled next, and writes them for annotators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.errors import BenchError, suggest
from bench.core.labelled_texts import LabelledTexts
from bench.experiment.resolving import ExperimentLike, ResolvedExperiment, resolve_experiment

if TYPE_CHECKING:
    from bench.deployment.next_rows import NextRow, NotCandidates, Unlabelled
    from bench.experiment.config import Experiment, System
    from bench.experiment.strategies.base import Strategy
    from bench.tables import Table

METRIC = "f1_macro"


@dataclass(frozen=True, slots=True)
class NextRows:
    """Rows to be labelled next, the most useful first. left: texts that were not considered.

    system: the one that proposed labels; why: why that one was taken, where the user named none. classes: of the
    labelled data. text, label, group: names of columns, as the data has them.
    notes: what a user should know of how everything was read.
    """

    rows: tuple[NextRow, ...]
    left: NotCandidates
    system: str
    why: str
    strategy: str
    classes: tuple[str, ...]
    text: str
    label: str
    group: str | None
    notes: tuple[str, ...]

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The table to be filled in: `id`, text, label (empty), `proposal`, `probability`, `chosen_by`, `reason`."""
        from bench.deployment.next_rows import columns_of

        return columns_of(self.rows, text=self.text, label=self.label, group=self.group)

    def to_frame(self) -> Any:
        """The table to be filled in, as a pandas frame."""
        from bench.report.frames import Frame

        return Frame(self.columns).to_frame()

    def shown(self, *, width: int | None = None, colour: bool = False) -> str:
        """The rows as text for a terminal."""
        from bench.report.next_rows import as_terminal

        return as_terminal(self.rows, width=width, colour=colour)


def next_rows(
    experiment: ExperimentLike,
    unlabelled: Any,
    *,
    rows: int = 20,
    system: str | None = None,
    strategy: str | Mapping[str, Any] = "mixture",
    random_share: float | None = None,
    text: str | None = None,
    results: str | Path | None = None,
) -> NextRows:
    """The texts whose labels would help most, each with its reasons and the label that the system proposes.

    experiment: has the labelled data and the systems. unlabelled: a file of texts (a line each, or a table), a list
    of texts, or a table that Python holds. system: left out, the best in `results` for this data, else the first that
    reads texts. strategy: a name (`random`, `margin`, `entropy`, `diversity`, `rare-class`, `mixture`) or settings.
    random_share: the share of rows, 0 to 1, that are drawn at random beside those that the strategy chooses.
    text: the column of texts; left out, the one of the labelled data, or `text`.
    Near duplicates are left out, and rows are spread over groups. Equal data and settings give equal rows.
    Raises BenchError for a fault in experiment, data or texts, and for a strategy whose scores the system cannot give.
    """
    from bench.deployment.models import fit
    from bench.deployment.next_rows import next_rows as choose
    from bench.execution.identity import RunIdentity
    from bench.experiment.strategies.base import check_scores

    if rows < 1:
        raise BenchError(f"rows: must be 1 or more, got {rows}")
    resolved = resolve_experiment(experiment)
    wanted = _strategy(strategy, random_share)
    data = _data(resolved)
    known, place = resolved.named(data), resolved.place
    named, why = _system(known, place, data, system, None if results is None else Path(results))
    check_scores(wanted, named.score_kind)
    texts, names, notes = _unlabelled(unlabelled, resolved, text)
    protocol = resolved.experiment.protocol.expand()[0]
    try:
        model = fit(RunIdentity.of(resolved.experiment, data, protocol), data, named)
    except BenchError as error:
        raise error if error.place is not None else BenchError(error.message, place=resolved.place) from None
    found, left = choose(model, data, texts, wanted, count=rows, random_state=resolved.experiment.protocol.random_state)
    told = (*data.notes, *notes)
    return NextRows(tuple(found), left, named.name, why, wanted.title, data.classes, *names, told)


def _strategy(strategy: str | Mapping[str, Any], random_share: float | None) -> Strategy:
    from bench.core.settings import Settings
    from bench.core.validation import check
    from bench.core.yaml_files import plain_document
    from bench.experiment.strategies.base import STRATEGIES, AnyStrategy

    if isinstance(strategy, str) and strategy not in STRATEGIES.classes():
        raise BenchError(f"unknown strategy {strategy!r}{suggest(strategy, STRATEGIES.classes())}")
    settings: Any = {"kind": strategy} if isinstance(strategy, str) else dict(strategy)
    if random_share is not None:
        own = settings if settings.get("kind") == "mixture" else {"kind": "mixture", "of": [settings]}
        settings = {**own, "random_share": random_share}

    class _Wanted(Settings):
        strategy: AnyStrategy

    return check(_Wanted, plain_document({"strategy": settings}), context={}).strategy


def _data(resolved: ResolvedExperiment) -> LabelledTexts:
    try:
        return resolved.experiment.data.load()
    except BenchError as error:
        raise error if error.place is not None else BenchError(f"data: {error.message}", place=resolved.place) from None


def _system(
    experiment: Experiment, place: str, data: LabelledTexts, name: str | None, results: Path | None
) -> tuple[System, str]:
    """The system that proposes labels, and why it was chosen where the user named none."""
    systems = {system.name: system for system in experiment.systems}
    if name is not None:
        if name not in systems:
            raise BenchError(f"no system {name!r}{suggest(name, systems)}", place=place)
        return systems[name], ""
    # A transductive system learns from the texts of test rows, and there are none here.
    readers = [system for system in systems.values() if not (system.classifier.control or system.transductive)]
    if not readers:
        raise BenchError(
            "every system is a control, which does not read the words, or transductive; add another",
            place=place,
        )
    if len(readers) == 1:
        return readers[0], ""
    best = _best(results, data, [system.name for system in readers])
    return (systems[best], "the best stored for this data") if best else (readers[0], "the first in the file")


def _best(results: Path | None, data: LabelledTexts, names: Sequence[str]) -> str | None:
    """The system with the highest macro-F1 among stored runs of these very rows; None where there are none."""
    from bench.execution.results import find_runs

    default = Path("results")
    if results is None and not any(default.glob("*/*/run.json")):
        return None
    sha256 = data.sha256()
    records = [run.record for run in find_runs([results or default]) if run.record.data_summary.sha256 == sha256]
    scores = {
        (score.value, record.system)
        for record in records
        if record.system in names and (score := record.scores.get(METRIC)) is not None and score.value is not None
    }
    return max(scores, key=lambda pair: (pair[0], pair[1]))[1] if scores else None


def _unlabelled(
    source: Any, resolved: ResolvedExperiment, text: str | None
) -> tuple[Unlabelled, tuple[str, str, str | None], tuple[str, ...]]:
    """The texts, the names of the columns of text, label and group in the labelled data, and notes."""
    from bench.deployment.next_rows import Unlabelled
    from bench.tables import is_table, read_columns, read_object

    data = resolved.experiment.data
    own_text, own_label = (str(getattr(data, key, key)) for key in ("text", "label"))
    group, row_id = getattr(data, "group", None), getattr(data, "id", None) or "id"
    if isinstance(source, (str, Path)):
        table = _file(Path(source), own_text, text)
    elif is_table(source):
        there = _names(source)
        wanted = [text, own_text, "text", row_id, group]
        table = read_object(source, "unlabelled", [name for name in dict.fromkeys(wanted) if name and name in there])
    else:
        table = read_columns({own_text: list(source or ())}, "unlabelled")
    column = text or (own_text if own_text in table.columns else "text")
    cells = table.column(column)
    rows = [at for at, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
    if not rows:
        raise BenchError(f"holds no text in {column!r}", place=table.path)
    blank = len(cells) - len(rows)
    notes = (*table.notes, *([f"{table.path}: {blank} rows without a text left out"] if blank else []))
    texts = tuple(str(cells[at]) for at in rows)
    ids, groups = table.columns.get(row_id), None if group is None else table.columns.get(group)
    named = tuple(_called(table, at) if ids is None else str(ids[at]) for at in rows)
    of_groups = None if groups is None else tuple("" if groups[at] is None else str(groups[at]) for at in rows)
    return Unlabelled(named, texts, of_groups), (own_text, own_label, group if of_groups else None), notes


def _file(path: Path, own_text: str, text: str | None) -> Table:
    """The table in a file; one text a line is a table of one column. Raises BenchError as `read_table` does."""
    from bench.corpus.unlabelled import holds_lines, refuse_columns
    from bench.tables import found_delimiter, read_columns, read_table

    if not holds_lines(path):
        return read_table(path, delimiter=found_delimiter(path))
    refuse_columns(str(path), {"--text": text})
    return replace(read_columns({own_text: _lines(path)}, str(path)), path=path, unit="line")


def _called(table: Table, row: int) -> str:
    """What a row is called: its file and line, or its number where it comes from no file."""
    return table.short_place(row) if isinstance(table.path, Path) else str(row + 1)


def _names(table: Any) -> list[str]:
    """The names of the columns of a table that Python holds."""
    names = getattr(table, "column_names", None)
    return [str(name) for name in (getattr(table, "columns", ()) if names is None else names)]


def _lines(path: Path) -> list[str]:
    import sys

    from bench.corpus.unlabelled import read_texts

    with ExitStack() as stack:
        texts = read_texts(path, stack, standard_input=sys.stdin.buffer)
        return [text for batch in texts.batches(1000) for text, _ in batch]


def write_next_rows(found: NextRows, out: Path, *, tool: str | None = None, force: bool = False) -> list[Path]:
    """Write rows for whoever labels them: as a table in the format of `out`'s ending, or as tasks of a labelling tool.

    tool: the labelling tool, as `label-studio`; its tasks are written to `out`, and beside it, as .csv, the table that
    the tool's labels are later filled into.
    Raises BenchError for files that exist, unless `force`; then nothing is written.
    """
    from bench.core.digests import digest
    from bench.core.files import write_together
    from bench.core.outputs import FileIsThereError
    from bench.corpus.exchange.base import TOOLS, Choices, Suggestion, Task
    from bench.data.own_labels import CONTROL
    from bench.tables import table_bytes

    if tool is None:
        files = {out: table_bytes(found.columns, out)}
    else:
        tasks = [
            # The id that `bench labels import` makes of a text.
            Task(digest([row.text])[:16], row.text, None, Suggestion(row.proposal, row.probability, found.system))
            if row.probability is not None and TOOLS[tool]().takes_suggestions
            else Task(digest([row.text])[:16], row.text, None)
            for row in found.rows
        ]
        files = TOOLS[tool]().export(tasks, Choices(CONTROL, dict.fromkeys(found.classes)), out)
        table = out.with_suffix(".csv")
        files[table] = table_bytes(found.columns, table)
    try:
        write_together(files, over=force)
    except FileIsThereError as error:
        raise BenchError(f"{error.message}; --force replaces it", place=error.place) from None
    return list(files)
