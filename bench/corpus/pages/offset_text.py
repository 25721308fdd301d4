"""Text under repair: each character keeps its position in the page's text, so that spans are never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.core.pages import Fragment, Span
from bench.corpus.pages.characters import COMMAS, PARTIAL_STOPS, STOPS, is_blank, is_han, is_latin
from bench.corpus.pages.lines import LINE_BREAKS, Token
from bench.corpus.pages.punctuation import restore


@dataclass(frozen=True, slots=True)
class OffsetText:
    """Characters and, for each, its place in the page's text, rising.

    A real blank is kept as one ordinary blank, with the position of the character behind it.
    """

    text: str
    places: tuple[int, ...]

    def __getitem__(self, part: slice) -> OffsetText:
        return OffsetText(self.text[part], self.places[part])

    def stripped(self) -> OffsetText:
        """Without blanks at either end."""
        start = len(self.text) - len(self.text.lstrip())
        return self[start : max(start, len(self.text.rstrip()))]

    def spans(self, page_text: str) -> tuple[Span, ...]:
        """The stretches of the page that it covers, one for each line of the file; blanks taken out lie inside."""
        spans = []
        start = self.places[0]
        for place, following in pairwise(self.places):
            between = page_text[place + 1 : following]
            if between and not all(is_blank(blank) and blank not in LINE_BREAKS for blank in between):
                spans.append(Span(start, place + 1))
                start = following
        spans.append(Span(start, self.places[-1] + 1))
        return tuple(spans)

    def fragment(self, page_text: str) -> Fragment:
        """The text as a title, heading, byline, dateline or credit."""
        return Fragment(restore(self.text), self.spans(page_text))


def offset_text_of(tokens: Iterable[tuple[Token, bool]]) -> OffsetText:
    """Tokens put together; True with a token keeps the blank before it."""
    pieces: list[str] = []
    places: list[int] = []
    for token, paused in tokens:
        if paused and pieces:
            pieces.append(" ")
            places.append(token.start)
        pieces.append(token.text)
        places.extend(range(token.start, token.end))
    return OffsetText("".join(pieces), tuple(places))


def merged(drafts: Sequence[OffsetText]) -> OffsetText:
    """Several drafts as one, in page order, a blank between them."""
    ordered = sorted(drafts, key=lambda draft: draft.places[0])
    places = list(ordered[0].places)
    for draft in ordered[1:]:
        places += [draft.places[0], *draft.places]
    return OffsetText(" ".join(draft.text for draft in ordered), tuple(places))


def without_stray_blanks(draft: OffsetText) -> OffsetText:
    """Without the blanks that running text is never printed with: beside a digit next to a character, beside a mark.

    >>> without_stray_blanks(OffsetText("接待81 批次,社区 IP", tuple(range(13)))).text
    '接待81批次,社区 IP'
    """
    kept = [index for index, character in enumerate(draft.text) if character != " " or not _is_stray(draft.text, index)]
    return OffsetText("".join(draft.text[index] for index in kept), tuple(draft.places[index] for index in kept))


def _is_stray(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    marks = STOPS + PARTIAL_STOPS + COMMAS
    if not before or not after:
        return False
    if (before in marks and not is_latin(after)) or (after in marks and not is_latin(before)) or after in "%％‰℃":
        return True
    # Digits that open a text are the number of an item.
    numbered = index <= 2 and text[:index].isdigit()
    return (before.isdigit() and is_han(after) and not numbered) or (is_han(before) and after.isdigit())
