"""What there is in a data set: classes, groups, damage and agreement."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator

from bench.core.records import LabelledTexts
from bench.report.data.rows import Rows
from bench.report.parts import Block, Entry, Heading, Table
from bench.report.row_texts import Texts

_MOST_GROUPS = 100


def overview(rows: Rows, title: str) -> Block:
    """Classes, groups, damage and agreement, as far as the data is at hand."""
    data_summary = rows.detailed[0].comparison.data_summary
    key = f"{rows.key}-overview"
    words = [f"{data_summary.rows:,} rows in {len(data_summary.classes)} classes; SHA-256 {data_summary.sha256[:12]}…"]
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
    data_summary = rows.detailed[0].comparison.data_summary
    data = rows.texts.data
    lengths: dict[str, list[int]] = {}
    for text, label in zip(data.texts, data.labels, strict=True) if data is not None else ():
        lengths.setdefault(label, []).append(len(text))
    found = []
    for name, count in data_summary.classes.items():
        entries = [Entry(name), Entry(f"{count:,}", sort=count), Entry(f"{count / data_summary.rows:.0%}", sort=count)]
        if data is not None:
            middle = statistics.median(lengths[name])
            entries.append(Entry(f"{middle:g}", sort=middle))
        found.append(tuple(entries))
    headings = [Heading("class"), Heading("rows", numeric=True), Heading("share", numeric=True)]
    headings += [] if data is None else [Heading("characters, median", numeric=True)]
    return Table(f"{key}-classes", "Classes", tuple(headings), tuple(found))


def _groups(key: str, rows: Rows, data: LabelledTexts) -> Table:
    names = rows.group_names
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
