"""Labelled rows of the user's own files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts
from bench.core.settings import InputPath, Names, OneOrMany
from bench.data.labelled import labelled_texts
from bench.data.sources.base import SOURCES, TableSource, check_pairs, without_choosers
from bench.data.unlabelled import read_unlabelled, with_unlabelled
from bench.tables import Table, read_table


def _no_quote(delimiter: str) -> str:
    if delimiter in '"\r\n':
        raise ValueError("should be no quotation mark and no line end")
    return delimiter


@SOURCES.register("files")
class FilesSource(TableSource):
    """Rows of CSV, TSV, JSON (array or lines), Parquet or Excel files, known by their ending, or of saved data sets."""

    kind: Literal["files"]

    train: OneOrMany[InputPath]
    """The file whose rows are cross-validated, relative to the experiment file; of several files each is a training set
    where the protocol takes the data's own parts, and all rows together are the data where it splits them itself."""

    validation: OneOrMany[InputPath] | None = None
    """Files on which listed values are tuned: one for each training file, or one for all."""

    test: InputPath | None = None
    """The file on which systems are scored, where the protocol takes the data's own parts."""

    columns: Names | None = None
    """Names of the columns of CSV, TSV or Excel files that have no header line."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1), AfterValidator(_no_quote)] | None = None
    """The character that separates the fields of CSV or TSV files; left out, a comma or a tab."""

    multiline: bool = False
    """Whether quoted fields of CSV files that span lines are meant where hardly any do, or where their lines look like
    rows; left out, such a field is refused, as a stray quotation mark swallows rows like that."""

    sheet: Annotated[str, Field(min_length=1)] | None = None
    """The sheet of Excel or OpenDocument files; left out, the first that holds anything."""

    unlabelled: OneOrMany[InputPath] | None = None
    """Files of texts without labels, one a line (.txt) or in the column `text` of a table, from which systems with
    `unlabelled` learn. A text that is also a labelled row is left out."""

    added: ClassVar[tuple[str, ...]] = ("multiline", "sheet", "unlabelled")

    @model_validator(mode="after")
    def _pairs(self) -> FilesSource:
        check_pairs(self.train, self.validation or (), "files")
        return self

    def load(self) -> LabelledTexts:
        """All rows, in the order of train, validation and test files, and the unlabelled texts."""
        self._check_once()
        train, validation = ([self._read(file) for file in files] for files in (self.train, self.validation or ()))
        rows = labelled_texts(self.roles, train, validation, None if self.test is None else self._read(self.test))
        options = {name: getattr(self, name) for name in ("columns", "delimiter", "multiline", "sheet")}
        return with_unlabelled(
            rows, [read_unlabelled(file.path, self.text, **options) for file in self.unlabelled or ()]
        )

    def _read(self, file: InputPath) -> Table:
        return without_choosers(self.roles, lambda columns: self._with(file, columns))

    def _with(self, file: InputPath, columns: Sequence[str]) -> Table:
        return read_table(
            file.path,
            self.columns,
            keep=columns,
            delimiter=self.delimiter,
            multiline=self.multiline,
            sheet=self.sheet,
        )

    def _check_once(self) -> None:
        tests = () if self.test is None else (self.test,)
        roles = {"train": self.train, "validation": self.validation or (), "test": tests}
        seen: dict[Path, str] = {}
        for role, files in roles.items():
            for file in files:
                path = Path(os.path.realpath(file.path))
                if path in seen:
                    raise BenchError(f"{role}: the file is in {seen[path]!r} already; name it once", place=file.path)
                seen[path] = role
