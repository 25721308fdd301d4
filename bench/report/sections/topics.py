"""The topics of a comparison: how well systems know each, and what they take it for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bench.comparison.run_details import Detail, Detailed
from bench.core.records import NO_CLASS
from bench.report.parts import Block, Entry, Heading, Table
from bench.report.sections.entries import score, system, times
from bench.report.tables import numbers

MOST_CLASSES = 12
"""Confusion matrices are shown whole up to so many classes; with more, the commonest confusions are listed."""

_MOST_CONFUSIONS = 20


def topics(key: str, detailed: Detailed) -> Block | None:
    """The F1 of each topic by each system; None where no run has predictions or the metric of topics is not there."""
    comparison = detailed.comparison
    metrics = [name for name in comparison.metrics if name.startswith("f1:")]
    if not metrics or not detailed.scored:
        return None
    digits = numbers.digits(comparison)
    headings = [Heading("system")]
    for name in metrics:
        label = name.removeprefix("f1:")
        headings.append(Heading(f"{label} ({comparison.tested.get(label, 0)})", numeric=True))
    rows = tuple(
        (system(detail), *(score(detail.row.cells[name], digits, limits=True) for name in metrics))
        for detail in detailed.scored
    )
    foot = tuple(
        (
            Entry(name),
            *(Entry(numbers.short(scores[each], digits) if each in scores else numbers.NONE) for each in metrics),
        )
        for name, scores in numbers.bounds(comparison)
    )
    smallest = min(comparison.tested, key=lambda label: comparison.tested[label])
    words = (
        f"F1 of each topic, its rows in brackets, with 95 % intervals. The fewer the rows, the wider: of "
        f"{smallest} there are {comparison.tested[smallest]}. Differences within a topic are not tested."
    )
    table = Table(f"{key}-topic-scores", "F1 by topic", tuple(headings), rows, foot, style="scores")
    return Block(f"{key}-topics", "Topics", (words,), (), (table,))


def confusions(key: str, detailed: Detailed) -> Block | None:
    """What each system takes for what; None where no run has predictions."""
    scored = detailed.scored
    if not scored:
        return None
    classes = tuple(detailed.comparison.data_summary.classes)
    if len(classes) > MOST_CLASSES:
        return _commonest(key, scored, classes)
    tables = tuple(
        Table(
            f"{key}-confusion-{at}",
            detail.row.system,
            (
                Heading("label \\ guess", sortable=False),
                *(Heading(name, sortable=False) for name in _predicted(detail.record.confusion, classes)),
            ),
            tuple(_confusion_rows(detail.record.confusion, classes)),
            style="confusion",
        )
        for at, detail in enumerate(scored)
    )
    repeats = detailed.comparison.repeats
    words = (
        f"Of the rows of each label (down), the share that got each guess (across), over "
        f"{times(repeats, 'repeat')}; the darker, the larger."
    )
    return Block(f"{key}-confusions", "Confusions", (words,), (), tables[:6], tables[6:], small=True)


def _predicted(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> tuple[str, ...]:
    """What the columns are of: the classes, and none of them where some rows were predicted so."""
    return (*classes, NO_CLASS)[: len(confusion[0]) if confusion else len(classes)]


def _confusion_rows(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> Iterator[tuple[Entry, ...]]:
    for name, counts in zip(classes, confusion, strict=True):
        total = sum(counts) or 1
        yield (
            Entry(name),
            *(
                Entry(f"{count / total:.0%}" if count else "0", style=f"h{min(5, int(6 * count / total))}")
                for count in counts
            ),
        )


def _commonest(key: str, scored: Sequence[Detail], classes: Sequence[str]) -> Block:
    """With many classes: what is taken for what, most often first, over the best systems."""
    counts: Counter[tuple[str, str]] = Counter()
    readers = [detail for detail in scored if not detail.row.control][:10] or list(scored[:1])
    for detail in readers:
        for name, row in zip(classes, detail.record.confusion, strict=True):
            for prediction, count in zip(_predicted([row], classes), row, strict=True):
                if name != prediction and count:
                    counts[name, prediction] += count
    rows = tuple(
        (Entry(name), Entry(prediction), Entry(f"{count:,}", sort=count))
        for (name, prediction), count in counts.most_common(_MOST_CONFUSIONS)
    )
    headings = (Heading("label"), Heading("guess"), Heading("times", numeric=True))
    words = (
        f"With {len(classes)} classes, the {len(rows)} commonest confusions in place of matrices, over the repeats of "
        f"{times(len(readers), 'system')}: {', '.join(detail.row.system for detail in readers)}."
    )
    table = Table(f"{key}-commonest", "Commonest confusions", headings, rows, row_heads=2)
    return Block(f"{key}-confusions", "Confusions", (words,), (), (table,))
