"""Foreign text escaped for rich: no character moves the cursor, hides, or is taken for mark-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import printable

if TYPE_CHECKING:
    from rich.text import Text


def words(text: object, style: str = "") -> Text:
    """A text in a style, what a terminal would obey or hide escaped."""
    from rich.text import Text

    return Text(printable(str(text)), style=style)
