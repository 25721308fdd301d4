"""An overview of a data set: classes, groups, damage and agreement."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator

from bench.core.labelled_texts import LabelledTexts
from bench.report.data.rows import Rows
from bench.report.elements import Block, Entry, Heading, Table
from bench.report.row_texts import Texts
from bench.report.wording import data as wording
from bench.report.wording.headings import COLUMNS

_MOST_GROUPS = 100


def overview(rows: Rows, title: str) -> Block:
    """Classes, groups, damage and agreement, as far as the data is at hand."""
    summary = rows.detailed[0].comparison.data_summary
    key = f"{rows.key}-overview"
    words: list[str] = [wording.size(summary.rows, len(summary.classes), summary.sha256[:12])]
    if rows.texts.reason is not None:
        words.append(wording.no_texts(rows.texts.reason))
    words += [*_damage(rows.texts), *_agreement(rows.texts)]
    tables = [_classes(key, rows)]
    if rows.texts.data is not None and rows.texts.data.groups is not None:
        tables.append(_groups(key, rows, rows.texts.data))
    return Block(key, title, tuple(words), (), tuple(tables))


def _damage(texts: Texts) -> Iterator[str]:
    pages = texts.pages
    if not pages or texts.data is None:
        return
    from bench.corpus.repair_counts import count_repairs

    counts = count_repairs(pages)
    yield wording.pages(
        counts.pages,
        characters=counts.characters,
        articles=counts.articles,
        paragraphs=counts.paragraphs,
        captions=counts.captions,
        incomplete=counts.incomplete,
        joined=counts.joined,
    )
    yield wording.repairs(counts.blanks, counts.marks, counts.quotes)
    ids = {page.row_id(paragraph) for page in pages for paragraph in page.paragraphs}
    own = ids.intersection(texts.data.row_ids)
    if 0 < len(own) < len(ids):
        yield wording.own(len(own))


def _agreement(texts: Texts) -> Iterator[str]:
    pairs = [pair for pair in texts.side.annotations or () if pair is not None]
    if texts.data is None:
        return
    if not pairs:
        yield wording.LABELLED_ONCE
        return
    from sklearn.metrics import cohen_kappa_score

    agreed = sum(first == second for first, second in pairs)
    constant = len({label for pair in pairs for label in pair}) < 2
    kappa = None if constant else cohen_kappa_score([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    yield wording.agreement(*texts.side.annotators, agreed, len(pairs), "" if kappa is None else f"{kappa:.2f}")


def _classes(key: str, rows: Rows) -> Table:
    summary = rows.detailed[0].comparison.data_summary
    data = rows.texts.data
    lengths: dict[str, list[int]] = {}
    for text, label in zip(data.texts, data.labels, strict=True) if data is not None else ():
        lengths.setdefault(label, []).append(len(text))
    found = []
    for name, count in summary.classes.items():
        link = f"#{rows.key}-rows&{rows.key}.label={rows.names.index(name)}" if rows.tested else ""
        entries = [
            Entry(name, link=link),
            Entry(f"{count:,}", sort=count),
            Entry(f"{count / summary.rows:.0%}", sort=count),
        ]
        if data is not None:
            middle = statistics.median(lengths[name])
            entries.append(Entry(f"{middle:g}", sort=middle))
        found.append(tuple(entries))
    headings = [
        Heading(COLUMNS["class"]),
        Heading(COLUMNS["rows"], numeric=True),
        Heading(COLUMNS["share"], numeric=True),
    ]
    headings += [] if data is None else [Heading(COLUMNS["characters"], numeric=True)]
    return Table(f"{key}-classes", wording.CLASSES, tuple(headings), tuple(found))


def _groups(key: str, rows: Rows, data: LabelledTexts) -> Table:
    names = rows.group_names
    counts: dict[str, Counter[str]] = {}
    for group, label in zip(data.groups or (), data.labels, strict=True):
        counts.setdefault(group, Counter())[label] += 1
    largest = sorted(counts, key=lambda group: -counts[group].total())[:_MOST_GROUPS]
    few = len(rows.classes) <= 12
    headings = [Heading(COLUMNS["article" if rows.texts.pages else "group"]), Heading(COLUMNS["rows"], numeric=True)]
    headings += [Heading(name, numeric=True) for name in rows.classes] if few else [Heading(COLUMNS["commonest"])]
    found = []
    for group in largest:
        count = counts[group]
        link = f"#{rows.key}-rows&{rows.key}.group={rows.groups.index(group)}" if group in rows.groups else ""
        entries = [Entry(names.get(group, group), link=link), Entry(str(count.total()), sort=count.total())]
        if few:
            entries += [Entry(str(count[name]) if count[name] else "", sort=count[name]) for name in rows.classes]
        else:
            label, times = count.most_common(1)[0]
            entries.append(Entry(wording.commonest(label, times)))
        found.append(tuple(entries))
    caption = wording.by_class(articles=bool(rows.texts.pages), most=_MOST_GROUPS, groups=len(counts))
    return Table(f"{key}-groups", caption, tuple(headings), tuple(found))
