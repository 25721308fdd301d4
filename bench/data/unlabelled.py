"""Texts without labels beside labelled ones: read from files, checked, and kept apart from what is tested."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.corpus.unlabelled import holds_lines, read_texts
from bench.data.cells import TextColumn, is_empty
from bench.tables import Table


@dataclass(frozen=True, slots=True)
class UnlabelledTexts:
    """Texts of one source. name: what messages call it; notes: what a user should know of how they were read."""

    name: str
    texts: Sequence[str]
    notes: tuple[str, ...] = ()


def read_unlabelled(
    path: Path,
    column: str,
    *,
    columns: Sequence[str] | None = None,
    delimiter: str | None = None,
    multiline: bool = False,
    sheet: str | None = None,
) -> UnlabelledTexts:
    """The texts of a file: one a line (.txt), or a column of a table, as `bench predict` reads them.

    columns, delimiter, multiline, sheet: of tables, as for `read_table`; a file of lines has none of them.
    Raises BenchError with file and line for what cannot be read, and for a column that is not there.
    """
    options = {"columns": columns, "delimiter": delimiter, "multiline": multiline, "sheet": sheet}
    of_table = {"text": column, **options}
    with ExitStack() as stack:
        found = read_texts(path, stack, standard_input=io.BytesIO(), **({} if holds_lines(path) else of_table))  # type: ignore[arg-type]
        texts = [text for text, _ in found.rows]
    return UnlabelledTexts(str(path), texts, found.notes)


def texts_of(table: Table, column: str) -> UnlabelledTexts:
    """The texts of a column of a table that was read; an empty cell is a blank text.

    Raises BenchError with the place for a cell that holds none.
    """
    kind, texts = TextColumn(column), []
    for row, cell in enumerate(table.column(column)):
        try:
            texts.append("" if is_empty(cell) else kind.read(cell))
        except BenchError as error:
            raise BenchError(f"{column}: {error.message}", place=table.place(row)) from None
    return UnlabelledTexts(str(table.path), texts, table.notes)


def with_unlabelled(data: LabelledTexts, given: Sequence[UnlabelledTexts]) -> LabelledTexts:
    """Labelled texts with the texts of some sources beside them, in their order.

    Blank texts are left out, and so are those that are also labelled rows: a row's text would else be learnt from in
    the fold that tests it. A note of each source says how many. Raises BenchError for a source that no text is left of.
    """
    labelled = {text.strip() for text in data.texts}
    kept: list[str] = []
    notes: list[str] = []
    for source in given:
        whole = [text for text in source.texts if text.strip()]
        own = [text for text in whole if text.strip() not in labelled]
        blank, known = len(source.texts) - len(whole), len(whole) - len(own)
        if not own:
            what = f"each of its {len(whole)} texts is also a labelled row" if whole else "holds no text"
            raise BenchError(f"{what}; give texts of which nobody knows the label", place=source.name)
        why = [f"{known} also labelled rows"] if known else []
        why += [f"{blank} blank"] if blank else []
        if why:
            notes.append(
                f"{source.name}: {blank + known} of {len(source.texts)} unlabelled texts left out: {', '.join(why)}"
            )
        notes += source.notes
        kept += own
    return replace(data, unlabelled=(*data.unlabelled, *kept), notes=(*data.notes, *notes))
