"""From a page's text to its articles: the stages of page repair, in order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bench.core.records import Page
from bench.corpus.pages import roles
from bench.corpus.pages.articles import Part, assemble
from bench.corpus.pages.boundaries import BodyBlock, Reading, read_flow
from bench.corpus.pages.drafts import Draft, draft_of, without_stray_blanks
from bench.corpus.pages.forms import Form, classify
from bench.corpus.pages.lines import Block, keeps_indent, read_blocks
from bench.corpus.pages.marks import Mark, apply_marks
from bench.corpus.pages.widths import INDENT, Measure, columns, latin_width, measure

_SKIPPED: frozenset[Form] = frozenset({"caption", "credit", "debris"})
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
    parts = sorted(_parts(blocks, forms), key=lambda part: part.start)
    return Page(key, text, apply_marks(assemble(_without_lists(_with_credits(parts)), text), marks))


def _parts(blocks: Sequence[Block], forms: Sequence[Form]) -> Iterator[Part]:
    body = _body(blocks, forms)
    indents_kept = any(block.indented or any(keeps_indent(token.blank) for token in block.tokens) for block in blocks)
    measured = any(len(block.tokens) > 2 for block in blocks)
    flow: list[BodyBlock] = []
    vertical: list[Block] = []
    for block, form, prepared in zip(blocks, forms, body, strict=True):
        if form != "vertical" and vertical:
            yield _vertical(vertical)
            vertical = []
        if form == "body":
            flow.append(prepared)
        elif form == "caption":
            yield from _captions(prepared, indents_kept=indents_kept, measured=measured)
        elif form == "vertical":
            vertical.append(block)
        else:
            yield Part(form, _whole(block), level=block.level)
        if form not in _SKIPPED and form != "body":
            yield from _read(flow, indents_kept=indents_kept, measured=measured)
            flow = []
    if vertical:
        yield _vertical(vertical)
    yield from _read(flow, indents_kept=indents_kept, measured=measured)


def _body(blocks: Sequence[Block], forms: Sequence[Form]) -> list[BodyBlock]:
    """Every block measured; blocks of running text lend each other their column widths."""
    latin = latin_width(blocks)
    measures = [tuple(measure(token.text, latin) for token in block.tokens) for block in blocks]
    dateline_ends = [_dateline_end(block) for block in blocks]
    running = [index for index, form in enumerate(forms) if form in {"body", "caption"}]
    lines = [_lines(blocks[index], measures[index], dateline_ends[index]) for index in running]
    widths: list[dict[float, float]] = [{}] * len(blocks)
    for index, found in zip(running, columns(lines), strict=True):
        widths[index] = found
    return [
        BodyBlock(
            block=block,
            measures=measures[index],
            columns=widths[index],
            heading=_heading_cost(blocks, forms, dateline_ends, index, measures[index][0].natural, widths[index]),
            dateline_end=dateline_ends[index],
        )
        for index, block in enumerate(blocks)
    ]


def _lines(block: Block, measures: Sequence[Measure], dateline_end: int) -> Sequence[Measure]:
    """The measures that can show a block's column: a dateline has pauses of its own."""
    return [found for token, found in zip(block.tokens, measures, strict=True) if token.start >= dateline_end]


def _heading_cost(
    blocks: Sequence[Block],
    forms: Sequence[Form],
    dateline_ends: Sequence[int],
    index: int,
    natural: float,
    widths: Iterable[float],
) -> float:
    """The cost of reading a block of running text as a heading, from its form, its width and what stands beside it."""
    block = blocks[index]
    cost = roles.heading_cost(block.text) if forms[index] == "body" else None
    if cost is None or block.indented:
        return math.inf
    if any(abs(natural - width) <= 0.5 or abs(natural + INDENT - width) <= 0.5 for width in widths):
        cost += 2.0
    before_dateline = index + 1 < len(blocks) and (
        forms[index + 1] in {"byline", "dateline"} or dateline_ends[index + 1] > 0
    )
    if before_dateline or index == 0:
        cost -= 2.5
    elif forms[index - 1] in {"heading", "vertical"}:
        cost -= 1.0
    return max(0.0, cost)


