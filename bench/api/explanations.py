"""The explanation of a fitted model's prediction, as a notebook and a terminal show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.deployment.explanation import Explanation
    from bench.report.frames import Frame


@dataclass(frozen=True, slots=True)
class Explained:
    """What spoke for and against each class of a text. A notebook shows it. found: the whole explanation."""

    found: Explanation

    def to_frame(self) -> Any:
        """One row for each class and n-gram, as a pandas frame: `class`, `score`, `feature`, `share`."""
        return self.shares().to_frame()

    def shares(self) -> Frame:
        """The same, for other libraries. Empty where shares cannot be computed."""
        from bench.report.frames import Frame

        rows = [
            (each.name, each.score, share.feature, share.value)
            for each in self.found.classes
            for share in (*each.for_, *each.against)
        ]
        return Frame(
            {name: [row[at] for row in rows] for at, name in enumerate(("class", "score", "feature", "share"))}
        )

    def render(
        self, form: str = "text", *, width: int | None = None, colour: bool = False, classes: int | None = None
    ) -> str:
        """As `text` (for a terminal of `width` columns; so many classes, the likeliest first) or `json`."""
        from bench.report.explanations import as_json, as_terminal

        if form == "json":
            return as_json(self.found)
        return as_terminal(self.found, width=width, colour=colour, most=classes)

    def __str__(self) -> str:
        return self.render(width=100)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from bench.report.explanations import as_html

        return as_html(self.found)
