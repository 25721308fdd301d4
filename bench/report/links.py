"""Anchors of a page, and addresses that open its rows already filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class RowLinks:
    """Addresses of the rows that one comparison tested.

    data: the key of their data set; table: the comparison's place among those with predictions; labels: name to place.
    """

    data: str
    table: int
    labels: Mapping[str, int]

    def to(self, *, system: str = "", label: str = "", predicted: str = "", outcome: str = "") -> str:
        """Rows of a label, that a system predicted so, or with an outcome (`wrong`, `right`); none set means any."""
        chosen = {
            "table": str(self.table or ""),
            "label": self._place(label),
            "predicted": self._place(predicted),
            "system": system,
            "outcome": outcome,
        }
        values = {f"{self.data}.{name}": value for name, value in chosen.items() if value}
        return f"#{self.data}-rows&{urlencode(values, quote_via=quote)}"

    def _place(self, label: str) -> str:
        return str(self.labels[label]) if label in self.labels else ""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a comparison on the page.

    key: begins the ids of all that belongs to it; language: of the page; rows: None where none of its rows are shown.
    """

    key: str
    language: str = "en"
    rows: RowLinks | None = None

    def rows_of(self, *, system: str = "", label: str = "", predicted: str = "", outcome: str = "") -> str:
        """The address of its rows, filtered; empty where there are none."""
        if self.rows is None:
            return ""
        return self.rows.to(system=system, label=label, predicted=predicted, outcome=outcome)

    def system(self, at: int) -> str:
        """The id of a system's line in the table of systems. at: its place among the comparison's."""
        return f"{self.key}-system-{at}"
