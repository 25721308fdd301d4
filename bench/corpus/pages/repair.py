"""Repairs a page: the stages that turn its text into articles, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bench.core.pages import Page
from bench.corpus.pages import roles
from bench.corpus.pages.articles import Part, Role, assemble
from bench.corpus.pages.block_types import BlockType, classify
from bench.corpus.pages.body import page_style, prepare
from bench.corpus.pages.boundaries import BodyBlock, FlowParagraph, PageStyle, begins_item, read_flow
from bench.corpus.pages.captions import marker_of, part_captions
from bench.corpus.pages.characters import count_han
from bench.corpus.pages.damage_marks import DamageMark, apply_damage_marks
from bench.corpus.pages.furniture import furniture_of, part_furniture
from bench.corpus.pages.lines import Block, Token, read_blocks
from bench.corpus.pages.offset_text import OffsetText, offset_text_of, without_stray_blanks

_STANDS_IN_FLOW: frozenset[BlockType] = frozenset({"body", "caption", "credit", "debris"})
"""A paragraph may go on behind these; everything else ends it."""

_MOST_HEADINGS = 3


def repair_page(text: str, *, key: str = "page", marks: Sequence[DamageMark] = ()) -> Page:
    """Repair a page: its articles with titles, bylines, datelines, credits, sections, paragraphs and captions.

    text: the page's file, decoded. Each block is a line of it; inside a block each printed line's end became a blank.
    key: names the page in row ids. marks: losses that no rule can see.
    Every character but blanks and heading marks is covered by exactly one fragment or paragraph.
    Raises BenchError for a mark that does not fit exactly one paragraph, nothing for any text. Time is near linear in
    the text's length.
    """
    blocks = part_captions([piece for block in read_blocks(text) for piece in part_furniture(block)])
    block_types = classify(blocks)
    parts = sorted(_parts(block_types, prepare(blocks, block_types), page_style(blocks)), key=lambda part: part.start)
    articles, furniture = assemble(_without_lists(_with_credits(parts)), text)
    return Page(key, text, apply_damage_marks(articles, marks), furniture)


def _parts(block_types: Sequence[BlockType], bodies: Sequence[BodyBlock], style: PageStyle) -> Iterator[Part]:
    """The parts of a page, flow by flow: not always in page order, since a paragraph may go on behind a caption."""
    flow: list[BodyBlock] = []
    before: BlockType = "heading"
    for form, group in groupby(zip(block_types, bodies, strict=True), key=lambda pair: pair[0]):
        run = [body for _, body in group]
        if form not in _STANDS_IN_FLOW:
            yield from _read(flow, style, before=before, after=form)
            flow, before = [], form
        match form:
            case "body":
                flow += run
            case "caption":
                for body in run:
                    yield from _captions(body, style)
            case "vertical":
                tokens = [(token, False) for body in run for token in body.block.tokens]
                yield Part("heading", offset_text_of(tokens), vertical=True)
            case _:
                for body in run:
                    yield Part(form, _whole(body.block), level=body.block.level)
    yield from _read(flow, style, before=before)


def _whole(block: Block) -> OffsetText:
    """A block with all its blanks, as headings keep them."""
    return offset_text_of((token, True) for token in block.tokens)


def _captions(body: BodyBlock, style: PageStyle) -> Iterator[Part]:
    """A block above or with a photo credit: its last paragraph is the caption, all of it where a marker numbers it."""
    readings = read_flow([body], style)
    if marker_of(body.block.text) is not None or roles.is_caption(body.block.text):
        lines = tuple(line for reading in readings for line in reading.lines)
        readings = [replace(readings[-1], lines=lines, heading=False, flush=readings[0].flush)]
    parts = [part for reading in readings for part in _paragraph([body], reading)]
    texts = [number for number, part in enumerate(parts) if part.role in {"paragraph", "caption"}]
    for number, part in enumerate(parts):
        yield replace(part, role="caption") if number in texts[-1:] else part


def _read(
    flow: Sequence[BodyBlock], style: PageStyle, *, before: BlockType, after: BlockType = "heading"
) -> Iterator[Part]:
    """The paragraphs and headings of a flow, datelines and credits split off. before, after: the forms beside it."""
    if not flow:
        return
    readings = list(_with_source_notes(flow, read_flow(flow, style)))
    for reading in readings:
        if reading.heading:
            yield Part("heading", _whole(flow[reading.lines[0].block].block))
            continue
        continued = reading is readings[0] and before == "jump from" and not _shows_its_start(flow, reading, style)
        goes_on = reading is readings[-1] and after == "jump to"
        for part in _paragraph(flow, reading):
            yield replace(part, continued=continued, goes_on=goes_on)


def _shows_its_start(flow: Sequence[BodyBlock], reading: FlowParagraph, style: PageStyle) -> bool:
    """Whether a reading's first line has an indent, kept or measured, or begins with a number or a dateline."""
    first = flow[reading.lines[0].block]
    measured = style.shows_columns and len(reading.lines) > 1 and not reading.flush
    return measured or first.block.indented or first.dateline_end > 0 or begins_item(first.block.text)


