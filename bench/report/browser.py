"""A data set and its rows: what there is, and every paragraph with what each system said of it."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.core.errors import INVISIBLE
from bench.core.records import Article, LabelledTexts, Page, Paragraph
from bench.evaluation.details import Detail, Detailed
from bench.evaluation.pulls import Pulls
from bench.evaluation.texts import Texts
from bench.report.parts import Block, Entry, Heading, Table

MOST_ROWS = 2000
"""So many rows of a data set are shown, those that are most often guessed wrong."""
LINE_END = "⏎"
"""Stands in a page's raw text where its file parts a paragraph into blocks."""

_MOST_GROUPS = 100
_LONGEST_DIFF = 4000
_OPENING = 14

Json: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True, slots=True)
class BrowserRow:
    """One row as the page's table has it: what can be read without a script.

    at: its place in the page's data; label, second, group: places in the lists of names, None where there is none.
    wrong: systems that guessed wrong in most repeats, of `systems`, in the first comparison; taken_for: their
    commonest wrong guess.
    """

    at: int
    row_id: str
    text: str | None
    label: int
    second: int | None
    group: int | None
    wrong: int
    systems: int
    taken_for: str


@dataclass(frozen=True, slots=True)
class Browser:
    """The rows of one data set. names: of labels; groups: what each is called; tables: of comparisons and systems.

    annotators: who gave the label and the second one. said, context: what the page's script reads beside the table, at
    once and when a row is opened.
    """

    key: str
    title: str
    words: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[BrowserRow, ...]
    second: bool
    annotators: tuple[str, str]
    said: Json
    context: Json


@dataclass(frozen=True)
class Rows:
    """The rows of one data set, over all comparisons on it.

    comparisons: those with predictions, the one with most systems first.
    """

    key: str
    detailed: tuple[Detailed, ...]
    texts: Texts

    @cached_property
    def comparisons(self) -> tuple[Detailed, ...]:
        """Those that have predictions, most systems first."""
        found = [each for each in self.detailed if each.scored]
        return tuple(sorted(found, key=lambda each: -len(each.scored)))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The labels of the data."""
        return tuple(self.detailed[0].comparison.facts.classes)

    @cached_property
    def tested(self) -> dict[str, str]:
        """Id of every row that some comparison tested, to its label, in the order of the data."""
        labels = {
            row_id: predictions.classes[code]
            for each in self.comparisons
            for predictions in [each.scored[0].predictions]
            if predictions is not None
            for row_id, code in zip(predictions.row_ids, predictions.truth.tolist(), strict=True)
        }
        if self.texts.data is None:
            return labels
        return {row_id: labels[row_id] for row_id in self.texts.data.row_ids if row_id in labels}

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Ids of the rows that a page shows, in the order of the data: all, or those most often guessed wrong."""
        if len(self.tested) <= MOST_ROWS:
            return tuple(self.tested)
        wrong: Counter[str] = Counter()
        for detail in self.comparisons[0].readers or self.comparisons[0].scored:
            if detail.predictions is not None:
                missed = (detail.predictions.guess != detail.predictions.truth).mean(axis=0)
                wrong.update(dict(zip(detail.predictions.row_ids, missed.tolist(), strict=True)))
        place = {row_id: at for at, row_id in enumerate(self.tested)}
        worst = sorted(self.tested, key=lambda row_id: (-wrong[row_id], place[row_id]))[:MOST_ROWS]
        return tuple(sorted(worst, key=place.__getitem__))


# What there is


def overview(rows: Rows, title: str) -> Block:
    """Classes, groups, damage and agreement, as far as the data is at hand."""
    facts = rows.detailed[0].comparison.facts
    key = f"{rows.key}-overview"
    words = [f"{facts.rows:,} rows in {len(facts.classes)} classes; SHA-256 {facts.sha256[:12]}…"]
    if rows.texts.reason is not None:
        words.append(f"The texts are not shown, only row ids: {rows.texts.reason}.")
    words += [*_damage(rows.texts), *_agreement(rows.texts)]
    tables = [_classes(key, rows)]
    if rows.texts.data is not None and rows.texts.data.groups is not None:
        tables.append(_groups(key, rows, rows.texts.data))
    return Block(key, title, tuple(words), (), tuple(tables))


