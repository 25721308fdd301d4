"""Finds paragraphs: decides which blanks and block ends are line ends, pauses or paragraph ends.

Of all readings of a run of blocks, the one with the lowest cost is taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.corpus.pages.characters import CLOSERS, COMMAS, OPENERS, PARTIAL_STOPS, STOPS, STRAIGHT, is_chinese, is_latin
from bench.corpus.pages.lines import Block, Token, keeps_indent
from bench.corpus.pages.widths import INDENT, Measure, overfull, unfilled

# Each cost is roughly the negative natural logarithm of a probability; docs/page-repair.md says what each stands for.
PER_EM_OVER = 5.0
PER_EM_SHORT = 5.0
PER_EM_OFF = 0.4
FLUSH_START = 3.0
WRAP_IN_BLOCK = 0.1
WRAP_AT_GAP = 1.4
END_IN_BLOCK = 1.5
END_AT_GAP = 0.3
OTHER_COLUMN = 0.5
LAST_LINE = 2.0
STOP_AT_WRAP = 1.5
ITEM_AT_WRAP = 3.0
WIDE_BLANK = 3.0
INDENT_IGNORED = 10.0
INDENT_MISSING = 3.0
START_WITH_CLOSER = 6.0
_MOST_PAUSES = 6
_ITEM = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、](?!\d)|[①-⑳]")


@dataclass(frozen=True, slots=True)
class BodyBlock:
    """A block of running text with what is known of it before it is read.

    measures: one for each token. columns: the widths in em that it may have been set in, each with its cost.
    heading: the cost of reading it as a heading, infinite where it cannot be one.
    dateline_end: where in the page a dateline at its start ends, 0 where it has none.
    tail_start: where a credit or sign-off at its end begins; where it has none, the end of the block.
    """

    block: Block
    measures: tuple[Measure, ...]
    columns: Mapping[float, float]
    heading: float
    dateline_end: int
    tail_start: int


@dataclass(frozen=True, slots=True)
class PageStyle:
    """What holds for a whole page.

    indents_kept: the file shows the indents of first lines.
    shows_columns: some block is long enough to show the width of its column.
    """

    indents_kept: bool
    shows_columns: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: the tokens `first` to `last` (included) of block `block` of the flow, pauses between them."""

    block: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class FlowParagraph:
    """One paragraph or heading of a flow.

    full: its last line reaches the end of its column. flush: its first line starts without the indent. Both are False
    where the page shows no columns.
    """

    lines: tuple[Line, ...]
    heading: bool
    full: bool
    flush: bool


@dataclass(frozen=True, slots=True)
class _State:
    """The cheapest reading up to a place between two lines. new: whether the next line begins a paragraph."""

    cost: float
    new: bool
    before: _State | None
    line: Line | None
    column: float
    full: bool
    flush: bool
    heading: bool = False


def read_flow(flow: Sequence[BodyBlock], style: PageStyle) -> list[FlowParagraph]:
    """The paragraphs and headings of a flow of blocks that follow each other in print, in order.

    This is a Viterbi search over lines, with the column widths of a block as its states. Its time grows linearly with
    the number of tokens.
    """
    states = [_State(0.0, new=True, before=None, line=None, column=0.0, full=False, flush=False)]
    for index, body in enumerate(flow):
        following = flow[index + 1] if index + 1 < len(flow) else None
        states = _Search(index, body, following, style).run(states)
    return _flow_paragraphs(min((state for state in states if state.new), key=lambda state: state.cost), style)


