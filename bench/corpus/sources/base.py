"""What every data source is: settings that load labelled texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

from bench.core.records import LabelledTexts, SideColumns
from bench.core.registry import Registry
from bench.core.settings import Choice, Settings


class SourceSettings(Settings, ABC):
    """Base of the settings of a data source; a subclass is registered under its `kind`."""

    kind: str

    @abstractmethod
    def load(self) -> LabelledTexts:
        """All rows, in the order of the data. Raises BenchError with file and row for what cannot be used."""

    def side_columns(self) -> SideColumns:
        """What else the source knows of the rows that `load` gives, in their order; nothing, unless a kind says so."""
        return SideColumns()


SOURCES: Registry[SourceSettings] = Registry("data", package="bench.corpus.sources", group="banmian.sources")

AnySource = Annotated[SourceSettings, Choice(SOURCES)]
"""The type of a field that holds the settings of any data source."""
