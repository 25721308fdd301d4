"""The base of every data source: settings that load labelled texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Annotated, ClassVar

from pydantic_core import PydanticCustomError

from bench.core.errors import BenchError
from bench.core.labelled_texts import LabelledTexts, SideColumns
from bench.core.registry import Registry
from bench.core.settings import Choice, ExtendedSettings, Names
from bench.data.labelled import Roles
from bench.tables import Table


class SourceSettings(ExtendedSettings, ABC):
    """Base of the settings of a data source; a subclass is registered under its `kind`."""

    kind: str

    @abstractmethod
    def load(self) -> LabelledTexts:
        """All rows, in the order of the data. Raises BenchError with file and row for what cannot be used."""

    def side_columns(self) -> SideColumns:
        """What else the source knows of the rows that `load` gives, in their order; nothing, unless a kind says so."""
        return SideColumns()


class TableSource(SourceSettings):
    """Base of sources whose rows are rows of tables: which column holds what."""

    text: str
    """Name of the column with the text."""

    label: str
    """Name of the column with the label: a string, or an integer, which becomes its decimal string."""

    group: str | None = None
    """Name of the column with the group of a row (an article, an author), if there is one."""

    id: str | None = None
    """Name of the column with a row's own id; left out, ids are made from the rows' content."""

    label_names: Names | None = None
    """Names of the labels 0, 1, … where the column holds integers that the data does not name."""

    drop_empty: bool = False
    """Leave out rows without text or label, and say how many; left out, such a row is refused."""

    chosen_by: str | None = None
    """Name of the column with the strategy that chose a row to be labelled, as `bench next` writes it, if there is one.
    Rows that are not `random` there, or empty, are never tested, as scores on them would be biased; they train."""

    label_descriptions: str | None = None
    """Name of the column that describes a row's label in words, alike in all rows of a label: then classifiers learn
    from the descriptions, too, as from the experiment's `names`. Read of training rows only."""

    added: ClassVar[tuple[str, ...]] = ("chosen_by", "label_descriptions")

    @property
    def roles(self) -> Roles:
        """Which column holds what."""
        named = (self.text, self.label, self.group, self.id)
        return Roles(*named, self.label_names, self.drop_empty, self.chosen_by, self.label_descriptions)


def without_choosers(roles: Roles, read: Callable[[Sequence[str]], Table]) -> Table:
    """A table, read without the `chosen_by` column where it has none, as a first file of random rows."""
    try:
        return read(roles.columns)
    except BenchError as error:
        if roles.chosen_by is None or not error.message.startswith(f"no column {roles.chosen_by!r}"):
            raise
        return read([name for name in roles.columns if name != roles.chosen_by])


def check_pairs(train: Sequence[object], validation: Sequence[object], noun: str) -> None:
    """Raise a fault of settings where validation parts are not none, one, or one for each training part."""
    if len(validation) not in {0, 1, len(train)}:
        text = f"validation: {len(validation)} {noun} for {len(train)} of train; give one for each, or one for all"
        raise PydanticCustomError("value_error", "{error}", {"error": text})


SOURCES: Registry[SourceSettings] = Registry("data", package="bench.data.sources", group="banmian.sources")

AnySource = Annotated[SourceSettings, Choice(SOURCES)]
"""The type of a field that holds the settings of any data source."""