class _Search:
    """The search within one block: from the states before it to the states after it."""

    def __init__(self, index: int, body: BodyBlock, following: BodyBlock | None, style: PageStyle) -> None:
        self.index = index
        self.body = body
        self.tokens = body.block.tokens
        self.indents_kept = style.indents_kept
        self.needs = [measure.need for measure in body.measures[1:]]
        self.needs.append(following.measures[0].need if following else math.inf)
        self.is_last = following is None
        self.pauses = [0.0, *(self._pause(before, after) for before, after in pairwise(self.tokens))]
        self.wrap_costs = [self._wrap_cost(last) for last in range(len(self.tokens))]
        self.end_costs = [self._end_cost(last) for last in range(len(self.tokens))]

    def run(self, states: Sequence[_State]) -> list[_State]:
        """The cheapest states after the block: for each column width, with and without a new paragraph next."""
        result = []
        for column, rarity in self.body.columns.items():
            entries = [self._enter(states, column, rarity, new=new) for new in (True, False)]
            result += self._through([entry for entry in entries if entry is not None], column)
        if self.body.heading < math.inf:
            entry = self._enter(states, 0.0, 0.0, new=True)
            if entry is not None:
                line = Line(self.index, 0, len(self.tokens) - 1)
                cost = entry.cost + self.body.heading
                result.append(_State(cost, True, entry, line, entry.column, full=False, flush=False, heading=True))
        return result

    def _enter(self, states: Sequence[_State], column: float, rarity: float, *, new: bool) -> _State | None:
        """The cheapest state at the start of this block, None where there is none.

        column: the width that the block is set in; rarity: the cost of that width; new: whether the block begins a
        paragraph.
        """
        edge = rarity + self._start_cost(self.tokens[0].text, indented=self.body.block.indented, new=new)
        if self.body.dateline_end and not new:
            edge += INDENT_IGNORED
        best = None
        for state in states:
            if state.new == new:
                turn = OTHER_COLUMN if column and state.column and column != state.column else 0.0
                if best is None or state.cost + turn + edge < best.cost:
                    best = _State(state.cost + turn + edge, new, state, None, column, full=False, flush=False)
        return best

    def _start_cost(self, text: str, *, indented: bool, new: bool) -> float:
        if not new:
            return (INDENT_IGNORED if indented else 0.0) + (ITEM_AT_WRAP if begins_item(text) else 0.0)
        cost = START_WITH_CLOSER if text[0] in CLOSERS + COMMAS + PARTIAL_STOPS + STOPS else 0.0
        return cost + (INDENT_MISSING if self.indents_kept and not indented else 0.0)

    def _through(self, entries: Sequence[_State], column: float) -> list[_State]:
        """The Viterbi search over the lines of this block, where it is set in the width `column`."""
        count = len(self.tokens)
        best: list[dict[bool, _State]] = [{} for _ in range(count + 1)]
        for entry in entries:
            best[0][entry.new] = entry
        for first in range(count):
            for state in best[first].values():
                for candidate, position in self._lines_from(state, first, column):
                    known = best[position].get(candidate.new)
                    if known is None or candidate.cost < known.cost:
                        best[position][candidate.new] = candidate
        return list(best[count].values())

    def _lines_from(self, state: _State, first: int, column: float) -> Iterator[tuple[_State, int]]:
        """Try each line that may begin at token `first`, once as wrapped and once as the end of a paragraph.

        Gives the state after the line, and the place of the token that comes next.
        """
        natural = squeeze = stretch = pauses = 0.0
        for last in range(first, min(first + _MOST_PAUSES, len(self.tokens))):
            measure = self.body.measures[last]
            natural += measure.natural
            squeeze += measure.squeeze
            stretch += measure.stretch
            if last > first:
                natural, pauses = natural + 1.0, pauses + self.pauses[last]
                if natural - squeeze > column + 2.0:
                    return
            for indent, extra in ((INDENT, 0.0), (0.0, FLUSH_START)) if state.new else ((0.0, 0.0),):
                width = natural + indent
                cost = state.cost + pauses + extra + PER_EM_OVER * overfull(width, squeeze, column)
                line = Line(self.index, first, last)
                flush = state.new and not indent
                missing = unfilled(width + stretch, self.needs[last], column)
                if not (self.is_last and last == len(self.tokens) - 1):
                    off = PER_EM_SHORT * missing + PER_EM_OFF * abs(width - column)
                    wrap = cost + off + self.wrap_costs[last]
                    yield _State(wrap, False, state, line, column, full=True, flush=flush), last + 1
                end = cost + LAST_LINE + self.end_costs[last]
                yield _State(end, True, state, line, column, full=width > column - 1.0, flush=flush), last + 1

    def _wrap_cost(self, last: int) -> float:
        stop = STOP_AT_WRAP if ending_cost(self.tokens[last].text) < 1.0 else 0.0
        if last == len(self.tokens) - 1:
            return stop + WRAP_AT_GAP
        following = self.tokens[last + 1]
        start = self._start_cost(following.text, indented=keeps_indent(following.blank), new=False)
        return stop + start + WRAP_IN_BLOCK + (0.0 if following.blank == " " else WIDE_BLANK)

    def _end_cost(self, last: int) -> float:
        end = ending_cost(self.tokens[last].text)
        if last == len(self.tokens) - 1:
            return end + (0.0 if self.is_last else END_AT_GAP)
        following = self.tokens[last + 1]
        if following.start < self.body.dateline_end:
            return math.inf
        indented = keeps_indent(following.blank)
        start = self._start_cost(following.text, indented=indented, new=True)
        return end + start + (END_AT_GAP if indented else END_IN_BLOCK)

    def _pause(self, before: Token, after: Token) -> float:
        """The cost of reading the blank between two tokens as a pause inside a line."""
        if keeps_indent(after.blank):
            return INDENT_IGNORED
        if before.start < self.body.dateline_end or after.end > self.body.tail_start:
            return 0.0
        left, right = (before.text.rstrip(STRAIGHT + CLOSERS) or before.text)[-1], after.text[0]
        if after.blank != " ":
            return 0.5
        if _is_mark(left) or _is_mark(right):
            return 9.0
        if left.isdigit() and right.isdigit():
            return 6.0
        return 1.5 if is_latin(left) or is_latin(right) else 4.0


