"""Labels the texts of a file with a saved model, row after row."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from bench.core.errors import BenchError
from bench.core.files import check_writable, open_whole
from bench.core.outputs import FileIsThereError, check_target

if TYPE_CHECKING:
    from bench.corpus.unlabelled import Texts
    from bench.deployment.models import Model
    from bench.report.predictions import Heading, PredictedText, Writer
    from bench.report.progress import Bar

_BATCH, _SLOW_BATCH = 1000, 16


@dataclass(frozen=True, slots=True)
class Source:
    """The source of texts. path: None for standard input; page: whether it is a raw page, to be repaired first.

    The others are as for `bench.corpus.unlabelled.read_texts`.
    """

    path: Path | None
    standard_input: BinaryIO
    page: bool = False
    text: str | None = None
    row_id: str | None = None
    keep: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    multiline: bool = False
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The outcome. blank: texts without a label; unknown: texts without a feature that the model knows."""

    texts: int
    blank: int
    unknown: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """The target of predictions. out: a file, None for standard output; form: table, csv, jsonl or json."""

    standard_output: TextIO
    form: str
    out: Path | None = None
    force: bool = False
    width: int | None = None
    colour: bool = False


def predict(
    folder: Path,
    source: Source,
    target: Target,
    *,
    progress: Callable[[int | None], AbstractContextManager[Bar]],
    jobs: int = 1,
) -> Done:
    """Label texts with a saved model, one row a text, in their order; a blank text gets a row without a label.

    progress: given how many batches there are (None where nobody knows), what is told of each. jobs: so many processes
    embed the texts of a file, if the model embeds.
    Raises BenchError for a model that cannot be trusted to predict what it did, and for texts that cannot be read; then
    no file is written.
    """
    from bench.deployment.models import read
    from bench.report.predictions import Heading

    if target.out is not None:
        _demand_place(target.out, force=target.force)
    model = read(folder)
    blank = unknown = count = 0
    with ExitStack() as stack:
        texts = _opened(source, stack, str(model.record.data.get("text", "text")))
        # A program that pipes texts in may wait for each answer.
        size = _SLOW_BATCH if model.is_slow and texts.count is None else _BATCH
        heading = Heading(texts.columns, model.classes, model.record.score_kind, texts.unit)
        advance = stack.enter_context(progress(None if texts.count is None else -(-texts.count // size)))
        batches = texts.batches(size)
        first = next(batches)  # an input that cannot be read at all leaves no header line behind
        write = stack.enter_context(_writer(target, heading))
        for batch in itertools.chain([first], batches):
            rows, unknown_here = _predicted(model, texts.columns, batch, jobs=jobs, embedding=advance.embedded)
            write([replace(row, place=texts.place(count + at)) for at, row in enumerate(rows)])
            advance("texts")
            count += len(rows)
            blank += sum(row.label is None for row in rows)
            unknown += unknown_here
    return Done(count, blank, unknown, texts.notes)


def _demand_place(out: Path, *, force: bool) -> None:
    check_writable(out.parent)
    try:
        check_target(out, over=force)
    except FileIsThereError as error:
        raise FileIsThereError(f"{error.message}; --force replaces it", place=error.place) from None


def _opened(source: Source, stack: ExitStack, own: str) -> Texts:
    """own: the column that held the texts which the model was fitted on."""
    from bench.corpus.unlabelled import read_page, read_texts

    if not source.page:
        return read_texts(
            source.path,
            stack,
            standard_input=source.standard_input,
            text=source.text,
            usual=tuple(dict.fromkeys([own, "text"])),
            row_id=source.row_id,
            keep=source.keep,
            encoding=source.encoding,
            delimiter=source.delimiter,
            multiline=source.multiline,
            sheet=source.sheet,
        )
    if source.text or source.row_id or source.keep or source.multiline or source.delimiter or source.sheet:
        text = "--page reads one raw page, which has no columns; leave the options for columns out: --text, --id, …"
        raise BenchError(text)
    return read_page(source.path, standard_input=source.standard_input, encoding=source.encoding)


def _predicted(
    model: Model,
    columns: Sequence[str],
    batch: Sequence[tuple[str, tuple[object, ...]]],
    *,
    jobs: int,
    embedding: Callable[[int, int], None],
) -> tuple[list[PredictedText], int]:
    """A row for each text, and how many of those with a label hold nothing that the model knows."""
    from bench.report.predictions import PredictedText

    whole = [at for at, (text, _) in enumerate(batch) if text.strip()]
    asked = [batch[at][0] for at in whole]
    found = model.predict(asked, jobs=jobs, embedding=embedding) if whole else None
    place = {at: row for row, at in enumerate(whole)}
    rows = []
    for at, (text, values) in enumerate(batch):
        given = dict(zip(columns, values, strict=True))
        if found is None or at not in place:
            rows.append(PredictedText(given, text, None, None))
            continue
        row = place[at]
        scores = None if found.scores is None else tuple(found.scores[row].tolist())
        rows.append(PredictedText(given, text, model.classes[int(found.prediction[row])], scores))
    return rows, 0 if found is None else int(found.unknown.sum())


@contextmanager
def _writer(target: Target, heading: Heading) -> Iterator[Writer]:
    from bench.report.predictions import FORMATS, as_table

    with ExitStack() as stack:
        file = target.standard_output if target.out is None else stack.enter_context(open_whole(target.out))
        if target.form == "table":
            yield stack.enter_context(as_table(file, heading, width=target.width, colour=target.colour))
        else:
            yield stack.enter_context(FORMATS[target.form](file, heading))


def read_text(stream: BinaryIO) -> str:
    """One text from standard input, line ends and all. Raises BenchError for what is not UTF-8."""
    from bench.corpus.unlabelled import STANDARD_INPUT, decoded

    return "".join(decoded(io.BytesIO(stream.read()), "utf-8", STANDARD_INPUT)).strip()