def _dateline_end(block: Block) -> int:
    text = block.text[:160]
    length = roles.dateline_length(text)
    if not length:
        return 0
    left = len(text[:length].replace(" ", ""))
    for token in block.tokens:
        if left <= len(token.text):
            return token.start + left
        left -= len(token.text)
    return block.end


def _whole(block: Block) -> Draft:
    """A block with all its blanks, as headings keep them."""
    return draft_of((token, bool(token.blank)) for token in block.tokens)


def _vertical(blocks: Sequence[Block]) -> Part:
    return Part("heading", draft_of((token, False) for block in blocks for token in block.tokens), vertical=True)


def _captions(body: BodyBlock, *, indents_kept: bool, measured: bool) -> Iterator[Part]:
    """A block above or with a photo credit: its last paragraph is the caption."""
    parts = list(_read([body], indents_kept=indents_kept, measured=measured))
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        yield replace(part, role="caption") if is_last and part.role in {"paragraph", "heading"} else part


def _read(flow: Sequence[BodyBlock], *, indents_kept: bool, measured: bool) -> Iterator[Part]:
    """The paragraphs and headings of a flow, datelines and credits split off."""
    if not flow:
        return
    for reading in read_flow(flow, indents_kept=indents_kept):
        if reading.heading:
            yield Part("heading", _whole(flow[reading.lines[0].block].block))
        else:
            yield from _paragraph(flow, reading, measured=measured)


def _paragraph(flow: Sequence[BodyBlock], reading: Reading, *, measured: bool) -> Iterator[Part]:
    draft = without_stray_blanks(
        draft_of(
            (token, position > 0)
            for line in reading.lines
            for position, token in enumerate(flow[line.block].block.tokens[line.first : line.last + 1])
        )
    )
    start = roles.dateline_length(draft.text[:160])
    dateline = draft[:start].stripped() if start else None
    text, credit = _cut(draft[start:].stripped(), roles.end_credit)
    text, debris = _cut(text, roles.end_debris)
    text, byline = _cut(text, roles.end_byline)
    if text.text:
        full = reading.full and measured
        flush = reading.flush and measured
        yield Part("paragraph", text, full=full, flush=flush, dateline=dateline, credit=credit)
    elif dateline is not None:
        yield Part("dateline", dateline)
    if debris is not None:
        yield Part("debris", debris)
    if byline is not None:
        yield Part("byline", byline)


def _cut(draft: Draft, start_of: Callable[[str], int]) -> tuple[Draft, Draft | None]:
    """A draft before and behind the place where its tail begins; None where it has no tail, or is nothing else."""
    start = start_of(draft.text)
    if not 0 < start < len(draft.text):
        return draft, None
    return draft[:start].stripped(), draft[start:].stripped()


def _with_credits(parts: Sequence[Part]) -> list[Part]:
    """Captions with the credit that stands right behind them."""
    result: list[Part] = []
    for part in parts:
        if part.role == "credit" and result and result[-1].role == "caption" and result[-1].credit is None:
            result[-1] = replace(result[-1], credit=part.draft)
        else:
            result.append(part)
    return result


def _without_lists(parts: Sequence[Part]) -> list[Part]:
    """Long runs of headings without mark-up are the items of a list: paragraphs."""
    result: list[Part] = []
    for is_bare, group in groupby(
        parts, key=lambda part: part.role == "heading" and not part.level and not part.vertical
    ):
        run = list(group)
        if is_bare and len(run) > _MOST_HEADINGS:
            run = [replace(part, role="paragraph", draft=without_stray_blanks(part.draft)) for part in run]
        result += run
    return result