def _damage(texts: Texts) -> Iterator[str]:
    pages = texts.pages
    if not pages or texts.data is None:
        return
    from bench.corpus.repairs import count_repairs

    counts = count_repairs(pages)
    places = "1 page" if counts.pages == 1 else f"{counts.pages} pages"
    ids = {page.row_id(paragraph) for page in pages for paragraph in page.paragraphs}
    own = ids.intersection(texts.data.row_ids)
    rest = f" {len(own)} of these are rows here, the others have no topic." if 0 < len(own) < len(ids) else ""
    yield (
        f"Taken from {places} of {counts.characters:,} characters: {counts.articles} articles and photographs, "
        f"{counts.paragraphs} paragraphs and {counts.captions} captions, of which {counts.incomplete} lost text and "
        f"{counts.joined} were put together from several places. Repair took out {counts.blanks:,} blanks at the ends "
        f"of printed lines, made {counts.marks:,} marks full-width and gave {counts.quotes:,} quotes their "
        f"direction.{rest}"
    )


def _agreement(texts: Texts) -> Iterator[str]:
    pairs = [pair for pair in texts.side.annotations or () if pair is not None]
    if texts.data is None:
        return
    if not pairs:
        yield "Labelled once: how far annotators would agree is not known, so scores have no ceiling."
        return
    from sklearn.metrics import cohen_kappa_score

    agreed = sum(first == second for first, second in pairs)
    names = " and ".join(texts.side.annotators)
    constant = len({label for pair in pairs for label in pair}) < 2
    kappa = None if constant else cohen_kappa_score([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    beyond = "" if kappa is None else f"; Cohen's kappa {kappa:.2f}"
    yield f"Labels: {names} agree on {agreed} of {len(pairs)} rows that both labelled{beyond}."


def _classes(key: str, rows: Rows) -> Table:
    facts = rows.detailed[0].comparison.facts
    data = rows.texts.data
    lengths: dict[str, list[int]] = {}
    for text, label in zip(data.texts, data.labels, strict=True) if data is not None else ():
        lengths.setdefault(label, []).append(len(text))
    found = []
    for name, count in facts.classes.items():
        entries = [Entry(name), Entry(f"{count:,}", sort=count), Entry(f"{count / facts.rows:.0%}", sort=count)]
        if data is not None:
            middle = statistics.median(lengths[name])
            entries.append(Entry(f"{middle:g}", sort=middle))
        found.append(tuple(entries))
    headings = [Heading("class"), Heading("rows", numeric=True), Heading("share", numeric=True)]
    headings += [] if data is None else [Heading("characters, median", numeric=True)]
    return Table(f"{key}-classes", "Classes", tuple(headings), tuple(found))


def _groups(key: str, rows: Rows, data: LabelledTexts) -> Table:
    names = _group_names(rows)
    counts: dict[str, Counter[str]] = {}
    for group, label in zip(data.groups or (), data.labels, strict=True):
        counts.setdefault(group, Counter())[label] += 1
    largest = sorted(counts, key=lambda group: -counts[group].total())[:_MOST_GROUPS]
    few = len(rows.classes) <= 12
    headings = [Heading("article" if rows.texts.pages else "group"), Heading("rows", numeric=True)]
    headings += [Heading(name, numeric=True) for name in rows.classes] if few else [Heading("commonest class")]
    found = []
    for group in largest:
        count = counts[group]
        entries = [Entry(names.get(group, group)), Entry(str(count.total()), sort=count.total())]
        if few:
            entries += [Entry(str(count[name]) if count[name] else "", sort=count[name]) for name in rows.classes]
        else:
            label, times = count.most_common(1)[0]
            entries.append(Entry(f"{label} ({times})"))
        found.append(tuple(entries))
    what = "Articles" if rows.texts.pages else "Groups"
    rest = f", the largest {_MOST_GROUPS} of {len(counts):,}" if len(counts) > _MOST_GROUPS else ""
    return Table(f"{key}-groups", f"{what} by class{rest}", tuple(headings), tuple(found))


def _group_names(rows: Rows) -> dict[str, str]:
    """A group's id to what people call it: an article's headline, a photograph's first words.

    Where each paragraph is a group of its own, its number from 2 follows.
    """
    names = {}
    for page in rows.texts.pages:
        for article in page.articles:
            for number, paragraph in enumerate(article.paragraphs, start=1):
                opening = f"[photograph] {article.paragraphs[0].text[:_OPENING]}…"
                name = article.title.text if article.title else opening
                names[page.row_id(paragraph)] = name if number == 1 else f"{name} ({number})"
    return names


# The rows


def browser(rows: Rows, pulls: Mapping[int, Pulls] | None = None) -> Browser | None:
    """Every shown row with its labels, its article and what each system said; None where nothing was tested.

    pulls: of a system, by the place of its comparison in `rows.comparisons`.
    """
    if not rows.tested:
        return None
    shown = rows.shown
    data, side = rows.texts.data, rows.texts.side
    place = {} if data is None else {row_id: at for at, row_id in enumerate(data.row_ids)}
    seconds = _seconds(rows)
    names = (*rows.classes, *sorted({name for name in seconds.values() if name not in rows.classes}))
    code = {name: at for at, name in enumerate(names)}
    group_of = {} if data is None or data.groups is None else dict(zip(data.row_ids, data.groups, strict=True))
    groups = tuple(dict.fromkeys(group_of[row_id] for row_id in shown if row_id in group_of))
    group_code = {group: at for at, group in enumerate(groups)}
    missed = _missed(rows.comparisons[0], shown)
    found = []
    for at, row_id in enumerate(shown):
        wrong, systems, taken_for = missed[row_id]
        text = None if data is None else _visible(data.texts[place[row_id]])
        second = code[seconds[row_id]] if row_id in seconds else None
        group = group_code[group_of[row_id]] if row_id in group_of else None
        label = code[rows.tested[row_id]]
        found.append(BrowserRow(at, row_id, text, label, second, group, wrong, systems, taken_for))
    articles, of_group = _articles(rows, shown, groups)
    said: Json = {"names": names, "tables": [_said(each, shown, code) for each in rows.comparisons]}
    context: Json = {
        "articles": articles,
        "group_articles": of_group,
        "pulls": [_pulled(rows, at, each, shown) for at, each in sorted((pulls or {}).items())],
    }
    called = _group_names(rows)
    title = ", ".join(dict.fromkeys(name for each in rows.comparisons for name in each.comparison.experiments))
    return Browser(
        rows.key,
        title,
        tuple(_browser_words(rows)),
        names,
        tuple(called.get(group, group) for group in groups),
        tuple(found),
        bool(seconds),
        side.annotators,
        said,
        context,
    )


def _browser_words(rows: Rows) -> Iterator[str]:
    if len(rows.tested) > MOST_ROWS:
        yield (
            f"The {MOST_ROWS:,} rows that systems guess wrong most often, of {len(rows.tested):,} tested; "
            f"the others are left out of this page."
        )
    if rows.texts.reason is not None:
        yield f"Row ids without texts: {rows.texts.reason}."
    elif rows.texts.page_fault is not None:
        yield f"Rows stand without the raw text that they were repaired from: {rows.texts.page_fault}."
    elif not rows.texts.pages:
        yield "No page files lie with this data, so rows stand without the raw text that they were repaired from."


def _seconds(rows: Rows) -> dict[str, str]:
    """Row id to what the second annotator said."""
    data, pairs = rows.texts.data, rows.texts.side.annotations
    if data is None or pairs is None:
        return {}
    return {row_id: pair[1] for row_id, pair in zip(data.row_ids, pairs, strict=True) if pair is not None}


def _missed(each: Detailed, shown: Sequence[str]) -> dict[str, tuple[int, int, str]]:
    """Row id to systems wrong in most repeats, systems that saw it, and what they took it for most often."""
    readers = each.readers or each.scored
    wrong: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    taken: dict[str, Counter[str]] = {row_id: Counter() for row_id in shown}
    for detail in readers:
        predictions = detail.predictions
        if predictions is None:
            continue
        share = (predictions.guess != predictions.truth).mean(axis=0).tolist()
        seen.update(predictions.row_ids)
        wrong.update(row_id for row_id, of in zip(predictions.row_ids, share, strict=True) if of > 0.5)
        for row_id, counts in _counts(detail, shown).items():
            taken[row_id].update(counts)
    found = {}
    for row_id in shown:
        guesses = taken[row_id].most_common(1)
        found[row_id] = wrong[row_id], seen[row_id], guesses[0][0] if guesses else ""
    return found


def _counts(detail: Detail, shown: Sequence[str]) -> dict[str, Counter[str]]:
    """Row id to the wrong guesses of all repeats."""
    predictions = detail.predictions
    if predictions is None:
        return {}
    place = {row_id: at for at, row_id in enumerate(predictions.row_ids)}
    found = {}
    for row_id in shown:
        at = place.get(row_id)
        if at is not None:
            guesses = predictions.guess[:, at]
            missed = guesses[guesses != predictions.truth[at]].tolist()
            found[row_id] = Counter(predictions.classes[code] for code in missed)
    return found


def _said(each: Detailed, shown: Sequence[str], code: Mapping[str, int]) -> Json:
    """What every system said of the shown rows: pairs of a label and how often, flat; null for rows not tested."""
    systems = []
    for detail in each.scored:
        predictions = detail.predictions
        if predictions is None:
            continue
        table = _tallies(predictions.guess, len(predictions.classes))
        place = {row_id: at for at, row_id in enumerate(predictions.row_ids)}
        codes = [code[name] for name in predictions.classes]
        said: list[list[int] | None] = []
        for row_id in shown:
            at = place.get(row_id)
            said.append(None if at is None else _flat(table[at], codes))
        systems.append({"name": detail.row.system, "control": detail.row.control, "said": said})
    comparison = each.comparison
    name = f"{', '.join(comparison.experiments)}: {comparison.splits}"
    return {"name": name, "repeats": comparison.repeats, "systems": systems}


def _tallies(guess: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(rows, classes) how often each was guessed."""
    rows = guess.shape[1]
    cells = np.arange(rows) * classes + guess
    return np.bincount(cells.ravel(), minlength=rows * classes).reshape(rows, classes)


def _flat(tally: NDArray[np.int64], codes: Sequence[int]) -> list[int]:
    order = np.argsort(-tally, kind="stable")
    return [value for at in order.tolist() if tally[at] for value in (codes[at], int(tally[at]))]


def _pulled(rows: Rows, at: int, found: Pulls, shown: Sequence[str]) -> Json:
    """N-grams of the shown rows: by row, guess and by class its pulls, a list of n-gram and share."""
    explained: list[Any] = []
    for row_id in shown:
        each = found.rows.get(row_id)
        if each is None:
            explained.append(None)
            continue
        pulls = {
            str(code): [[_visible(pull.feature), round(pull.share, 4)] for pull in strongest]
            for code, strongest in each.pulls.items()
        }
        explained.append([each.guess, pulls])
    return {"table": at, "system": found.system, "rows": explained}


# Articles


def _articles(rows: Rows, shown: Sequence[str], groups: Sequence[str]) -> tuple[list[Json], list[int | None]]:
    """The articles of the shown rows, and for each group the place of its article.

    A part of an article is a shown row (`row`), with its raw text beside it where that is known (`raw`), or a text that
    is none (`text`).
    """
    place = {row_id: at for at, row_id in enumerate(shown)}
    articles: list[Json] = []
    of_group: dict[str, int] = {}
    texts = _shown_texts(rows, place)
    for page in rows.texts.pages:
        for article in page.articles:
            inside = [page.row_id(paragraph) for paragraph in article.paragraphs]
            held = [group for group in groups if group in inside]
            if not held:
                continue
            of_group |= dict.fromkeys(held, len(articles))
            articles.append(_from_page(page, article, place, texts))
    data = rows.texts.data
    if not rows.texts.pages and data is not None and data.groups is not None:
        members: dict[str, list[str]] = {}
        for row_id, group in zip(data.row_ids, data.groups, strict=True):
            members.setdefault(group, []).append(row_id)
        positions = rows.texts.side.positions
        order = {} if positions is None else dict(zip(data.row_ids, positions, strict=True))
        for group in groups:
            of_group[group] = len(articles)
            parts = sorted(members[group], key=lambda row_id: order.get(row_id, 0))
            there = [{"row": place[row_id]} for row_id in parts if row_id in place]
            articles.append({"title": group, "heads": [], "parts": there, "missing": len(parts) - len(there)})
    return articles, [of_group.get(group) for group in groups]


def _shown_texts(rows: Rows, place: Mapping[str, int]) -> dict[str, str]:
    data = rows.texts.data
    if data is None:
        return {}
    return {row_id: text for row_id, text in zip(data.row_ids, data.texts, strict=True) if row_id in place}


def _from_page(page: Page, article: Article, place: Mapping[str, int], texts: Mapping[str, str]) -> Json:
    heads = [
        *(part.text for part in article.subtitles),
        *(part.text for part in (article.byline, article.dateline, article.credit) if part is not None),
    ]
    parts: list[Json] = []
    section = None
    for paragraph in article.paragraphs:
        if paragraph.section is not None and paragraph.section != section:
            section = paragraph.section
            parts.append({"heading": _visible(section.text)})
        row_id = page.row_id(paragraph)
        part: Json = {"complete": paragraph.complete, "kind": paragraph.kind, "raw": _compared(page, paragraph)}
        if texts.get(row_id) == paragraph.text:
            part["row"] = place[row_id]
        else:
            part["text"] = _visible(paragraph.text)
            # Sentences of a paragraph are rows of their own, whose ids go on where its id ends.
            part["rows"] = [at for other, at in place.items() if other.startswith(f"{row_id}-")]
        parts.append(part)
    title = article.title.text if article.title else None
    return {"title": None if title is None else _visible(title), "heads": [*map(_visible, heads)], "parts": parts}


def _compared(page: Page, paragraph: Paragraph) -> list[str | list[str]]:
    """Raw against repaired: a string where they are the same, a pair of raw and repaired where they differ."""
    raw, repaired = LINE_END.join(span.of(page.text) for span in paragraph.spans), paragraph.text
    if max(len(raw), len(repaired)) > _LONGEST_DIFF:
        return [[_visible(raw), _visible(repaired)]]  # the matcher takes the square of a text's length
    matcher = SequenceMatcher(None, raw, repaired, autojunk=False)
    return [
        _visible(raw[a:b]) if tag == "equal" else [_visible(raw[a:b]), _visible(repaired[c:d])]
        for tag, a, b, c, d in matcher.get_opcodes()
    ]


def _visible(text: str) -> str:
    """A text with escapes for what cannot be seen or turns the writing round; its own line ends stay."""
    return INVISIBLE.sub(lambda match: match[0] if match[0] in "\n\t" else ascii(match[0])[1:-1], text)
