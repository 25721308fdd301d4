"""The labelled paragraphs of the newspaper pages, as `bench build` wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from bench.core.errors import BenchError, RowError, quoted, suggest
from bench.core.labelled_texts import LabelledTexts, SideColumns
from bench.core.settings import InputPath, OneOrMany
from bench.corpus.configs import GROUPS
from bench.corpus.topics import LABELS, NAMES, TOPICS
from bench.data.sources.base import SOURCES, SourceSettings
from bench.data.unlabelled import read_unlabelled, with_unlabelled
from bench.tables import Table, read_table


@SOURCES.register("corpus")
class CorpusSource(SourceSettings):
    """The corpus of newspaper paragraphs; a row's group is its article, a sentence's its paragraph."""

    kind: Literal["corpus"]

    config: Literal["paragraphs", "all", "sentences"] = "paragraphs"
    """`paragraphs` holds the topics, `all` also what belongs to none of them, `sentences` those of `paragraphs`."""

    path: InputPath | None = None
    """A folder that `bench build` wrote, relative to the experiment file; left out, the one that ships."""

    label_descriptions: bool = False
    """Whether classifiers learn from the names of the topics, too, as `seeds/GUIDELINE.md` gives them in Chinese."""

    unlabelled: OneOrMany[InputPath] | None = None
    """Files of texts without labels, one a line (.txt) or in the column `text` of a table, from which systems with
    `unlabelled` learn. A text that is also a row is left out."""

    added: ClassVar[tuple[str, ...]] = ("label_descriptions", "unlabelled")

    def load(self) -> LabelledTexts:
        """All rows, in page order, and the unlabelled texts.

        Raises BenchError with file and row for what `bench build` does not write, and for files of texts that cannot be
        read.
        """
        columns = ("id", "text", "label", GROUPS[self.config])
        table = self._table(columns)
        row_ids, texts, labels, groups = (tuple(table.column(name)) for name in columns)
        try:
            data = LabelledTexts(row_ids, texts, labels, groups)
        except RowError as error:
            raise BenchError(error.fault, place=table.place(error.row)) from None
        known = LABELS if self.config == "all" else tuple(sorted(TOPICS))
        for row, label in enumerate(data.labels):
            if label not in known:
                raise BenchError(f"unknown label {quoted(label)}{suggest(label, known)}", place=table.place(row))
        named = {label: NAMES[label] for label in data.classes} if self.label_descriptions else {}
        more = [read_unlabelled(file.path, "text") for file in self.unlabelled or ()]
        return with_unlabelled(replace(data, descriptions=named), more)

    def side_columns(self) -> SideColumns:
        """Places in the articles, and the labels of both annotators.

        Where the label files lie beside the dataset (`seeds/*.labels.csv`), the first annotator's label is what they
        say; elsewhere the settled one is taken for it, and is called so.
        """
        if self.config == "sentences":
            return SideColumns()  # a sentence has its paragraph's label, which nobody gave it
        table = self._table(("id", "label", "second_label", "position"))
        row_ids, labels, seconds = (tuple(table.column(name)) for name in ("id", "label", "second_label"))
        first = _first_labels(self._folder().parent / "seeds")
        known = all(row_id in first for row_id in row_ids)
        firsts = [first[row_id] for row_id in row_ids] if known else labels
        return SideColumns(
            positions=tuple(table.column("position")),
            annotations=tuple(
                None if second is None else (own, second) for own, second in zip(firsts, seconds, strict=True)
            ),
            annotators=("first annotator" if known else "settled label", "second annotator"),
        )

    def _folder(self) -> Path:
        return shipped_corpus() if self.path is None else self.path.path

    def _table(self, columns: Sequence[str]) -> Table:
        return read_table(parquet_of(self._folder(), self.config), keep=columns)


def _first_labels(seeds: Path) -> dict[str, str]:
    """Row id to the first annotator's label, from all label files of a folder; empty where there are none."""
    tables = [read_table(path, multiline=True) for path in sorted(seeds.glob("*.labels.csv"))]
    return {
        row_id: label
        for table in tables
        for row_id, label in zip(table.column("id"), table.column("first"), strict=True)
    }


def shipped_corpus() -> Path:
    """The dataset folder of this installation: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parents[2]
    inside = package / "_dataset"
    return inside if inside.is_dir() else package.parent / "dataset"


def parquet_of(folder: Path, config: str) -> Path:
    """The one Parquet file of a config. Raises BenchError where `bench build` has not written one."""
    found = sorted((folder / config).glob("*.parquet"))
    if len(found) != 1:
        what = "no Parquet file" if not found else f"{len(found)} Parquet files, where one is needed"
        raise BenchError(f"{what}; run 'bench build' to write the dataset", place=folder / config)
    return found[0]
