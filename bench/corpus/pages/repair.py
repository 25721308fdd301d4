"""From a page's text to its articles: the stages of page repair, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bench.core.records import Page
from bench.corpus.pages import roles
from bench.corpus.pages.articles import Part, assemble
from bench.corpus.pages.body import prepare
from bench.corpus.pages.boundaries import BodyBlock, Reading, read_flow
from bench.corpus.pages.characters import count_han
from bench.corpus.pages.drafts import Draft, draft_of, without_stray_blanks
from bench.corpus.pages.forms import Form, classify
from bench.corpus.pages.lines import Block, keeps_indent, read_blocks
from bench.corpus.pages.marks import Mark, apply_marks

_STANDS_IN_FLOW: frozenset[Form] = frozenset({"body", "caption", "credit", "debris"})
"""A paragraph may go on behind these; everything else ends it."""

_MOST_HEADINGS = 3


def repair_page(text: str, *, key: str = "page", marks: Sequence[Mark] = ()) -> Page:
    """Repair a page: its articles with titles, bylines, datelines, credits, sections, paragraphs and captions.

    text: the page's file, decoded. Each block is a line of it; inside a block each printed line's end became a blank.
    key: names the page in row ids. marks: losses that no rule can see.
    Every character but blanks and heading marks is covered by exactly one fragment or paragraph.
    Raises BenchError for a mark that does not fit exactly one paragraph. Time is near linear in the text's length.
    """
    blocks = read_blocks(text)
    forms = classify(blocks)
    parts = sorted(_Setting(blocks).parts(forms, prepare(blocks, forms)), key=lambda part: part.start)
    return Page(key, text, apply_marks(assemble(_without_lists(_with_credits(parts)), text), marks))


@dataclass(frozen=True, slots=True, init=False)
class _Setting:
    """How a page was set: whether its file keeps the indents of first lines, whether any block shows a column."""

    indents_kept: bool
    measured: bool

    def __init__(self, blocks: Sequence[Block]) -> None:
        kept = any(block.indented or any(keeps_indent(token.blank) for token in block.tokens) for block in blocks)
        object.__setattr__(self, "indents_kept", kept)