def _with_source_notes(flow: Sequence[BodyBlock], readings: Iterable[FlowParagraph]) -> Iterator[FlowParagraph]:
    """Readings, a source note on a line of its own in a paragraph's block put to that paragraph, as it is printed."""
    held: FlowParagraph | None = None
    for reading in readings:
        if held is not None and not reading.heading and held.lines[-1].block == reading.lines[0].block:
            row = furniture_of(" ".join(token.text for token in _tokens(flow, reading)))
            if row is not None and row.kind == "source":
                held = replace(held, lines=held.lines + reading.lines)
                continue
        if held is not None:
            yield held
        held = reading
    if held is not None:
        yield held


def _tokens(flow: Sequence[BodyBlock], reading: FlowParagraph) -> Iterator[Token]:
    for line in reading.lines:
        yield from flow[line.block].block.tokens[line.first : line.last + 1]


def _paragraph(flow: Sequence[BodyBlock], reading: FlowParagraph) -> Iterator[Part]:
    tokens = [
        (token, position > 0)
        for line in reading.lines
        for position, token in enumerate(flow[line.block].block.tokens[line.first : line.last + 1])
    ]
    if not any(count_han(token.text) for token, _ in tokens):
        # Between Latin words every blank is one.
        tokens = [(token, True) for token, _ in tokens]
    draft = without_stray_blanks(offset_text_of(tokens))
    if roles.is_debris(draft.text) or furniture_of(draft.text) is not None:
        yield Part("debris", draft)
        return
    start = roles.dateline_length(draft.text)
    dateline = draft[:start].stripped() if start else None
    text, credit = _cut(draft[start:].stripped(), roles.end_credit)
    text, debris = _cut(text, roles.end_debris)
    text, byline = _cut(text, roles.end_byline)
    if text.text:
        role: Role = "paragraph" if credit is None else "caption"
        yield Part(role, text, full=reading.full, flush=reading.flush, dateline=dateline, credit=credit)
    elif dateline is not None:
        yield Part("dateline", dateline)
    if debris is not None:
        yield Part("debris", debris)
    if byline is not None:
        yield Part("byline", byline)


def _cut(draft: OffsetText, start_of: Callable[[str], int]) -> tuple[OffsetText, OffsetText | None]:
    """A draft before and behind the place where its tail begins; None where it has no tail, or is nothing else."""
    start = start_of(draft.text)
    if not 0 < start < len(draft.text):
        return draft, None
    return draft[:start].stripped(), draft[start:].stripped()


def _with_credits(parts: Sequence[Part]) -> list[Part]:
    """Captions with the credit that follows them directly."""
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
    for bare, group in groupby(parts, key=lambda part: part.role == "heading" and not (part.level or part.vertical)):
        run = list(group)
        if bare and len(run) > _MOST_HEADINGS:
            run = [replace(part, role="paragraph", draft=without_stray_blanks(part.draft)) for part in run]
        result += run
    return result
