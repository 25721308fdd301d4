"""What every data source is: settings that load labelled texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated

from pydantic_core import PydanticCustomError

from bench.core.records import LabelledTexts, SideColumns
from bench.core.registry import Registry
from bench.core.settings import Choice, Names, Settings
from bench.data.labelled import Roles


class SourceSettings(Settings, ABC):
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

    @property
    def roles(self) -> Roles:
        """Which column holds what."""
        return Roles(self.text, self.label, self.group, self.id, self.label_names, self.drop_empty)


def check_pairs(train: Sequence[object], validation: Sequence[object], noun: str) -> None:
    """Raise a fault of settings where validation parts are not none, one, or one for each training part."""
    if len(validation) not in {0, 1, len(train)}:
        text = f"validation: {len(validation)} {noun} for {len(train)} of train; give one for each, or one for all"
        raise PydanticCustomError("value_error", "{error}", {"error": text})


SOURCES: Registry[SourceSettings] = Registry("data", package="bench.data.sources", group="banmian.sources")

AnySource = Annotated[SourceSettings, Choice(SOURCES)]
"""The type of a field that holds the settings of any data source."""
