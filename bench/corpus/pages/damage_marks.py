"""Marks set by hand where text is lost and no rule can see it: each with a reason, in a file beside the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bench.core.errors import BenchError
from bench.core.pages import Article
from bench.core.settings import Many, Settings
from bench.core.validation import check
from bench.core.yaml_files import load_yaml
from bench.corpus.pages.punctuation import fold


@dataclass(frozen=True, slots=True)
class DamageMark:
    """A place where text was lost, seen by a reader.

    quote: raw or repaired characters, blanks and marks in either form, that occur in exactly one paragraph of the page.
    reason: why a reader holds that text is missing there.
    place: `file:line` for errors.
    """

    quote: str
    reason: str
    place: str | None = field(default=None, compare=False)


class _MarkSettings(Settings):
    quote: Annotated[str, Field(min_length=2)]
    reason: Annotated[str, Field(min_length=2)]


class _MarksFile(Settings):
    marks: Many[_MarkSettings]


def read_damage_marks(path: Path) -> tuple[DamageMark, ...]:
    """The hand marks of a page, () where it has no such file.

    The file is YAML: a list `marks`, each item with `quote` and `reason`. Raises BenchError with `file:line`.
    """
    if not path.exists():
        return ()
    document = load_yaml(path)
    settings = check(_MarksFile, document)
    return tuple(
        DamageMark(mark.quote, mark.reason, document.place(("marks", index)))
        for index, mark in enumerate(settings.marks)
    )


def apply_damage_marks(articles: Sequence[Article], marks: Sequence[DamageMark]) -> tuple[Article, ...]:
    """The articles, the marked paragraphs incomplete.

    Raises BenchError for a mark that fits no paragraph, or several.
    """
    if not marks:
        return tuple(articles)
    folded = [[fold(paragraph.text) for paragraph in article.paragraphs] for article in articles]
    marked: set[tuple[int, int]] = set()
    for mark in marks:
        quote = fold(mark.quote)
        fits = [(a, p) for a, texts in enumerate(folded) for p, text in enumerate(texts) if quote and quote in text]
        if len(fits) != 1:
            text = f"the mark {mark.quote!r} fits {len(fits) or 'no'} paragraph{'s' * (len(fits) > 1)} of the page"
            raise BenchError(f"{text}; quote characters that stand in exactly one", place=mark.place)
        marked.add(fits[0])
    return tuple(
        replace(
            article,
            paragraphs=tuple(
                replace(paragraph, complete=False) if (a, p) in marked else paragraph
                for p, paragraph in enumerate(article.paragraphs)
            ),
        )
        for a, article in enumerate(articles)
    )
