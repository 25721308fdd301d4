"""What page repair did: each paragraph as in the page's file, beside the repaired one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bench.core.pages import Article, Page, Paragraph
from bench.report.rich_text import words

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

LINE_END = "⏎"
"""Marks in the raw text where the file splits a paragraph into blocks."""

_SIDE_BY_SIDE = 72
"""With at least so many columns, raw and repaired text are side by side; with fewer, one under the other."""


def as_terminal(page: Page, *, width: int | None = None, colour: bool = False) -> str:
    """Every article of a page: its heads, and each paragraph raw beside repaired.

    width: columns of the terminal, its own if None; Chinese characters take two. Changed characters are coloured.
    """
    from rich.console import Console

    target = io.StringIO()
    console = Console(
        file=target, force_jupyter=False, width=width, force_terminal=colour, no_color=not colour, highlight=False
    )
    for article in page.articles:
        for piece in _article(page, article, console):
            console.print(piece)
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def _article(page: Page, article: Article, console: Console) -> Iterator[RenderableType]:
    from rich.text import Text

    title = article.title.text if article.title else "(no title)"
    yield words(title, "bold")
    heads = [
        *(("subtitle", part) for part in article.subtitles),
        ("byline", article.byline),
        ("dateline", article.dateline),
        ("credit", article.credit),
    ]
    for name, part in heads:
        if part is not None:
            yield words(f"  {name}: {part.text}")
    section = None
    for paragraph in article.paragraphs:
        if paragraph.section is not None and paragraph.section != section:
            section = paragraph.section
            yield words(f"  section: {section.text}")
        yield _facts(page, paragraph)
        yield _sides(page, paragraph, console)
    yield Text()


def _facts(page: Page, paragraph: Paragraph) -> Text:
    from rich.text import Text

    parts = [page.row_id(paragraph), *([paragraph.kind] if paragraph.kind != "paragraph" else [])]
    parts += [] if paragraph.complete else ["incomplete: text was lost"]
    return Text("\n") + words(", ".join(parts), "dim" if paragraph.complete else "yellow")


def _sides(page: Page, paragraph: Paragraph, console: Console) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    before, after = LINE_END.join(span.of(page.text) for span in paragraph.spans), paragraph.text
    raw, repaired = Text(), Text()
    # Python's matcher is quadratic; a paragraph has some hundred characters.
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        raw += words(before[a:b], "" if tag == "equal" else "red")
        repaired += words(after[c:d], "" if tag == "equal" else "green")
    if console.width < _SIDE_BY_SIDE:
        return Text("\n").join([Text("raw: ") + raw, Text("repaired: ") + repaired])
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1), show_header=False)
    for _ in range(2):
        table.add_column(overflow="fold", ratio=1)
    table.add_row(raw, repaired)
    return table