def _is_mark(character: str) -> bool:
    return character in STOPS + PARTIAL_STOPS + COMMAS + CLOSERS


def begins_item(text: str) -> bool:
    """Whether a text begins with the number of a list's item: （一）, 一、, 1., ①."""
    return _ITEM.match(text) is not None


def ending_cost(text: str) -> float:
    """How unlikely it is that a paragraph ends as a text does, from 0 for a full stop to 8 for an opening bracket.

    >>> ending_cost("担当。"), ending_cost("制度;"), ending_cost("担当"), ending_cost("担当、")
    (0.0, 1.5, 5.0, 8.0)
    """
    bare = text.rstrip(CLOSERS + STRAIGHT)
    last = bare[-1:] or text[-1:]
    if last in STOPS:
        return 0.0
    if last in PARTIAL_STOPS:
        return 1.5
    if last == ".":
        return 0.5
    if text[-1] in COMMAS + OPENERS:
        return 8.0
    if len(bare) < len(text):
        return 3.5
    return 5.0 if is_chinese(last) or is_latin(last) else 3.0


def _flow_paragraphs(state: _State, style: PageStyle) -> list[FlowParagraph]:
    """Follow the states back to the start and cut their lines at paragraph ends."""
    path: list[_State] = []
    step: _State | None = state
    while step is not None:
        if step.line is not None:
            path.append(step)
        step = step.before
    readings: list[FlowParagraph] = []
    lines: list[Line] = []
    flush = False
    for step in reversed(path):
        if step.line is None:
            continue
        flush = flush or (step.flush and not lines)
        lines.append(step.line)
        if step.new:
            full = step.full and style.shows_columns
            readings.append(
                FlowParagraph(tuple(lines), step.heading, full, flush and style.shows_columns and len(lines) > 1)
            )
            lines, flush = [], False
    return readings
